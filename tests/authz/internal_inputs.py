"""What a complete form sends on the pages of internal audits (see `tests.authz.inputs`)."""

import uuid
from typing import Any

from audits.models import CorrectiveAction, InternalAudit, InternalAuditProgramme, Nonconformity
from tests.authz.declaration_inputs import INPUTS
from tests.authz.inputs import REASON, fixed, sends, today
from tests.authz.internal import UNTESTED
from tests.authz.world import Target, World

__all__ = ["INPUTS"]

PLAN = {"starts_on": today(-9), "ends_on": today(), "place": "別の拠点", "methods": "閲覧"}

fixed("audits:internal_plan", PLAN)
fixed("audits:internal_auditor_remove audits:internal_paper_retry", {})
fixed("audits:nonconformity_withdraw", REASON)
fixed("audits:action_done", {"done_on": today(), "note": "改めた。"})


@sends("audits:internal_programme_edit")
def programme(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    newest = InternalAuditProgramme.objects.current(parts["pk"])
    return {
        "version": newest.version if newest else 0,
        "purpose": "見本の目的",
        "scope": "全体",
        "management": "監査室",
        "frequency_months": "12",
        "weighting": "前回の不適合を優先",
        "valid_from": today(),
    }


@sends("audits:internal_start", "audits:internal_reopen", "audits:internal_file")
def version(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return REASON | {"version": InternalAudit.objects.get(pk=parts["pk"]).row_version}


@sends("audits:internal_plan_edit")
def edit_plan(world: World, parts: Target, actor: str) -> dict[str, Any]:
    return PLAN | version(world, parts, actor)


@sends("audits:internal_auditors")
def auditor(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {"person": str(world.people.spare["approver"].pk), "share": "9章"}


@sends("audits:internal_select")
def select(world: World, parts: Target, actor: str) -> dict[str, Any]:
    return version(world, parts, actor) | {"reasons": ["always"]}


@sends("audits:internal_select_section")
def select_section(world: World, parts: Target, actor: str) -> dict[str, Any]:
    return version(world, parts, actor) | {"act": "add", "n": ["9.2.3.11.PB"]}


@sends("audits:internal_assign")
def assign(world: World, parts: Target, actor: str) -> dict[str, Any]:
    """To the spare auditor, as whom nobody has written."""
    run = InternalAudit.objects.get(pk=parts["pk"])
    return version(world, parts, actor) | {
        "auditor": run.auditors.first().pk,
        "only_free": "all",
        "sections": ["6.1"],
    }


@sends("audits:internal_section")
def results(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    run = InternalAudit.objects.get(pk=parts["pk"])
    sent: dict[str, Any] = {"tested_on": today()}
    for item in run.items.select_related("control").filter(
        control__parent__parent__number=parts["section"]
    ):
        row = {name: getattr(item, name) for name in ("result", "method", "sample", "note")}
        if item.control.number == UNTESTED:
            row |= {"result": "conforms", "method": "interview", "note": "見本の所見"}
        row["version"] = item.row_version
        sent |= {f"i{item.pk}-{name}": value for name, value in row.items()}
    return sent


@sends("audits:nonconformity_raise")
def raise_one(_world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {"creation_key": str(uuid.uuid4()), "severity": "minor", "fact": "見本の事実"}


@sends("audits:nonconformity_reword")
def reword(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    found = Nonconformity.objects.get(pk=parts["pk"])
    return {"version": found.row_version, "severity": "major", "fact": "見本の事実"}


@sends("audits:nonconformity_answer")
def answer(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {
        "creation_key": str(uuid.uuid4()),
        "cause": "見本の原因",
        "action": "見本の処置",
        "owner": str(world.people["CE"].pk),
        "due": today(30),
    }


@sends("audits:action_verify")
def verify(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    action = CorrectiveAction.objects.get(pk=parts["pk"])
    return {"version": action.row_version, "verification": "effective", "note": "確認した。"}


@sends("audits:internal_report")
def report(world: World, parts: Target, actor: str) -> dict[str, Any]:
    facts = {"reference": "内監-9", "conclusion": "見本", "reported_to": "委員会"}
    return version(world, parts, actor) | facts | {"reported_on": today()}
