"""python -m bench [--json] [--declarations N]: one line per operation."""

import argparse
import json
import resource
import time
from collections.abc import Iterator
from dataclasses import asdict

import django

django.setup()

from django.test import Client  # noqa: E402 -- Django has to be set up first
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench.measure import Cost, measure  # noqa: E402
from bench.world import PERIOD_END, PERIOD_START, World, build  # noqa: E402
from declarations.documents import (  # noqa: E402
    DECLARATION_FORM,
    declaration_data,
    declaration_subject,
)
from declarations.services.fixing import fix_declaration  # noqa: E402
from documents.services import render_document, request_document  # noqa: E402
from registrations.models import Registration  # noqa: E402

SECTION, NUMBER = "12.1", "9.2.3.2"


def client_of(person) -> Client:
    """A signed-in client."""
    client = Client()
    client.force_login(person)
    return client


def operations(world: World, declarations: int) -> Iterator[Cost]:
    """The acts and pages of the budgets, cheapest to set up first."""
    editor, approver = client_of(world.editor), client_of(world.approver)
    size = {"declarations": declarations}
    create = reverse("declarations:declaration-create", args=[world.empty.pk])
    opening = {
        "period_start": PERIOD_START.isoformat(),
        "period_end": PERIOD_END.isoformat(),
        "edition": str(world.edition.pk),
    }
    draft, submitted = [world.draft.pk], [world.submitted.pk]
    section = reverse("declarations:section", args=[*draft, SECTION])
    statement = reverse("declarations:statement", args=[*draft, NUMBER])
    saving = {"version": 1, "adoption": "adopted", "individual_control": "毎月棚卸しています。"}
    preflight = reverse("declarations:preflight", args=draft)
    approval = reverse("declarations:approval", args=submitted)
    fixing = {"version": world.submitted.row_version, "confirmed": "on"}
    public, data = reverse("public:list"), reverse("public:json")
    listed = Registration.objects.count()
    yield measure("create_declaration", lambda: editor.post(create, opening), rows=1156, **size)
    yield measure("section_page", lambda: editor.get(section), rows=60, **size)
    yield measure("save_statement", lambda: editor.post(statement, saving), rows=1, **size)
    yield measure("preflight", lambda: editor.get(preflight), rows=1156, **size)
    yield measure("fix_declaration", lambda: approver.post(approval, fixing), rows=1156, **size)
    yield measure("public_list", lambda: Client().get(public), rows=listed, **size)
    yield measure("public_list_json", lambda: Client().get(data), rows=listed, **size)


def declaration_pdf(world: World) -> dict:
    """One 言明書 of 1,156 statements as the worker makes it: CPU seconds, pages, peak memory of this process."""
    fixed = fix_declaration(
        declaration_id=world.submitted.pk,
        actor=world.approver,
        version=world.submitted.row_version,
    )
    document = request_document(
        form=DECLARATION_FORM,
        subject=declaration_subject(fixed),
        organisation_id=fixed.service.organisation_id,
        data=declaration_data(fixed),
        actor=world.approver,
    )
    started = time.process_time()
    render_document(document_id=document.pk)
    cpu = time.process_time() - started
    document.refresh_from_db()
    return {
        "operation": "declaration_pdf",
        "cpu_s": round(cpu, 1),
        "pages": document.pages,
        "bytes": document.file.size,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Build the world, measure, print."""
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--declarations", type=int, default=1)
    arguments = parser.parse_args()
    setup_test_environment()
    world = build(arguments.declarations)
    for cost in operations(world, arguments.declarations):
        show(asdict(cost), as_json=arguments.json)
    show(declaration_pdf(world), as_json=arguments.json)


def show(line: dict, *, as_json: bool) -> None:
    """One line for people or for programs."""
    if as_json:
        print(json.dumps(line, ensure_ascii=False), flush=True)
    else:
        name = line.pop("operation")
        print(f"{name:22}" + "  ".join(f"{key} {value}" for key, value in line.items()), flush=True)


if __name__ == "__main__":
    main()
