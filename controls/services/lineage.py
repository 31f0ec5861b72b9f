"""Acts on a lineage: propose it from numbers and texts, correct a line, publish it as a second person."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls import policies
from controls.enums import ControlsAction, EditionState, Relation
from controls.models import CatalogueEdition, Control, ControlLineage, Lineage
from controls.selectors.lineage import LINE_LEVELS, details_without_line
from controls.services.lineage_draft import draft, record, refresh, step
from controls.shipped_lineage import SHIPPED_LINEAGE_SOURCE, known_changes
from controls.workflow import LINEAGE
from core.db import refusals
from core.exceptions import DomainError, EditConflictError
from core.policies import require

PROPOSED_SOURCE = "番号と本文から自動で作成した提案"
SHOWN_MISSING = 10


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What a person says of one line: the controls on both sides, their relation and a note."""

    relation: str
    old_id: uuid.UUID | None
    new_id: uuid.UUID | None
    note: str = ""


@transaction.atomic
def propose_lineage(
    *, old_edition_id: uuid.UUID, new_edition_id: uuid.UUID, actor: User
) -> Lineage:
    """Draft the lineage between two published editions, or return the one that is there.

    Proposing again brings the lines of a draft that nobody corrected up to date with the official texts; what people
    corrected, and a published lineage, stay as they are.
    """
    old, new = _lock_editions(old_edition_id, new_edition_id)
    require(policies.can_prepare_lineage, actor)
    existing = Lineage.objects.select_for_update().filter(old_edition=old, new_edition=new).first()
    if existing is not None:
        return refresh(existing, actor) if existing.state == EditionState.DRAFT else existing
    _require_in_order(old, new)
    return draft(old, new, actor, PROPOSED_SOURCE)


@transaction.atomic
def correct_line(
    *, lineage_id: uuid.UUID, version: int, actor: User, facts: LineFacts, line_id: int | None
) -> ControlLineage:
    """Say what really became of a control; without `line_id` a further line, as splits and mergers need them.

    A line that calls a control withdrawn or new gives way to one that names its counterpart. Raises EditConflictError
    when the lineage changed since `version`, DomainError when the sides do not fit the relation or the lineage is out.
    """
    lineage = _locked_draft(lineage_id, version, actor)
    line = ControlLineage(lineage=lineage)
    if line_id is not None:
        line = lineage.lines.select_related("old", "new").get(pk=line_id)
    before = _line_text(line) if line_id is not None else ""
    old = _side(lineage.old_edition_id, facts.old_id)
    new = _side(lineage.new_edition_id, facts.new_id)
    _require_fit(facts.relation, old, new)
    line.relation, line.old, line.new, line.note = facts.relation, old, new, facts.note
    line.is_proposed = False
    given_way = _give_way(line)
    with refusals({"controllineage_once": _("この組合せの行は、すでにあります。")}):
        line.save()
    changes: dict[str, Any] = {"line": [before, _line_text(line)]}
    if given_way:
        changes["removed"] = [given_way, []]
    _record_correction(lineage, actor, changes)
    return line


@transaction.atomic
def remove_line(*, lineage_id: uuid.UUID, version: int, actor: User, line_id: int) -> None:
    """Take a line away. A detail that is left without any line keeps the lineage from being published."""
    lineage = _locked_draft(lineage_id, version, actor)
    line = lineage.lines.select_related("old", "new").get(pk=line_id)
    before = _line_text(line)
    line.delete()
    _record_correction(lineage, actor, {"line": [before, ""]})


@transaction.atomic
def publish_lineage(*, lineage_id: uuid.UUID, version: int, actor: User) -> Lineage:
    """Publish a lineage that somebody else prepared; declarations may then be carried over by it.

    Raises EditConflictError when it changed since `version`, DomainError while a detail of either edition has no line.
    """
    lineage = Lineage.objects.select_for_update().get(pk=lineage_id)
    require(policies.can_publish_lineage, actor, lineage)
    move = LINEAGE.check(ControlsAction.PUBLISHED, lineage.state)
    _require_version(lineage, version)
    missing = details_without_line(lineage)
    if missing:
        raise DomainError(_missing_sentence(missing))
    return _publish(lineage, actor, move.target)


@transaction.atomic
def load_shipped_lineage(
    *, old: CatalogueEdition, new: CatalogueEdition, publisher: User | None
) -> Lineage | None:
    """The lineage between the shipped editions with what public sources say of it; a publisher also publishes it.

    Idempotent: one that is there already keeps its lines. None while an edition is still a draft.
    """
    if EditionState.DRAFT in (old.state, new.state):
        return None
    old, new = _lock_editions(old.pk, new.pk)
    lineage = Lineage.objects.filter(old_edition=old, new_edition=new).first()
    if lineage is None:
        lineage = draft(old, new, None, SHIPPED_LINEAGE_SOURCE, known_changes())
    if publisher is not None and lineage.state == EditionState.DRAFT:
        publish_lineage(lineage_id=lineage.pk, version=lineage.row_version, actor=publisher)
        lineage.refresh_from_db()
    return lineage


