"""What a reader finds in a PDF: the text of each page by its ToUnicode tables, the outline, the fonts."""

import io
import re

import pikepdf

_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def page_texts(content: bytes) -> list[str]:
    """The text of each page in drawing order, without white space."""
    with opened(content) as document:
        return ["".join(_page_text(page).split()) for page in document.pages]


def _page_text(page: pikepdf.Page) -> str:
    tables = {name: _to_unicode(font) for name, font in page.Resources.Font.items()}
    table, said = {}, []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            table = tables[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    said.append(_decoded(bytes(part), table))
    return "".join(said)


def _to_unicode(font: pikepdf.Object) -> dict[bytes, str]:
    pairs = _PAIR.findall(font.ToUnicode.read_bytes())
    return {
        bytes.fromhex(a.decode()): bytes.fromhex(b.decode()).decode("utf-16-be") for a, b in pairs
    }


def _decoded(code: bytes, table: dict[bytes, str]) -> str:
    width = max(map(len, table), default=1)
    return "".join(table.get(code[n : n + width], "") for n in range(0, len(code), width))


def outline(content: bytes) -> list:
    """Bookmarks as [title, children]."""

    def tree(items):
        return [[item.title, tree(item.children)] for item in items]

    with opened(content) as document, document.open_outline() as bookmarks:
        return tree(bookmarks.root)


def font_names(content: bytes) -> set[str]:
    """Names of the fonts in the file without their subset prefix."""
    with opened(content) as document:
        return {
            str(font.BaseFont).partition("+")[2]
            for page in document.pages
            for font in page.Resources.Font.values()
        }


def structure_types(content: bytes) -> set[str]:
    """The kinds of elements in the structure tree."""
    with opened(content) as document:
        return {
            str(element.S)
            for element in document.objects
            if isinstance(element, pikepdf.Dictionary) and element.get("/Type") == "/StructElem"
        }
