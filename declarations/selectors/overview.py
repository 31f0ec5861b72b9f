"""The page of one declaration: where it stands, how far it is, what to do next, who did what."""

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from accounts.models import User
from core.charts import Donut, donut
from core.labels import field_label
from declarations import policies
from declarations.enums import DeclarationMove, DeclarationState
from declarations.models import Declaration, DeclarationHistory
from declarations.selectors.activity import (
    Act,
    last_hand_back,
    people_who_edited,
    recent_acts,
)
from declarations.selectors.progress import Progress, chapter_progress, total_progress
from declarations.selectors.states import Tag, allowed_moves, state_tag
from declarations.selectors.tasks import TaskGroup, next_chapter, task_groups
from declarations.selectors.team import departed_holders
from declarations.snapshot import BODY_FIELDS


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the page of a declaration shows. What only the provider may see is empty for others."""

    declaration: Declaration
    tag: Tag
    total: Progress
    donut: Donut
    chapter_tables: list[list[Progress]]
    next_chapter: Progress | None
    body: list[dict[str, object]]
    moves: frozenset[DeclarationMove]
    tasks: list[TaskGroup] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    hand_back: DeclarationHistory | None = None
    departed: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The figures of the ring in words."""
        sentence = _(
            "%(total)s件のうち%(answered)s件の記入が済みました。未入力は%(undecided)s件、記入不足は%(incomplete)s件です。"
        ) % {
            "total": f"{self.total.total:,}",
            "answered": f"{self.total.answered:,}",
            "undecided": f"{self.total.undecided:,}",
            "incomplete": f"{self.total.incomplete:,}",
        }
        if self.total.unconfirmed:
            sentence += _("前回から引き継いだ%(count)s件が未確認です。") % {
                "count": f"{self.total.unconfirmed:,}"
            }
        return sentence


def declaration_overview(*, user: User, declaration: Declaration) -> Overview:
    """Read the page. `declaration` comes with service, organisation, edition and `fixed_by`."""
    chapters = chapter_progress(declaration.pk)
    total = total_progress(chapters)
    half = (len(chapters) + 1) // 2
    overview = Overview(
        declaration=declaration,
        tag=state_tag(declaration),
        total=total,
        donut=_donut(total),
        chapter_tables=[table for table in (chapters[:half], chapters[half:]) if table],
        next_chapter=next_chapter(chapters),
        body=body_items(declaration),
        moves=allowed_moves(user=user, declaration=declaration),
    )
    if not policies.can_edit_declaration(user, declaration):
        return overview
    is_draft = declaration.state == DeclarationState.DRAFT
    tasks = task_groups(user=user, declaration=declaration, chapters=chapters)
    return replace(
        overview,
        tasks=tasks if declaration.is_open else [],
        people=people_who_edited(declaration),
        acts=recent_acts(declaration.pk),
        hand_back=last_hand_back(declaration) if is_draft else None,
        departed=departed_holders(declaration) if is_draft else [],
    )


def body_items(declaration: Declaration) -> list[dict[str, object]]:
    """The body as `components/description_list.html` shows it; what is empty says so."""
    return [
        {
            "term": field_label(Declaration, name),
            "value": getattr(declaration, name) or _("（未入力）"),
            "is_multiline": True,
        }
        for name in BODY_FIELDS
    ]


def _donut(total: Progress) -> Donut:
    return donut(
        [
            (_("採用する"), total.adopted, "main"),
            (_("選択しない"), total.not_selected, "gray"),
            (_("統制目標を除外"), total.released, "second"),
            (_("未入力"), total.undecided, "rest"),
        ]
    )
