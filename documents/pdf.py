"""The PDF engine: HTML of our own templates in, PDF/A-3a with its data attached out.

What can be said in a sentence is checked here; the typesetting itself happens in a limited child process
(`documents.typesetting`), so its memory returns to the machine with the child.
"""

import ctypes
import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Any

from django.utils.translation import gettext as _

from core.canonical import canonical_json
from core.exceptions import DomainError
from documents import fonts, typesetting
from documents.sandbox import run_limited
from documents.typesetting import Rendered

# Debian package → the library that WeasyPrint loads from it.
LIBRARIES = {
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
INSTALL_LINE = "apt-get install -y --no-install-recommends " + " ".join(
    [*LIBRARIES, *(package.package for package in fonts.PACKAGES)]
)

_MAX_NAMED = 5

# A full declaration takes 22 seconds of CPU and 260 MB; the address space counts much that is never touched.
_MEMORY_MB, _CPU_SECONDS = 1_536, 120
_WALL_SECONDS = 230  # shorter than the soft time limit of the worker


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

    Takes seconds to minutes, so only a worker calls it. DomainError when a system part or a glyph is missing,
    SandboxError when the paper takes more than a paper may, or does not come about.
    """
    _refuse_missing_parts()
    _refuse_missing_glyphs(html)
    ordered = typesetting.order(
        html=html, identifier=identifier, issued_at=issued_at, data=canonical_json(data)
    )
    result = run_limited(
        "documents.typesetting:work",
        ordered,
        memory_mb=_MEMORY_MB,
        cpu_seconds=_CPU_SECONDS,
        wall_seconds=_WALL_SECONDS,
        on_note=lambda page: on_page(int(page)),
    )
    return typesetting.delivered(result)


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
