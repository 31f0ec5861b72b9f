"""The PDF engine: HTML of our own templates in, PDF/A-3a with its data attached out. Nothing is fetched.

The same HTML, identifier, instant and data give the same bytes, as long as fonts and libraries stay the same.
"""

import ctypes
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.canonical import canonical_json
from core.exceptions import DomainError
from documents import fonts

log = logging.getLogger(__name__)

# Debian package → the library that WeasyPrint loads from it.
LIBRARIES = {
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
INSTALL_LINE = "apt-get install -y --no-install-recommends " + " ".join(
    [*LIBRARIES, *(package.package for package in fonts.PACKAGES)]
)

_FOLDER = Path(__file__).parent / "assets"
_MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
_MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished PDF."""

    content: bytes
    pages: int


class ForeignResourceError(Exception):
    """A template named something that is not one of our own assets; the render was stopped."""


def missing_system_parts() -> list[str]:
    """Debian packages without which no paper can be made; empty when all is there."""
    return [
        package for package, library in LIBRARIES.items() if not _loads(library)
    ] + fonts.missing_packages()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def render(
    *,
    html: str,
    identifier: str,
    issued_at: datetime,
    data: dict[str, Any],
    on_page: Callable[[int], None] = lambda page: None,
) -> Rendered:
    """Typeset `html` and attach `data` as data.json. `on_page` hears the number of each page as it is laid out.

    Takes seconds to minutes, so only a worker calls it. DomainError when a system part or a glyph is missing.
    """
    _refuse_missing_parts()
    _refuse_missing_glyphs(html)
    return _typeset(html, identifier, issued_at, canonical_json(data), on_page)


def _refuse_missing_parts() -> None:
    missing = missing_system_parts()
    if missing:
        raise DomainError(
            _(
                "PDFを作る部品（%(parts)s）がこのサーバーにありません。システム管理者が次の1行を実行してから、作り直してください。"
            )
            % {"parts": "、".join(missing)}
            + f" {INSTALL_LINE}"
        )


def _refuse_missing_glyphs(html: str) -> None:
    """Markup is ASCII, so the characters of the source are those of the text."""
    source = unescape(html)
    missing = sorted(fonts.missing_glyphs(source))
    if not missing:
        return
    named = "、".join(
        f"「{char}」（U+{ord(char):04X}、「{_around(source, char)}」）"
        for char in missing[:_MAX_NAMED]
    )
    more = _("ほか%(count)d字") % {"count": len(missing) - _MAX_NAMED}
    raise DomainError(
        _(
            "印刷用の書体にない文字があるため、PDFを作れません：%(chars)s。別の文字に直してから、作り直してください。"
        )
        % {"chars": named + (more if len(missing) > _MAX_NAMED else "")}
    )


def _around(source: str, char: str) -> str:
    """The first place of the character, with what stands beside it on the same line."""
    match = re.search(rf"[^<>\n]{{0,8}}{re.escape(char)}[^<>\n]{{0,8}}", source)
    return match[0].strip() if match else char


def _typeset(
    html: str, identifier: str, issued_at: datetime, data: bytes, on_page: Callable[[int], None]
) -> Rendered:
    from weasyprint import HTML, Attachment  # noqa: PLC0415 -- slow import
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- slow import
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 -- slow import

    from documents.assets_only import AssetsOnly  # noqa: PLC0415 -- slow import

    fetcher = AssetsOnly(_assets())
    attachment = Attachment(
        string=data,
        name="data.json",
        description="この書類の元になった値",
        relationship="Data",
        created=issued_at,
        modified=issued_at,
        url_fetcher=fetcher,
    )
    options = {
        "pdf_variant": "pdf/a-3a",
        "pdf_identifier": identifier.encode(),
        "attachments": [attachment],
    }
    try:
        with _listening(on_page):
            document = HTML(string=html, base_url="app:", url_fetcher=fetcher).render(
                font_config=FontConfiguration(), **options
            )
            content = document.write_pdf(finisher=_name_each_attachment_once, **options)
    except FatalURLFetchingError as error:  # a BaseException: it would end the worker
        raise ForeignResourceError(str(error)) from error
    if fetcher.refused:
        raise ForeignResourceError("、".join(fetcher.refused))
    return Rendered(content, len(document.pages))


def _assets() -> dict[str, tuple[bytes, str]]:
    return {
        f"app:{path.name}": (path.read_bytes(), _MEDIA_TYPES[path.suffix])
        for path in _FOLDER.iterdir()
        if path.suffix in _MEDIA_TYPES
    }


def _name_each_attachment_once(_document: Any, pdf: Any) -> None:
    """WeasyPrint 70 lists an attachment twice in the array AF of PDF/A-3."""
    files = pdf.catalog.get("AF")
    if files:
        once = list(dict.fromkeys(files))
        files.clear()
        files.extend(once)


class _PageListener(logging.Handler):
    """WeasyPrint tells its progress by log lines only."""

    _PAGE = re.compile(r"Step 5 .* Page (\d+)$")

    def __init__(self, on_page: Callable[[int], None]):
        super().__init__(logging.INFO)
        self.on_page = on_page

    def emit(self, record: logging.LogRecord) -> None:
        match = self._PAGE.match(record.getMessage())
        if match:
            self.on_page(int(match[1]))


@contextmanager
def _listening(on_page: Callable[[int], None]) -> Iterator[None]:
    """Hear the pages of this render. A worker process renders one document at a time."""
    logger = logging.getLogger("weasyprint.progress")
    listener, level, propagate = _PageListener(on_page), logger.level, logger.propagate
    logger.addHandler(listener)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
        logger.propagate = propagate
