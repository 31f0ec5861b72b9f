"""How base services may be written in a workbook. A label is a registration number, a blank and a name. Pure."""

from collections.abc import Iterable, Mapping

from core.normalise import code_text, search_key


def spellings_of(labels: Iterable[str]) -> dict[str, str]:
    """The label by each way to write it that can mean nothing else: whole, by number, by name."""
    found: dict[str, set[str]] = {}
    for label in labels:
        number, _blank, name = label.partition(" ")
        for way in (label, number, name):
            found.setdefault(search_key(way), set()).add(label)
    return {way: meanings.pop() for way, meanings in found.items() if len(meanings) == 1 and way}


def meant(text: str, ways: Mapping[str, str]) -> str:
    """The label that this text means, "" when it means none. Of number and name the number counts: names change."""
    whole = search_key(text)
    number = search_key(code_text(text).partition(" ")[0])
    return ways.get(whole) or ways.get(number, "")
