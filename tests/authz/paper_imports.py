"""Workbooks of working papers that auditors have brought back: names and texts are for the firm alone."""

from typing import TYPE_CHECKING

from django.utils import timezone

from audits.models import TestImport
from audits.selectors.workbook_import import preview_of
from audits.services.fieldwork_scope import pull_into_scope
from audits.services.workbook import apply_import, start_import
from audits.services.workbook_reading import read_import
from documents.services import store_upload
from documents.uploads import CheckedUpload, check_upload
from tests.audits.workbooks import handmade
from tests.authz.cases import Case
from tests.documents.files import uploaded

if TYPE_CHECKING:
    from tests.authz.world import World

ABOUT = "test_import"
# Another paper for each, which nothing else in the world writes.
ROWS = {"applied": "9.2.3.10", "ready": "9.2.3.11.PB"}


def put_paper_imports(world: "World") -> None:
    """One that waits and one that was applied in fieldwork, and some of engagements that are reported."""
    case = world.cases["fieldwork"]
    reason = case.keep("pulled-for-workbook", case.party.firm)
    by = {"engagement_id": case.engagement.pk, "actor": case.party.lead}
    pull_into_scope(**by, numbers=list(ROWS.values()), reason=reason)
    for name in ROWS:
        imported = start_import(**by, upload=_upload(case, name))
        read_import(import_id=imported.pk)
        imported.refresh_from_db()
        if name == "applied":
            apply_import(
                import_id=imported.pk,
                actor=case.party.lead,
                digest=preview_of(imported, case.engagement).digest({}),
                choices={ROWS[name]: "file"},
            )
        _put(world, name, imported)
    for state in ("filed", "accepted"):
        _put(world, state, _kept(world.cases[state]))
    _put(world, "other", _kept(world.other_cases["preparing"]))


def _upload(case: Case, name: str) -> CheckedUpload:
    firm = case.party.firm
    text = case.keep(f"paper-import-{name}-text", firm)
    content = handmade([ROWS[name], *[""] * 6, text])
    return check_upload(uploaded(f"{case.keep(f'paper-import-{name}', firm)}.xlsx", content))


def _kept(case: Case) -> TestImport:
    """One that waited when the report was filed. Nobody sees its rows any more, only that it was there."""
    name = case.keep("paper-import-left", case.party.firm)
    upload = check_upload(uploaded(f"{name}.xlsx", handmade(["6.1.1.13.PB"])))
    return TestImport.objects.create(
        engagement=case.engagement,
        file=store_upload(
            upload=upload, organisation_id=case.engagement.firm_id, actor=case.party.lead
        ),
        state="ready",
        content={"columns": {}, "rows": []},
        uploaded_by=case.party.lead,
        uploaded_at=timezone.now(),
    )


def _put(world: "World", state: str, imported: TestImport) -> None:
    world.put(ABOUT, state, pk=imported.engagement_id, workbook=imported.pk)
