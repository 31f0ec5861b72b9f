"""Search keys. What people type is stored as typed; only the key that is searched is normalised."""

import unicodedata

# NFKC leaves these two alone; a person who types one of them means any of them.
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ーｰ－~〜～"), "-")


def search_key(*texts: str) -> str:
    """Fold width, case, kana variants' width, hyphens and blanks, so that two spellings of a name meet.

    >>> search_key("みなと クラウド　Ｄｏｃｓ")
    'みなとクラウドdocs'
    """
    folded = unicodedata.normalize("NFKC", " ".join(texts)).casefold().translate(_HYPHENS)
    return "".join(folded.split())


def code_text(text: str) -> str:
    """Normalise a code-like input (control number, phone, corporate number): width and outer blanks."""
    return unicodedata.normalize("NFKC", text).strip()
