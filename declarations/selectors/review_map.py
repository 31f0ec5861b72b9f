"""The page of the reviewer's map: numbers per section, and the strongest hints of each signal."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from declarations.facts import read_facts
from declarations.models import Declaration
from declarations.review_map import SHORT_CHARACTERS, SHOWN, Hint, Signal, review_map
from declarations.selectors.difference import old_numbers

TITLES = {
    Signal.CHANGED: _("大きく書き換えた記載"),
    Signal.SHORT: _("短い記載"),
    Signal.TWIN: _("同じ文面の記載"),
    Signal.TITLE_ONLY: _("見出しの繰返しに近い記載"),
}
EXPLANATIONS = {
    Signal.CHANGED: _("前の監査対象期間の記載から、半分以上の文字が変わっています。"),
    Signal.SHORT: _(
        "%(characters)s字に満たない記載です。誰が、いつ、何をするかが読み取れるかを確かめてください。"
    ),
    Signal.TWIN: _(
        "同じ文面を複数の管理策に使っています。管理策ごとの実施内容かを確かめてください。"
    ),
    Signal.TITLE_ONLY: _("見出しのほかにほとんど何も書かれていません。"),
}


@dataclass(frozen=True, slots=True)
class SignalList:
    """One signal: its rows on the page, and how many there are."""

    signal: str
    title: str
    explanation: str
    count: int
    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True)
class MapCell:
    """A number of rows in one section; `shade` 0 to 3 by share of the largest number."""

    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class MapLine:
    """One section on the map."""

    number: str
    title: str
    cells: list[MapCell]


@dataclass(frozen=True, slots=True)
class ReviewMapPage:
    """The whole page. `earlier` is what the rows were compared with, if there was anything."""

    earlier: Declaration | None
    lines: list[MapLine]
    signals: list[SignalList]

    @property
    def is_empty(self) -> bool:
        """Nothing stands out."""
        return not self.lines


def review_map_page(declaration: Declaration, *, earlier: Declaration | None) -> ReviewMapPage:
    """Read the map: ten queries whatever the size. `earlier` is the declaration of the period before."""
    today = timezone.localdate()
    facts = read_facts(declaration, today=today)
    found = review_map(facts.statements, _earlier_texts(declaration, earlier) if earlier else {})
    counts = found.by_section()
    largest = max((n for section in counts.values() for n in section.values()), default=0)
    return ReviewMapPage(
        earlier=earlier,
        lines=[
            MapLine(number, title, [_cell(counts[number][signal], largest) for signal in Signal])
            for number, title in facts.sections
            if number in counts
        ],
        signals=[
            SignalList(
                signal=signal.value,
                title=str(TITLES[signal]),
                explanation=str(EXPLANATIONS[signal]) % {"characters": SHORT_CHARACTERS},
                count=len(found.hints[signal]),
                hints=found.hints[signal][:SHOWN],
            )
            for signal in Signal
        ],
    )


def _earlier_texts(declaration: Declaration, earlier: Declaration) -> dict[str, str]:
    texts = dict(earlier.statements.order_by().values_list("control__number", "individual_control"))
    renamed = old_numbers(earlier.edition_id, declaration.edition_id)
    moved = {number: texts.get(sources[0], "") for number, sources in renamed.items() if sources}
    return texts | moved


def _cell(count: int, largest: int) -> MapCell:
    return MapCell(count, -(-count * 3 // largest) if largest else 0)
