"""One change to many statements: what it would do, and doing it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from controls.enums import Standard
from controls.models import Control
from controls.rules import Rules
from core.exceptions import DomainError, EditConflictError
from declarations.enums import Adoption, BatchKind
from declarations.models import Declaration, Statement, StatementBatch
from declarations.rules import offers_not_selected
from declarations.services.declaration import locked_draft
from declarations.services.statements import LIMITS, StatementEdit, save_statements

SUMMARY = 300
SHOWN_IN_SUMMARY = 60


class Mode(StrEnum):
    """What becomes of a text that stands there already."""

    KEEP = "keep"
    FILL = "fill"
    APPEND = "append"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What every selected row shall say. An empty adoption stays as it is; a reason comes with 選択しない alone.

    `base` is the key of a listed service, `base_name` how the act's summary names it.
    """

    adoption: str = ""
    reason: str = ""
    text_mode: Mode = Mode.KEEP
    text: str = ""
    base_mode: Mode = Mode.KEEP
    base: str = ""
    base_name: str = ""

    def of(self, row: Statement) -> dict[str, str]:
        """What this row would say, in the fields that would change."""
        wanted = {
            "individual_control": _merged(row.individual_control, self.text, self.text_mode),
            "base_service": _merged(row.said("base_service"), self.base, self.base_mode),
        }
        if self.adoption:
            wanted["adoption"] = self.adoption
        if self.adoption == Adoption.NOT_SELECTED:
            wanted["reason"] = self.reason
        return {name: value for name, value in wanted.items() if value != row.said(name)}

    @property
    def summary(self) -> str:
        """The change in one line."""
        parts = []
        if self.adoption:
            parts.append(_("採否：%(label)s") % {"label": Adoption(self.adoption).label})
        named = [
            (_("個別管理策"), self.text_mode, self.text),
            (_("基盤クラウドサービス"), self.base_mode, self.base_name),
        ]
        for label, mode, text in named:
            if mode != Mode.KEEP:
                words = {
                    Mode.FILL: _("%(label)s：空の項目に「%(text)s」"),
                    Mode.APPEND: _("%(label)s：末尾に「%(text)s」"),
                    Mode.REPLACE: _("%(label)s：「%(text)s」に置換え"),
                }[mode]
                if not text:
                    words = _("%(label)s：空にする")
                parts.append(words % {"label": label, "text": _short(text)})
        return "／".join(parts)[:SUMMARY]


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row that would change, with the values of its changing fields before and after."""

    row: Statement
    after: dict[str, str]

    @property
    def number(self) -> str:
        """Number of the control."""
        return self.row.control.number


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that the change cannot reach, why, and the objective by which it could be released, if any."""

    number: str
    title: str
    why: str
    objective: str = ""


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What a change would do to each of the selected rows."""

    rows: list[PlannedRow]
    left_out: list[LeftOut]
    unchanged: list[str]

    @property
    def versions(self) -> dict[str, int]:
        """The row versions that the plan rests on."""
        return {planned.number: planned.row.row_version for planned in self.rows}

    def moved_since(self, versions: dict[str, int]) -> set[str]:
        """Numbers of rows that are no longer as they were when `versions` were shown."""
        stale = {
            planned.number
            for planned in self.rows
            if planned.row.row_version != versions.get(planned.number)
        }
        return stale | {row.number for row in self.left_out if row.number in versions}


def plan_bulk_edit(
    declaration: Declaration, numbers: Iterable[str], change: BulkChange
) -> BulkPlan:
    """What the change would do, in catalogue order. Up to two queries."""
    rules = Rules.at(declaration.period_end)
    plan = BulkPlan([], [], [])
    rows = (
        declaration.statements.filter(control__number__in=list(numbers))
        .with_released()
        .select_related("control__parent", "updated_by", "base_service")
        .order_by("control__sort_key")
    )
    for row in rows:
        after = change.of(row)
        obstacle = _obstacle(row, after, rules)
        if obstacle:
            plan.left_out.append(obstacle)
        elif after:
            plan.rows.append(PlannedRow(row, after))
        else:
            plan.unchanged.append(row.control.number)
    return plan


@transaction.atomic
def bulk_edit(
    *,
    declaration_id: uuid.UUID,
    actor: User,
    versions: dict[str, int],
    change: BulkChange,
    batch_id: uuid.UUID,
) -> StatementBatch:
    """Change the rows whose versions are given, all of them or none.

    `batch_id` was given to the page that shows the change: the same id again is the same act (double click). Raises
    EditConflictError, with the numbers as `current`, when a row is no longer as that page showed it.
    """
    declaration = locked_draft(declaration_id, actor)
    done = StatementBatch.objects.filter(pk=batch_id).first()
    if done and (done.declaration_id, done.actor_id) == (declaration.pk, actor.pk):
        return done
    if done:
        raise DomainError(_("この確認画面は使えません。一覧から、もう一度選び直してください。"))
    plan = plan_bulk_edit(declaration, versions, change)
    if moved := plan.moved_since(versions):
        raise EditConflictError(current=moved)
    if not plan.rows:
        raise DomainError(_("選んだ項目は、すでにこの内容になっています。変更はありません。"))
    save_statements(
        declaration_id=declaration.pk,
        actor=actor,
        edits=[
            StatementEdit(planned.number, versions[planned.number], planned.after)
            for planned in plan.rows
        ],
        kind=BatchKind.BULK_EDIT,
        summary=change.summary,
        batch_id=batch_id,
    )
    return StatementBatch.objects.get(pk=batch_id)


def _merged(before: str, text: str, mode: Mode) -> str:
    if mode == Mode.REPLACE or (mode == Mode.FILL and not before):
        return text
    if mode == Mode.APPEND:
        return f"{before}\n{text}" if before else text
    return before


def _obstacle(row: Any, after: dict[str, str], rules: Rules) -> LeftOut | None:
    control: Control = row.control
    facts = {"number": control.number, "title": control.title or control.parent.title}
    if row.is_released:
        why = _("統制目標 %(number)s を除外しているため、採否を問いません。")
        return LeftOut(
            why=why % {"number": control.parent.number}, objective=control.parent.number, **facts
        )
    if after.get("adoption") == Adoption.NOT_SELECTED and not offers_not_selected(control, rules):
        if control.standard != Standard.CONTROL_MEASURE:
            return LeftOut(
                why=_(
                    "ガバナンス基準・マネジメント基準の項目のため「選択しない」を選べません。すべて採用します。"
                ),
                **facts,
            )
        why = _(
            "基本言明要件のため「選択しない」を選べません。適用できないときは統制目標ごと除外します。"
        )
        return LeftOut(why=why, objective=control.parent.number, **facts)
    if after.get("base_service") and after.get("adoption", row.adoption) == Adoption.NOT_SELECTED:
        why = _(
            "「選択しない」の項目のため、基盤クラウドサービスを付けられません。採否を先に改めてください。"
        )
        return LeftOut(why=why, **facts)
    too_long = [name for name, value in after.items() if len(value) > LIMITS.get(name, len(value))]
    if too_long:
        why = _("書き足すと%(limit)s字を超えます。この項目は1件ずつ直してください。")
        return LeftOut(why=why % {"limit": f"{LIMITS[too_long[0]]:,}"}, **facts)
    return None


def _short(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= SHOWN_IN_SUMMARY else f"{line[:SHOWN_IN_SUMMARY]}…"
