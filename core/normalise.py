"""Search keys. What people type is stored as typed; only the key that is searched is normalised."""

import re
import unicodedata

# NFKC leaves these two alone; a person who types one of them means any of them.
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ーｰ－~〜～"), "-")


# Variation selectors choose the shape of the character before them.
_SHAPES = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def search_key(*texts: str) -> str:
    """Fold width, case, kana variants' width, hyphens and blanks, and drop what cannot be seen (soft hyphens, joiners,
    variation selectors), so that two spellings of a name meet.

    >>> search_key("みなと クラウド　Ｄｏｃｓ")
    'みなとクラウドdocs'
    """
    folded = unicodedata.normalize("NFKC", " ".join(texts)).casefold().translate(_HYPHENS)
    seen = (char for char in _SHAPES.sub("", folded) if unicodedata.category(char) != "Cf")
    return "".join("".join(seen).split())


def code_text(text: str) -> str:
    """Normalise a code-like input (control number, phone, corporate number): width and outer blanks."""
    return unicodedata.normalize("NFKC", text).strip()


def text_fold(text: str) -> str:
    """Fold width and drop blanks and line ends, so that two prints of one sentence are equal; case is kept.

    >>> text_fold("ＩＳＭＳ を\u3000定める。\n")
    'ISMSを定める。'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())