def _lock_editions(*ids: uuid.UUID) -> tuple[CatalogueEdition, CatalogueEdition]:
    """Both rows, so that two proposals at once are one."""
    rows = CatalogueEdition.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    by_id = {row.pk: row for row in rows}
    return by_id[ids[0]], by_id[ids[1]]


def _require_in_order(old: CatalogueEdition, new: CatalogueEdition) -> None:
    if old.pk == new.pk or old.in_force_from > new.in_force_from:
        raise DomainError(_("新しい版には、元の版より後に適用が始まる版を選んでください。"))
    for edition in (old, new):
        if edition.state != EditionState.PUBLISHED:
            raise DomainError(
                _("%(code)sは下書きです。版を公開してから、新旧対照を作成してください。")
                % {"code": edition.code}
            )


def _locked_draft(lineage_id: uuid.UUID, version: int, actor: User) -> Lineage:
    lineage = Lineage.objects.select_for_update().get(pk=lineage_id)
    require(policies.can_prepare_lineage, actor)
    LINEAGE.check(ControlsAction.PUBLISHED, lineage.state)
    _require_version(lineage, version)
    return lineage


def _require_version(lineage: Lineage, version: int) -> None:
    if version != lineage.row_version:
        raise EditConflictError(current=lineage)


def _side(edition_id: uuid.UUID, control_id: uuid.UUID | None) -> Control | None:
    """The objective or detail of that edition."""
    if control_id is None:
        return None
    control = Control.objects.filter(edition=edition_id, pk=control_id, level__in=LINE_LEVELS)
    try:
        return control.get()
    except Control.DoesNotExist as error:
        raise DomainError(_("番号は、それぞれの版の統制目標か詳細管理策から選びます。")) from error


def _require_fit(relation: str, old: Control | None, new: Control | None) -> None:
    """Two sides of one level, except for what is withdrawn or new."""
    if relation == Relation.NEW:
        fits, sentence = old is None and new is not None, _("新設の行は、新しい版の番号だけです。")
    elif relation == Relation.WITHDRAWN:
        fits, sentence = old is not None and new is None, _("廃止の行は、元の版の番号だけです。")
    else:
        fits = old is not None and new is not None and old.level == new.level
        sentence = _("元の版と新しい版から、同じ階層の番号を1つずつ選んでください。")
    if not fits:
        raise DomainError(sentence)


def _give_way(line: ControlLineage) -> list[str]:
    """Remove the lines that call a side of `line` withdrawn or new; refuse such a line beside one that pairs it."""
    others = ControlLineage.objects.filter(lineage=line.lineage_id).exclude(pk=line.pk)
    if line.old is None or line.new is None:
        side = {"old": line.old} if line.old else {"new": line.new}
        if others.filter(**side).exists():
            raise DomainError(
                _(
                    "この番号は、ほかの行で対応付けられています。先にその行を直すか、取り除いてください。"
                )
            )
        return []
    lonely = others.filter(old=line.old, new__isnull=True) | others.filter(
        new=line.new, old__isnull=True
    )
    texts = [_line_text(row) for row in lonely.select_related("old", "new")]
    lonely.delete()
    return texts


def _line_text(line: ControlLineage) -> str:
    note = f"（{line.note}）" if line.note else ""
    return f"{line} {Relation(line.relation).label}{note}"


def _missing_sentence(missing: list[Control]) -> str:
    shown = "、".join(f"{row.edition.code} {row.number}" for row in missing[:SHOWN_MISSING])
    more = _("ほか") if len(missing) > SHOWN_MISSING else ""
    return _(
        "対応の決まっていない詳細管理策が%(count)d件あります（%(shown)s%(more)s）。行を加えてから公開してください。"
    ) % {"count": len(missing), "shown": shown, "more": more}


def _publish(lineage: Lineage, actor: User, target: str) -> Lineage:
    now = timezone.now()
    before, lineage.state = lineage.state, target
    lineage.published_by, lineage.published_at = actor, now
    step(lineage, "state", "published_by", "published_at")
    record(lineage, actor, now, ControlsAction.PUBLISHED, from_state=before)
    return lineage


def _record_correction(lineage: Lineage, actor: User, changes: dict[str, Any]) -> None:
    step(lineage)
    record(lineage, actor, timezone.now(), ControlsAction.CORRECTED, changes=changes)
