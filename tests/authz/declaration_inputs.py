"""What a complete form sends on the pages of services and declarations (see `tests.authz.inputs`)."""

import uuid
from datetime import timedelta
from typing import Any

from declarations.models import (
    CloudService,
    Declaration,
    Evidence,
    EvidenceVersion,
    ListedService,
    StatementComment,
    WorkbookImport,
)
from declarations.selectors.unconfirmed import unconfirmed
from declarations.selectors.workbook_import import preview_of
from tests.authz.cases import DETAIL, NEIGHBOUR
from tests.authz.inputs import INPUTS, REASON, SERVICE_FORM, report, sends
from tests.authz.world import Target, World
from tests.declarations.workbooks import handmade
from tests.documents.files import uploaded
from tests.registrations.factories import PERIOD_END, PERIOD_START

__all__ = ["INPUTS"]


@sends("declarations:service-create")
def create_service(_world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return SERVICE_FORM | {"creation_key": str(uuid.uuid4())}


@sends("declarations:service-edit")
def edit_service(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return SERVICE_FORM | {"version": CloudService.objects.get(pk=parts["pk"]).row_version}


@sends("declarations:declaration-create")
def create_declaration(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    first = PERIOD_END + timedelta(days=1)
    last = first + timedelta(days=180)
    return {"period_start": str(first), "period_end": str(last), "edition": str(world.edition.pk)}


@sends("declarations:declaration-edit")
def edit_declaration(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return {"scope": "見本の範囲", "version": _declaration(parts).row_version}


@sends("declarations:approval")
def approve(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return {"confirmed": "on", "version": _declaration(parts).row_version}


LISTED = {
    "list_name": "ismap",
    "number": "見本-C901",
    "name": "見本の新しい基盤",
    "provider_name": "見本",
    "listed_from": "2022-04-01",
    "listed_until": "",
    "source": "見本のリスト",
}


@sends("declarations:listed-service-enter")
def enter_listed_service(_world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return LISTED | {"creation_key": str(uuid.uuid4())}


@sends("declarations:listed-service-correct", "declarations:listed-service-end")
def keep_listed_service(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    version = ListedService.objects.get(pk=parts["pk"]).row_version
    return LISTED | REASON | {"listed_until": "2026-03-31", "version": version}


@sends("declarations:statement")
def statement(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    row = _declaration(parts).statements.get(control__number=parts["number"])
    return {"individual_control": "見本の個別管理策", "version": row.row_version}


@sends("declarations:changes", "declarations:change")
def control_change(world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return {
        "version": 1 if "change" in parts else 0,
        "creation_key": str(uuid.uuid4()),
        "changed_on": PERIOD_START.isoformat(),
        "kind": "operation",
        "before": "年に一度でした。",
        "after": "毎月にしました。",
    }


@sends("declarations:comments", "declarations:comment-reply")
def comment(_world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {"body": "見本のコメント", "creation_key": str(uuid.uuid4())}


@sends("declarations:thread-resolve")
def resolve(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    thread = StatementComment.objects.filter(pk=parts["comment"]).first()
    return {"seen": 1 + thread.replies.count() if thread else 1}


@sends("declarations:statement-confirm")
def confirm_statement(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    row = _declaration(parts).statements.get(control__number=parts["number"])
    return {"version": row.row_version}


@sends("declarations:confirm-rows")
def confirm_rows(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    seen = unconfirmed(_declaration(parts).statements.all()).fingerprint
    return {"seen": seen, "confirmed": "on"}


@sends("declarations:bulk-edit")
def bulk_edit(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    row = _declaration(parts).statements.get(control__number=DETAIL)
    return {
        "numbers": DETAIL,
        "rows": f"{DETAIL}:{row.row_version}",
        "batch": str(uuid.uuid4()),
        "text_mode": "append",
        "text": "見本の文",
        "step": "apply",
    }


@sends("declarations:assign")
def assign(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {"numbers": DETAIL, "step": "apply", "owner": str(world.people["ED"].pk)}


@sends("declarations:hand-over")
def hand_over_rows(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    people = world.people
    return {"one": str(people["CE"].pk), "other": str(people["ED"].pk)}


@sends("declarations:review-request")
def request_review(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    reviewer = str(world.people["CA"].pk)
    return {"numbers": NEIGHBOUR, "step": "apply", "reviewer": reviewer, "note": ""}


@sends("declarations:review-agree")
def agree(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    row = _declaration(parts).statements.get(control__number=parts["number"])
    return {"version": row.row_version}


@sends("declarations:evidence-add")
def add_evidence(_world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {"upload": report(), "note": "", "creation_key": str(uuid.uuid4())}


@sends("declarations:evidence-keep", "declarations:evidence-renew")
def keep_evidence(_world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {"upload": report(), "title": "", "creation_key": str(uuid.uuid4())}


@sends("declarations:evidence-edit")
def edit_evidence(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    return {"title": "見本の証跡", "version": Evidence.objects.get(pk=parts["pk"]).row_version}


@sends("declarations:evidence-pick")
def pick_evidence(world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {"version": str(world.targets["version"]["fixed"]["pk"])}


@sends("declarations:evidence-tie")
def tie_evidence(world: World, parts: Target, actor: str) -> dict[str, Any]:
    """To a detail of the draft of whoever asks, that has it not yet."""
    state = "other_draft" if actor in ("CE2", "CA2") else "draft"
    version = EvidenceVersion.objects.filter(evidence=parts["pk"]).order_by("-number").first()
    return {
        "step": "tie",
        "declaration": str(world.targets["declaration"][state]["pk"]),
        "version": str(version.pk) if version else "",
        "numbers": "3.1.2.1",
    }


@sends("declarations:exclusion")
def exclude(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    found = _declaration(parts).exclusions.filter(objective__number=parts["number"]).first()
    return REASON | {"version": found.row_version if found else 0}


@sends("declarations:workbook-imports")
def bring_workbook(_world: World, _parts: Target, _actor: str) -> dict[str, Any]:
    return {"upload": uploaded("言明.xlsx", handmade())}


@sends("declarations:workbook-import")
def apply_workbook(_world: World, parts: Target, _actor: str) -> dict[str, Any]:
    imported = WorkbookImport.objects.filter(pk=parts["workbook"], state="ready").first()
    digest = preview_of(imported, _declaration(parts)).digest({}) if imported else ""
    return {"act": "apply", "digest": digest, "choice-6.3.1.1.PB": "file"}


def _declaration(parts: Target) -> Declaration:
    return Declaration.objects.get(pk=parts["pk"])
