"""What a complete form sends, by route. Given the address and the actor, because some forms name another person."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from audits.models import (
    AuditCycle,
    AuditReport,
    Engagement,
    EvidenceRequest,
    Finding,
    IndependenceStatement,
)
from audits.selectors.confirmation import TOLD, points_on
from controls.models import CatalogueEdition, ControlLineage, Lineage, TextImport
from controls.selectors.text_import import text_report
from registrations.models import Application, Decision
from tests.accounts.factories import PASSPHRASE
from tests.authz.cases import DETAIL
from tests.authz.cycles import movable
from tests.authz.world import Target, World
from tests.controls.workbooks import COLUMNS, workbook
from tests.documents.files import pdf, uploaded
from tests.registrations.factories import SERVICE

Input = Callable[[World, Target, str], dict[str, Any]]
INPUTS: dict[str, Input] = {}

REASON = {"reason": "見本の理由です。"}
SERVICE_FORM = SERVICE | {"name": "見本のサービス", "delivery_model": "saas"}
ORGANISATION = {"name": "見本の組織", "name_kana": "ミホンノソシキ"}


def today(days: int = 0) -> str:
    """A day as people write it."""
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def report() -> Any:
    """A file for a form."""
    return uploaded("報告書.pdf", pdf())


def sends(*names: str) -> Callable[[Input], Input]:
    """Register the input of these routes."""

    def register(function: Input) -> Input:
        INPUTS.update(dict.fromkeys(names, function))
        return function

    return register


def fixed(names: str, data: dict[str, Any]) -> None:
    """Register an input that is the same for everybody."""
    sends(*names.split())(lambda _world, _parts, _actor: dict(data))


fixed("accounts:create_organisation", ORGANISATION | {"kind": "csp"})
fixed("accounts:list_audit_body accounts:delist_audit_body", {"on": today(), **REASON})
fixed("accounts:end_membership", {"ends_on": today(), **REASON})
fixed(
    "accounts:organisations registrations:queue declarations:evidence-library"
    " declarations:listed-services",
    {"text": "見本"},
)
fixed("controls:withdraw_parameter declarations:hand-back declarations:review-return", REASON)
fixed(
    "accounts:resend_invitation accounts:withdraw_invitation declarations:revise declarations:submit"
    " declarations:edition-move declarations:confirmation-withdraw"
    " declarations:document-request declarations:document-retry declarations:evidence-remove"
    " declarations:comment-withdraw declarations:thread-reopen"
    " declarations:change-remove declarations:change-restore declarations:evidence-restore"
    " declarations:evidence-retire declarations:evidence-reinstate declarations:evidence-untie"
    " declarations:exclusion-end registrations:begin registrations:request_paper"
    " registrations:retry_paper registrations:end_conflict controls:publish_parameter"
    " controls:comparison-propose declarations:batch-undo declarations:workbook-discard"
    " declarations:workbook-undo declarations:presence"
    " audits:coverage_request audits:coverage_retry",
    {},
)
fixed(
    "controls:propose_parameter",
    {"value": "5", "in_force_from": today(), "status": "likely", "source": "見本の通知", **REASON},
)
fixed(
    "invitations:accept",
    {"name": "見本 新人", "password": PASSPHRASE, "password_again": PASSPHRASE},
)


@sends("accounts:edit_organisation")
def edit_organisation(world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return ORGANISATION | {"version": 1}


@sends("accounts:invite_person")
def invite(world: World, parts: Target, _actor: str) -> dict[str, Any]:
    role = _by_organisation(
        world, parts, "csp_editor", ("audit_member", "audit_member"), "secretariat"
    )
    return {"email": "new.person@example.jp", "roles": [role]}


@sends("accounts:grant_role")
def grant(world: World, parts: Target, _actor: str) -> dict[str, Any]:
    spare = world.people.spare
    person, role = _by_organisation(
        world,
        parts,
        (spare["approver"], "csp_editor"),
        ((spare["lead"], "audit_member"),) * 2,
        (spare["member"], "secretariat"),
    )
    return {"person": str(person.pk), "role": role, "starts_on": today()}


def _by_organisation(world: World, parts: Target, csp: Any, firms: Any, committee: Any) -> Any:
    found = {"provider": csp, "audit_body": firms[0], "unlisted": firms[1], "committee": committee}
    targets = world.targets["organisation"]
    return next(value for state, value in found.items() if targets[state]["pk"] == parts["pk"])


@sends("accounts:hand_over")
def hand_over(world: World, parts: Target, _actor: str) -> dict[str, Any]:
    """To a colleague who has the role not yet."""
    people = world.people
    to = {
        "CE": people.spare["approver"],
        "CA": people["CE"],
        "AM": people.spare["lead"],
        "AL": people["AM"],
    }
    colleague = to.get(_whose(world, parts), people.spare["secretary"])
    return {"person": str(colleague.pk), "on": today(), **REASON}


@sends("accounts:appoint_deputy")
def deputy(world: World, parts: Target, _actor: str) -> dict[str, Any]:
    people = world.people
    colleague = {"CA": people["CE"], "AL": people["AM"]}.get(_whose(world, parts))
    person = colleague or people.spare["secretary"]
    return {"person": str(person.pk), "starts_on": today(), "ends_on": today(7), **REASON}


def _whose(world: World, parts: Target) -> str:
    return next(
        state
        for state, target in world.targets["membership"].items()
        if target["pk"] == parts["pk"]
    )


@sends("controls:publish_edition")
def publish_edition(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return {"seen": CatalogueEdition.objects.get(pk=parts["pk"]).source_sha256}


@sends("controls:lineage-propose")
def propose_lineage(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    second, third = world.editions
    return {"old": str(second.pk), "new": str(third.pk)}


@sends("controls:lineage-line-remove", "controls:lineage-publish")
def lineage_version(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return {"version": Lineage.objects.get(pk=parts["pk"]).row_version}


@sends("controls:lineage-line", "controls:lineage-line-add")
def lineage_line(world: World, parts: Target, actor: str) -> dict[str, Any]:
    # 9.2.3.10 has its own line; beside it goes to 9.2.3.2, as in a split.
    line = ControlLineage.objects.filter(pk=parts.get("line")).first()
    old, new = (line.old.number, line.new.number) if line else ("9.2.3.10", "9.2.3.2")
    sides = {"old": old, "new": new, "relation": "split", "note": "見本の説明"}
    return sides | lineage_version(world, parts, actor)


@sends("controls:text-import-new")
def new_import(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    file = uploaded("管理基準.xlsx", workbook([["番号", "本文"], ["9.2.3.2", "見本の文"]]))
    return {"edition": str(world.edition.pk), "upload": file}


@sends("controls:text-import-review")
def apply_import(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    row = TextImport.objects.get(pk=parts["pk"])
    sheet = row.sheets.filter(position=1).first()
    seen = text_report(row.edition, sheet, COLUMNS).fingerprint if sheet else ""
    return {"sheet": 1, "header_row": 2, "number": 1, "text": 2, "seen": seen}


@sends("controls:comparison-confirm")
def confirm_comparison(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return {"seen": CatalogueEdition.objects.get(pk=parts["pk"]).compared_sha256}


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
    "audits:cycle_propose", "audits:cycle_agree", "audits:cycle_reopen", "audits:cycle_rebalance"
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


@sends("registrations:accept", "registrations:start_review", "registrations:withdraw")
def move(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return REASON | {"version": _application(parts).row_version}


@sends("registrations:file")
def file(world: World, parts: Target, actor: str) -> dict[str, Any]:
    return move(world, parts, actor) | {"confirmed": "on"}


@sends("registrations:answer", "registrations:resubmit")
def answer(world: World, parts: Target, actor: str) -> dict[str, Any]:
    declaration = _application(parts).declaration_id
    return move(world, parts, actor) | {"answer": "見本の回答", "declaration_id": str(declaration)}


@sends("registrations:correction", "registrations:inquire")
def ask(world: World, parts: Target, actor: str) -> dict[str, Any]:
    return move(world, parts, actor) | {"question": "見本の質問"}


@sends("registrations:propose")
def propose(world: World, parts: Target, actor: str) -> dict[str, Any]:
    data = {"judgement": "grant", "registration_number": "見本-99"}
    return move(world, parts, actor) | data


def _application(parts: Target) -> Application:
    return Application.objects.get(pk=parts["pk"])


@sends("registrations:vote")
def vote(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    version = Decision.objects.get(pk=parts["pk"]).proposal_version
    return {"step": "cast", "vote": "agree", "version": version, "reason": ""}


@sends("registrations:declare_conflict")
def declare_conflict(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return REASON | {"organisation": str(world.people.organisations["other"].pk)}


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
