"""Texts that people, spreadsheets and attackers send, each with what must become of it.

A text is *kept* code point by code point, *folded* (line ends only), read as *empty*, or *refused* by a sentence that
names the character. What one line refuses, several lines may hold.
"""

from dataclasses import dataclass

KEPT = {
    "full width": "ＡＢＣ１２３",
    "half-width kana": "ｶﾞｷﾞｸﾞ",
    "decomposed kana": "か\u3099",
    "compatibility characters": "㈱㍿①㋿㎡",
    "beyond the basic plane": "𠮷野家",
    "variation selector": "葛\U000e0100",
    "compatibility ideograph": "\ufa19",
    "cp932 only": "髙﨑德瀨",
    "byte order mark inside": "前\ufeff後",
    "wave dashes": "～〜－−‐ー",
    "combining accent": "e\u0301",
    "as many marks as allowed": "z" + "\u0301" * 8,
    "family": "👨\u200d👩\u200d👧",
    "markup": '<script>"><img onerror>{{7*7}}{% load %}%s{0.__class__}',
    "quotes": "' OR 1=1--\\%_",
    "formula": "=HYPERLINK(…)",
    "full-width formula": "＝1+1",
    "phone": "+81-3-0000-0000",
    "mention": "@SUM(1)",
    "address inside": "http://169.254.169.254/ file:///etc/passwd javascript:alert(1)",
    "right to left": "שלום مرحبا",
    "soft blanks": "a\u0085b\u00a0c\u00add",
    "twins": "口ロ工エ",
}

# Several lines may hold them, with LF as line end; one line refuses them.
FOLDED = {
    "line ends": ("一\r\n二\r三\n四", "一\n二\n三\n四"),
    "line separator": ("一\u2028二", "一\u2028二"),
    "paragraph separator": ("一\u2029二", "一\u2029二"),
    "tab before a formula": ("前\t=1+1", "前\t=1+1"),
    "isolates": ("一\u2066二\u2069", "一\u2066二\u2069"),
}

EMPTY = {
    "nothing": "",
    "blank": " ",
    "ideographic blanks": "\u3000\u3000",
    "zero width blank": "\u200b",
    "only a byte order mark": "\ufeff",
    "soft hyphen": "\u00ad\u2060",
    "Hangul filler": "\u3164",
    "braille blank": "\u2800",
    "line end": "\n",
}

REFUSED = {
    "NUL": ("a\x00b", "制御文字（U+0000）"),
    "only NUL": ("\x00", "制御文字（U+0000）"),
    "escape": ("a\x1b[31m", "制御文字（U+001B）"),
    "separator": ("a\x1c", "制御文字（U+001C）"),
    "delete": ("a\x7f", "制御文字（U+007F）"),
    "noncharacter": ("a\uffff", "文字ではないデータ（U+FFFF）"),
    "reversed byte order mark": ("a\ufffe", "文字ではないデータ（U+FFFE）"),
    "plane end": ("a\U0001ffff", "文字ではないデータ（U+1FFFF）"),
    "replacement": ("表\ufffdソ", "文字化けした文字（U+FFFD）"),
    "gaiji": ("渡\ue000さん", "外字（U+E000）"),
    "last gaiji": ("a\uf8ff", "外字（U+F8FF）"),
    "private plane": ("a\U000f0000", "外字（U+F0000）"),
    "override": ("\u202egpj.exe", "逆に見せる記号（U+202E）"),
    "embedding": ("a\u202ab", "逆に見せる記号（U+202A）"),
    "stacked marks": ("z" + "\u0301" * 1000, "重なる記号が多すぎます（8個まで）"),
}

LONG = {
    "100,000 characters": "あ" * 100_000,
    "a megabyte without a break": "x" * 1_000_000,
}

# What a field never gets to see as such: a browser, or a script, sends bytes.
RAW = {
    "Shift_JIS": "表ソ".encode("shift_jis"),
    "lone surrogate": "a\ud842".encode("utf-8", "surrogatepass"),
    "cut in the middle": "表".encode()[:2],
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is sent, what a field of several lines and one of one line keep of it (None: refused), and the sentence."""

    sent: bytes
    lines: str | None
    line: str | None
    sentence: str = ""


def corpus() -> dict[str, Entry]:
    """All entries that a field can keep or refuse; those read as empty depend on whether it is required."""
    found = {name: Entry(text.encode(), text, text) for name, text in KEPT.items()}
    found |= {name: Entry(sent.encode(), kept, None) for name, (sent, kept) in FOLDED.items()}
    found |= {
        name: Entry(text.encode(), None, None, sentence)
        for name, (text, sentence) in REFUSED.items()
    }
    found |= {name: Entry(text.encode(), None, None, "字以内で") for name, text in LONG.items()}
    found |= {name: Entry(sent, None, None, "文字化けした文字") for name, sent in RAW.items()}
    return found
