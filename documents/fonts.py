"""The fonts that our papers name, where they are, and which characters they have.

fontconfig quietly takes any other face for a missing glyph, so a name could come out in a foreign face or as an empty
box. Papers name these four families and no other; a character that none of them has is refused before rendering.
"""

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# Without a shape of their own (Unicode: Default_Ignorable_Code_Point): joiners, direction marks, selectors. A selector
# chooses a variant of the character before it; where the font has no such variant the plain form is printed.
_SHAPELESS = re.compile(
    "[\t\n\r\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True)
class FontPackage:
    """A package of Debian and the files of it that we use."""

    package: str
    files: tuple[str, ...]


PACKAGES = (
    FontPackage(
        "fonts-morisawa-bizud-gothic", ("BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf")
    ),
    FontPackage("fonts-morisawa-bizud-mincho", ("BIZUDPMincho-Regular.ttf",)),
    # Reserves: kanji outside the usual sets (U+20BB7 𠮷), then letters of other scripts.
    FontPackage("fonts-noto-cjk", ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc")),
    FontPackage("fonts-dejavu-core", ("DejaVuSans.ttf",)),
)


def missing_packages() -> list[str]:
    """Packages of which a file is not found."""
    found = _installed()
    return [p.package for p in PACKAGES if not all(name in found for name in p.files)]


def missing_glyphs(text: str) -> set[str]:
    """The characters of `text` for which none of the named fonts has a glyph."""
    wanted = set(_SHAPELESS.sub("", text))
    found = _installed()
    for package in PACKAGES:
        for name in package.files:
            if wanted and name in found:
                wanted = {char for char in wanted if ord(char) not in _characters_of(found[name])}
    return wanted


def _folders() -> tuple[Path, ...]:
    """Where fontconfig of Debian looks."""
    home = Path(os.path.expanduser("~"))
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        data / "fonts",
        home / ".fonts",
    )


def _installed() -> dict[str, Path]:
    """Our font files by name. Looked up each time: they may be installed while the worker runs."""
    names = {name for package in PACKAGES for name in package.files}
    found: dict[str, Path] = {}
    for folder in _folders():
        for root, _dirs, files in os.walk(folder):
            for name in names.intersection(files):
                found.setdefault(name, Path(root) / name)
    return found


@lru_cache(maxsize=16)
def _characters_of(path: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 -- slow import

    with TTFont(path, fontNumber=0, lazy=True) as font:
        # Only the numbers matter; real glyph names would load the outlines of the whole font.
        font.setGlyphOrder([str(index) for index in range(font["maxp"].numGlyphs)])
        return frozenset(font.getBestCmap())
