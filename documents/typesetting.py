"""HTML of our own templates to PDF/A-3a with its data attached: what the limited child does. Nothing is fetched.

Runs without Django's settings (`documents.sandbox`). The same input gives the same bytes, as long as fonts and
libraries stay the same.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from documents import sandbox

_FOLDER = Path(__file__).parent / "assets"
_MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
# Before the bytes of a PDF that leaves the child: how many pages it has.
_PAGES_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished PDF."""

    content: bytes
    pages: int


class ForeignResourceError(Exception):
    """A template named something that is not one of our own assets; the render was stopped."""


def order(*, html: str, identifier: str, issued_at: datetime, data: bytes) -> bytes:
    """What `work` gets: one paper to be typeset."""
    fields = {"html": html, "identifier": identifier, "data": data.decode()}
    return json.dumps(fields | {"issued_at": issued_at.isoformat()}).encode()


def work(ordered: bytes) -> bytes:
    """Typeset one order; each page is noted as it is laid out. `delivered` reads the result."""
    fields = json.loads(ordered)
    rendered = typeset(
        html=fields["html"],
        identifier=fields["identifier"],
        issued_at=datetime.fromisoformat(fields["issued_at"]),
        data=fields["data"].encode(),
        on_page=lambda page: sandbox.note(str(page)),
    )
    return rendered.pages.to_bytes(_PAGES_LENGTH, "big") + rendered.content


def delivered(result: bytes) -> Rendered:
    """The paper that `work` made."""
    return Rendered(result[_PAGES_LENGTH:], int.from_bytes(result[:_PAGES_LENGTH], "big"))


def typeset(
    *,
    html: str,
    identifier: str,
    issued_at: datetime,
    data: bytes,
    on_page: Callable[[int], None] = lambda page: None,
) -> Rendered:
    """Typeset `html` and attach `data` as data.json. `on_page` hears the number of each page as it is laid out.

    ForeignResourceError when the HTML names anything but our own assets.
    """
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
