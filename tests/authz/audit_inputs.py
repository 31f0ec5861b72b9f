"""What a complete form sends on the pages of external audits (see `tests.authz.inputs`)."""

import uuid
from typing import Any

from django.utils import timezone

from audits.models import (
    AuditCycle,
    AuditReport,
    Engagement,
    EvidenceRequest,
    Finding,
    IndependenceStatement,
    TestImport,
)
from audits.selectors.confirmation import TOLD, points_on
from audits.selectors.workbook_import import preview_of
from tests.audits.workbooks import handmade
from tests.authz.cases import DETAIL
from tests.authz.cycles import movable
from tests.authz.inputs import REASON, fixed, report, sends, today
from tests.authz.internal_inputs import INPUTS
from tests.authz.paper_imports import ROWS
from tests.authz.world import Target, World
from tests.documents.files import uploaded

__all__ = ["INPUTS"]


@sends("audits:accept", "audits:decline", "audits:terminate")
def engage(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return REASON | {"version": Engagement.objects.get(pk=parts["pk"]).row_version}


@sends("audits:team_assign")
def assign(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    """Somebody of the firm who is in no team."""
    return {"person": str(world.people["AO"].pk)}


fixed("audits:team_end", REASON)


@sends("audits:independence")
def independence(world: World, parts: Target, actor: str) -> dict[str, Any]:
    said = IndependenceStatement.objects.filter(
        member__engagement=parts["pk"], member__person=world.people.actors.get(actor)
    )
    answers = dict.fromkeys(("advisory_work", "financial", "family", "employment"), "no")
    return answers | {"version": said.count(), "years_in_role": "2", "is_true": "on"}


@sends("audits:file_report")
def file_report(world: World, parts: Target, actor: str) -> dict[str, Any]:
    facts = {"reference": "監報-1", "issued_on": today(), "upload": report()}
    return engage(world, parts, actor) | facts


@sends("audits:ask_evidence")
def ask_evidence(_world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    words = {
        "title": "見本の資料",
        "text": "見本を示してください。",
        "numbers": "６．１．１．１、9.2",
    }
    return words | {"creation_key": str(uuid.uuid4())}


@sends("audits:accept_evidence", "audits:return_evidence", "audits:withdraw_request")
def request_version(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return REASON | {"version": EvidenceRequest.objects.get(pk=parts["pk"]).row_version}


@sends("audits:provide_evidence")
def provide_evidence(world: World, parts: Target, actor: str) -> dict[str, Any]:
    given = {"creation_key": str(uuid.uuid4()), "answer": "見本の回答", "uploads": report()}
    return request_version(world, parts, actor) | given


fixed("audits:cycle_open", {"years": "3"})


@sends(
    "audits:cycle_propose",
    "audits:cycle_agree",
    "audits:cycle_reopen",
    "audits:cycle_rebalance",
    "audits:cycle_end",
)
def cycle_version(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return REASON | {"version": AuditCycle.objects.get(pk=parts["pk"]).row_version}


@sends("audits:cycle_chapter")
def move_control(world: World, parts: Target, actor: str) -> dict[str, Any]:
    number, to = movable(AuditCycle.objects.get(pk=parts["pk"]))
    return cycle_version(world, parts, actor) | {"n": number, "to": to}


@sends("audits:cycle_include")
def include_control(world: World, parts: Target, actor: str) -> dict[str, Any]:
    facts = {"number": "6.3.1.1.PB", "year": "3"}
    return cycle_version(world, parts, actor) | facts


fixed("audits:fieldwork_scope", {})
fixed("audits:fieldwork_pull", {"numbers": "4.4.1.1"} | REASON)
fixed("audits:fieldwork_resume audits:fieldwork_skip", {"version": 3} | REASON)
fixed(
    "audits:fieldwork_section audits:fieldwork_control",
    {f"{DETAIL}-version": 3, f"{DETAIL}-operating_result": "effective"},
)
fixed(
    "audits:fieldwork_sample",
    {"version": 3, "population_size": 9, "method": "random", "sample_size": 3},
)


@sends("audits:fieldwork_assign")
def assign_tests(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {"n": DETAIL, "assignee": str(world.people["AL"].pk)}


@sends("audits:fieldwork_imports")
def bring_papers(_world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {"upload": uploaded("調書.xlsx", handmade([DETAIL]))}


@sends("audits:fieldwork_import")
def apply_papers(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    imported = TestImport.objects.filter(pk=parts["workbook"], state="ready").first()
    digest = preview_of(imported, imported.engagement).digest({}) if imported else ""
    return {"act": "apply", "digest": digest, f"choice-{ROWS['ready']}": "file"}


@sends("audits:fieldwork_reviewed")
def review_evidence(world: World, parts: Target, _actor: str) -> dict[str, Any]:
    audited = (case for case in world.cases.values() if case.engagement)
    case = next(case for case in audited if case.engagement.pk == parts["pk"])
    return {"file": str(case.tie.file.pk)}


FINDING = {"evaluation": "design", "severity": "high", "fact": "見本の事実です。"}


@sends("audits:finding_raise")
def raise_finding(_world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return FINDING | {"creation_key": str(uuid.uuid4())}


@sends("audits:finding_edit", "audits:finding_issue", "audits:finding_drop")
def finding(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return FINDING | REASON | {"version": Finding.objects.get(pk=parts["pk"]).row_version}


@sends("audits:finding_retest")
def retest_finding(world: World, parts: Target, actor: str) -> dict[str, Any]:
    facts = {"is_remedied": "yes", "procedure": "記録を閲覧しました。"}
    return finding(world, parts, actor) | facts


@sends("audits:finding_answer")
def answer_finding(world: World, parts: Target, actor: str) -> dict[str, Any]:
    facts = {"root_cause": "見本の原因です。", "plan": "別の計画です。", "due_on": today(9)}
    return finding(world, parts, actor) | facts | {"owner": str(world.people["CE"].pk)}


@sends("audits:finding_complete")
def complete_remedy(world: World, parts: Target, actor: str) -> dict[str, Any]:
    facts = {"done_on": today(), "result": "見本の結果です。"}
    return finding(world, parts, actor) | facts


@sends("audits:commission")
def commission(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    """With the firm that no declaration of the table is audited by."""
    return {"firm": str(world.people.organisations["other_firm"].pk), "message": ""}


@sends("audits:internal_audit")
def internal_audit(_world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {
        "reference": "内監-1",
        "audited_from": today(-9),
        "audited_until": today(-2),
        "issued_on": today(),
        "auditors": "内部監査室",
        "summary": "全体を監査しました。",
        "upload": report(),
    }


fixed("audits:report_prepare audits:paper_retry", {})


@sends("audits:confirmation_sign")
def sign_confirmation(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    points, _fact = points_on(timezone.localdate())
    ticks = {point.code: "on" for point in points if point.code not in TOLD}
    count = Engagement.objects.get(pk=parts["pk"]).confirmations.count()
    signer = {"signer_title": "執行役員", "signer_name": "見本 責任者"}
    facts = {"dated_on": today(), "version": count + 1, "step": "sign"}
    return ticks | dict.fromkeys(TOLD, "none") | signer | facts


@sends(
    "audits:report_review", "audits:report_return", "audits:report_sign", "audits:report_issue",
    "audits:report_reopen",
)  # fmt: skip
def step_of_report(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    version = AuditReport.objects.get(pk=parts["pk"]).row_version
    numbered = {"reference": "監報-1", "dated_on": today(), "confirmed": "on"}
    return REASON | numbered | {"version": version}
