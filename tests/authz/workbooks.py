"""Workbooks that people have brought back, with canaries in their names and texts."""

from typing import TYPE_CHECKING

from django.utils import timezone

from declarations.models import WorkbookImport
from declarations.selectors.workbook_import import preview_of
from declarations.services.workbook import apply_import, start_import
from declarations.services.workbook_reading import read_import
from documents.services import store_upload
from documents.uploads import CheckedUpload, check_upload
from tests.authz.cases import Case
from tests.authz.people import OTHER, OWN
from tests.declarations.workbooks import handmade, line, page
from tests.documents.files import uploaded

if TYPE_CHECKING:
    from tests.authz.world import World

ABOUT = "workbook"
# Another row for each, so that no text stands beside another with which it shares its beginning.
ROWS = {"applied": "4.4.1.10", "ready": "6.3.1.1.PB", "left": "6.1.1.13.PB"}


def put_workbooks(world: "World") -> None:
    """One that waits and one that was applied in a draft, and some of declarations that have gone on."""
    draft = world.cases["draft"]
    applied = _brought(draft, "applied", OWN)
    digest = preview_of(applied, draft.declaration).digest({})
    apply_import(
        import_id=applied.pk,
        actor=draft.party.editor,
        digest=digest,
        choices={ROWS["applied"]: "file"},
    )
    _put(world, "applied", applied)
    _put(world, "draft", _brought(draft, "ready", OWN))
    _put(world, "other_draft", _brought(world.other_cases["draft"], "ready", OTHER))
    for state in ("fixed", "filed", "accepted"):
        _put(world, state, _kept(world.cases[state]))


def _upload(case: Case, name: str, readers: tuple[str, ...]) -> CheckedUpload:
    text = case.keep(f"workbook-{name}-text", readers)
    content = handmade({"言明": page(line(2, [ROWS[name], "採用する", text, "", ""]))})
    return check_upload(uploaded(f"{case.keep(f'workbook-{name}', readers)}.xlsx", content))


def _brought(case: Case, name: str, readers: tuple[str, ...]) -> WorkbookImport:
    imported = start_import(
        declaration_id=case.declaration.pk,
        actor=case.party.editor,
        upload=_upload(case, name, readers),
    )
    read_import(import_id=imported.pk)
    imported.refresh_from_db()
    return imported


def _kept(case: Case) -> WorkbookImport:
    """One that waited when its declaration went on. Nobody sees its rows any more, only that it was there."""
    content = handmade({"言明": page(line(2, [ROWS["left"], "採用する", "見本", "", ""]))})
    name = case.keep("workbook-left", case.party.own)
    upload = check_upload(uploaded(f"{name}.xlsx", content))
    stored = store_upload(
        upload=upload, organisation_id=case.service.organisation_id, actor=case.party.editor
    )
    return WorkbookImport.objects.create(
        declaration=case.declaration,
        file=stored,
        state="ready",
        content={"columns": {}, "rows": []},
        uploaded_by=case.party.editor,
        uploaded_at=timezone.now(),
    )


def _put(world: "World", state: str, imported: WorkbookImport) -> None:
    world.put(ABOUT, state, pk=imported.declaration_id, workbook=imported.pk)
