"""An audit of the demo that is under way: scope from the first year of the plan, results, a sample, a change."""

from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from audits.models import Engagement
from audits.services import cycle, fieldwork, plan
from audits.services.fieldwork_sample import add_reviewed, draw_sample
from audits.services.fieldwork_scope import pull_into_scope, set_scope, skip_inherited
from declarations.enums import Adoption
from declarations.models import Declaration
from declarations.services.declaration import revise_declaration
from declarations.services.evidence import add_evidence
from declarations.services.statements import StatementEdit, save_statements
from demo import journeys
from demo.calendar import Period
from demo.journeys import World
from documents.models import StoredFile
from documents.uploads import check_upload

APPROVER, EDITOR, LEAD, MEMBER = (
    "shirakaba-shounin", "shirakaba-tantou", "kisaragi-sekinin", "kisaragi-tantou",
)  # fmt: skip
YEARS = 3
# A section that is finished, with the one control in it that has a deficiency, and one that is only begun.
FINISHED, DEFICIENT, BEGUN = "4.4", "4.4.5.3", "4.5"
RECORD = "利用者IDの棚卸し記録.csv"
DESIGN = "規程と様式を閲覧し、担当者に手続を質問して、言明のとおりに定められていることを確かめた。"
OPERATION = "期間中の記録を閲覧し、定められた頻度で承認されていることを確かめた。"
FOUND = "承認日のない記録が1件あった。担当者は、承認を口頭で得たと説明した。"
SKIPPED = "基盤クラウドサービスの登録の監査で評価されているため。"
# What the provider changes while the audit is under way.
REWRITTEN = "今月から、点検の結果を月次で品質保証室へ報告しています。"


def prove(world: World, opened: Declaration, *, at: datetime) -> None:
    """The provider ties a record to a control."""
    text = "実施日,対象,件数,是正\n第1四半期,利用者ID,42,0\n第2四半期,利用者ID,44,1\n"
    with time_machine.travel(at):
        add_evidence(
            declaration_id=opened.pk,
            number=_sampled(opened),
            actor=world.people[EDITOR],
            upload=check_upload(SimpleUploadedFile(RECORD, text.encode())),
        )


def work(world: World, fixed: Declaration, period: Period) -> Engagement:
    """Planned and commissioned by the provider, taken by the firm, and half done."""
    lead, member = world.people[LEAD], world.people[MEMBER]
    with time_machine.travel(period.day(8)):
        begun = cycle.open_cycle(declaration_id=fixed.pk, years=YEARS, actor=world.people[APPROVER])
        plan.propose_plan(
            cycle_id=begun.pk, actor=world.people[APPROVER], version=begun.row_version
        )
    taken = journeys.engage(
        world,
        fixed,
        firm="kisaragi",
        approver=APPROVER,
        lead=LEAD,
        at=period.day(8),
        message="初めての監査です。範囲と日程のご相談をお願いします。",
    )
    with time_machine.travel(period.day(13)):
        set_scope(engagement_id=taken.pk, actor=lead)
        pull_into_scope(
            engagement_id=taken.pk,
            actor=lead,
            numbers=[_sampled(fixed), *_inherited(fixed)],
            reason="初回の監査で、特権IDと継承の扱いを確かめておくため。",
        )
        fieldwork.assign(
            engagement_id=taken.pk, actor=lead, numbers=_of(taken, BEGUN), assignee_id=member.pk
        )
    with time_machine.travel(period.day(14)):
        _record(taken, member)
    with time_machine.travel(period.day(16)):
        _sample(taken, lead)
    _change(world, taken, period)
    return taken


def _sampled(declared: Declaration) -> str:
    """A control of privileged access that the provider adopts; which are left out differs from seed to seed."""
    rows = declared.statements.filter(
        adoption=Adoption.ADOPTED, control__number__startswith="9.2.3."
    )
    return rows.order_by("control__sort_key").values_list("control__number", flat=True)[0]


def _inherited(declared: Declaration) -> list[str]:
    rows = declared.statements.filter(adoption=Adoption.ADOPTED, base_service__isnull=False)
    return list(rows.order_by("control__sort_key").values_list("control__number", flat=True))


def _of(taken: Engagement, section: str) -> list[str]:
    papers = taken.tests.filter(control__parent__parent__number=section)
    return list(papers.order_by("control__sort_key").values_list("control__number", flat=True))


def _record(taken: Engagement, member: User) -> None:
    edits = []
    for number in _of(taken, FINISHED):
        says = {
            "design_procedure": DESIGN,
            "design_result": "effective",
            "operating_procedure": OPERATION,
            "operating_result": "effective",
        }
        if number == DEFICIENT:
            says |= {"operating_result": "deficient", "notes": FOUND}
        edits.append(fieldwork.TestEdit(number, 1, says))
    for number in _of(taken, BEGUN)[:3]:
        says = {"design_procedure": DESIGN, "design_result": "effective"}
        edits.append(fieldwork.TestEdit(number, 1, says))
    fieldwork.record_tests(engagement_id=taken.pk, actor=member, edits=edits)


def _sample(taken: Engagement, lead: User) -> None:
    by: dict[str, Any] = {"engagement_id": taken.pk, "actor": lead}
    number = _sampled(taken.declaration)
    row = draw_sample(
        **by, number=number, version=1, population_size=86, method="random", sample_size=25
    )
    text = "期間中に申請された利用者IDの登録と変更。権限申請の台帳から数えた。"
    edit = fieldwork.TestEdit(number, row.row_version, {"population": text})
    fieldwork.record_tests(**by, edits=[edit])
    file = StoredFile.objects.filter(label=RECORD).get()
    add_reviewed(**by, number=number, file_id=file.pk)
    first = _inherited(taken.declaration)[0]
    skip_inherited(**by, number=first, version=1, reason=SKIPPED)


def _change(world: World, taken: Engagement, period: Period) -> None:
    """A version that is fixed after the one that is audited: a control of the scope changes, and one outside."""
    editor = world.people[EDITOR]
    with time_machine.travel(period.day(18)):
        draft = revise_declaration(declaration_id=taken.declaration_id, actor=editor)
        rows = draft.statements.exclude(individual_control="").select_related("control")
        outside = rows.exclude(control__in=taken.tests.values("control"))
        changed = (
            outside.order_by("control__sort_key").first(),
            rows.get(control__number=_sampled(taken.declaration)),
        )
        edits = [
            StatementEdit(
                row.control.number,
                row.row_version,
                {"individual_control": f"{row.individual_control}{REWRITTEN}"},
            )
            for row in changed
            if row
        ]
        save_statements(declaration_id=draft.pk, actor=editor, edits=edits)
    journeys.fix(
        world, draft, editor=EDITOR, approver=APPROVER, at=period.day(18) + timedelta(days=1)
    )
