"""The few parts of a workbook that are read, taken out of a file that may be hostile. Runs in the sandbox.

Only these parts go on to the parser, in a fresh archive: what it sees is what was checked here. Each refusal is a
`RefusedError` with a code; the sentences stand in `documents.workbook.sentences`.
"""

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

MAX_MEMBERS = 200
MAX_PART_BYTES = 64 * 1024 * 1024
MAX_BYTES = 100 * 1024 * 1024
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"

# Where a reader begins.
_ROOT = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Target="xl/workbook.xml" Type="http://schemas.openxmlformats.org/officeDocument'
    b'/2006/relationships/officeDocument"/></Relationships>'
)
_ARCHIVES = (b"PK\x03\x04", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b")
_ARCHIVE_NAME = re.compile(r"\.(zip|xlsx|xlsm|xlsb|docx|pptx|7z|rar|gz)\Z", re.IGNORECASE)
# Parts that bring in what stands elsewhere: links to other files, DDE, database connections, Power Query.
_OUTSIDE = re.compile(
    r"\Axl/(externalLinks/|externalReferences/|queryTables/|connections\.xml|model/)", re.IGNORECASE
)
_CUSTOM = re.compile(r"\AcustomXml/item[0-9]*\.xml\Z", re.IGNORECASE)
_QUERY = (b"DataMashup", "DataMashup".encode("utf-16-le"))
# The last two: an encoding that nobody knows, and one of more bytes than the parser understands.
BROKEN_XML = (expat.ExpatError, LookupError, ValueError)
_BROKEN = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, KeyError,
    ValueError, OverflowError,
)  # fmt: skip


class RefusedError(Exception):
    """The file as a whole is not taken. `code` names the reason, `facts` what the sentence needs."""

    def __init__(self, code: str, **facts: Any):
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Parts:
    """The checked parts: the workbook without its sheets, and the sheets by name in their order."""

    frame: dict[str, bytes]
    sheets: dict[str, tuple[str, bytes]]

    def archive(self) -> bytes:
        """A workbook of nothing but the checked parts."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("_rels/.rels", _ROOT)
            for name, content in [*self.frame.items(), *self.sheets.values()]:
                archive.writestr(name, content)
        return buffer.getvalue()


def taken_apart(content: bytes, *, wanted: tuple[str, ...]) -> Parts:
    """The parts needed to read the `wanted` sheets, those of them that exist."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _parts(archive, wanted)
    except _BROKEN:
        raise RefusedError("unreadable") from None


def _parts(archive: zipfile.ZipFile, wanted: tuple[str, ...]) -> Parts:
    _check_directory(archive)
    budget = _Budget()
    frame = {name: _part(archive, name, budget) for name in (WORKBOOK, RELATIONS)}
    relations = {
        item.get("Id", ""): (item.get("Type", ""), _target(item.get("Target", "")))
        for item in elements(frame[RELATIONS], "Relationship")
    }
    for kind, name in (("/sharedStrings", STRINGS), ("/styles", STYLES)):
        for source in (target for type_, target in relations.values() if type_.endswith(kind)):
            frame[name] = _part(archive, source, budget)
    places = {
        sheet.get("name", ""): relations.get(_relation_id(sheet), ("", ""))[1]
        for sheet in elements(frame[WORKBOOK], "sheet")
    }
    if wanted[0] not in places:
        raise RefusedError("sheet_missing", expected=wanted[0], found=list(places)[:20])
    found = [name for name in wanted if name in places]
    return Parts(frame, {n: (places[n], _part(archive, places[n], budget)) for n in found})


class _Budget:
    """How many bytes may still be unpacked."""

    def __init__(self) -> None:
        self.left = MAX_BYTES

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise RefusedError("size")


def _check_directory(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if len(names) > MAX_MEMBERS:
        raise RefusedError("members", count=len(names), max=MAX_MEMBERS)
    if len({name.casefold() for name in names}) < len(names):
        raise RefusedError("unreadable")
    for name in names:
        if _OUTSIDE.match(name) or (_CUSTOM.match(name) and _holds_query(archive, name)):
            raise RefusedError("outside")
        if _ARCHIVE_NAME.search(name) or _first_bytes(archive, name).startswith(_ARCHIVES):
            raise RefusedError("nested", name=ascii(name)[1:61])


def _holds_query(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as part:
        head = part.read(4096)
    return any(word in head for word in _QUERY)


def _first_bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(4)


def _part(archive: zipfile.ZipFile, name: str, budget: _Budget) -> bytes:
    """One part, unpacked under the limit and found to have its checksum; plain UTF-8 without a document type."""
    with archive.open(name) as part:
        content = part.read(MAX_PART_BYTES + 1)
    budget.take(len(content))
    if len(content) > MAX_PART_BYTES:
        raise RefusedError("size")
    if b"\0" in content:
        raise RefusedError("unreadable")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise RefusedError("doctype")
    return content


def elements(content: bytes, wanted: str) -> list[dict[str, str]]:
    """Attributes of every element of that local name, in order."""
    found: list[dict[str, str]] = []

    def note(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = note
    try:
        parser.Parse(content, True)
    except BROKEN_XML:
        raise RefusedError("unreadable") from None
    return found


def _relation_id(sheet: dict[str, str]) -> str:
    return next((value for name, value in sheet.items() if name.endswith(":id")), "")


def _target(target: str) -> str:
    """The name of the part that a relation of the workbook leads to."""
    return posixpath.normpath(target[1:] if target.startswith("/") else f"xl/{target}")
