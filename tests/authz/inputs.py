"""What a complete form sends, by route. Given the address and the actor, because some forms name another person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from controls.models import CatalogueEdition, ControlLineage, Lineage, TextImport
from controls.selectors.text_import import text_report
from registrations.models import Application, Decision
from tests.accounts.factories import PASSPHRASE
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
    " audits:coverage_request audits:coverage_retry"
    " audits:fieldwork_import_discard audits:fieldwork_import_undo",
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
