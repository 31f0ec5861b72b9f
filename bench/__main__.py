"""python -m bench [--json] [--declarations N] [--compare N]: one line per operation."""

import argparse
import json
import resource
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from bench import company
from bench.audited import add_engagements
from bench.cycle import cycle_operations
from bench.fieldwork import fieldwork_operations
from bench.measure import Cost, measure
from bench.workbook import workbook_operations
from bench.world import PERIOD_END, PERIOD_START, World, build
from declarations.documents import (
    DECLARATION_FORM,
    declaration_data,
    declaration_subject,
)
from documents.services import render_document, request_document
from registrations.models import Registration

SECTION, NUMBER = "12.1", "9.2.3.2"
PAGE, FULL_LIST = 50, 2_000
ENGAGEMENTS = 500
# What an operation may cost more in a full installation. The data of the list grow with the list itself,
# and the audits of a firm fill their first page.
FLAT = 1.3
GROWS = {"public_list_json", "engagements_page"}


def client_of(person=None) -> Client:
    """A client, signed in as this person, whose middleware is loaded already."""
    client = Client()
    client.handler.load_middleware()
    if person:
        client.force_login(person)
    return client


def operations(world: World, declarations: int) -> Iterator[Cost]:
    """The acts and pages of the budgets, cheapest to set up first."""
    editor, approver, reader = client_of(world.editor), client_of(world.approver), client_of()
    size = {"declarations": declarations}
    create = reverse("declarations:declaration-create", args=[world.empty.pk])
    opening = {
        "period_start": PERIOD_START.isoformat(),
        "period_end": PERIOD_END.isoformat(),
        "edition": str(world.edition.pk),
    }
    draft, submitted = [world.draft.pk], [world.submitted.pk]
    section = reverse("declarations:section", args=[*draft, SECTION])
    overview = reverse("declarations:overview", args=draft)
    statement = reverse("declarations:statement", args=[*draft, NUMBER])
    saving = {"version": 2, "adoption": "adopted", "individual_control": "毎月棚卸しています。"}
    as_script = {"HX-Request": "true"}
    preflight = reverse("declarations:preflight", args=draft)
    approval = reverse("declarations:approval", args=submitted)
    fixing = {"version": world.submitted.row_version, "confirmed": "on"}
    public, data = reverse("public:list"), reverse("public:json")
    listed = Registration.objects.count()
    following = reverse("declarations:declaration-create", args=[world.fixed.service_id])
    carrying = opening | {
        "start": "carry",
        "period_start": (PERIOD_END + timedelta(days=1)).isoformat(),
        "period_end": (PERIOD_END + timedelta(days=180)).isoformat(),
    }
    yield measure("create_declaration", lambda: editor.post(create, opening), rows=1156, **size)
    yield measure(
        "create_declaration_carried", lambda: editor.post(following, carrying), rows=1156, **size
    )
    yield measure("section_page", lambda: editor.get(section), rows=60, **size)
    yield measure(
        "save_statement", lambda: editor.post(statement, saving, headers=as_script), rows=1, **size
    )
    yield measure("overview", lambda: editor.get(overview), rows=1156, **size)
    yield measure("preflight", lambda: editor.get(preflight), rows=1156, **size)
    yield measure("fix_declaration", lambda: approver.post(approval, fixing), rows=1156, **size)
    yield measure("public_list", lambda: reader.get(public), rows=min(listed, PAGE), **size)
    yield measure("public_list_json", lambda: reader.get(data), rows=listed, **size)
    yield from workbook_operations(world, editor, declarations)
    yield from cycle_operations(world, approver, declarations)
    yield from fieldwork_operations(world, client_of, declarations)


def declaration_pdf(world: World) -> dict:
    """One 言明書 of 1,156 statements as the worker makes it: CPU seconds, pages, peak memory of worker and child."""
    document = request_document(
        form=DECLARATION_FORM,
        subject=declaration_subject(world.fixed),
        organisation_id=world.fixed.service.organisation_id,
        data=declaration_data(world.fixed),
        actor=world.approver,
    )
    before = _cpu_seconds()
    render_document(document_id=document.pk)
    cpu = _cpu_seconds() - before
    document.refresh_from_db()
    return {
        "operation": "declaration_pdf",
        "cpu_s": round(cpu, 1),
        "pages": document.pages,
        "bytes": document.file.size,
        "memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "worker_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    """Build the world, measure, print."""
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--declarations", type=int, default=1, help="so many lie in the database")
    parser.add_argument(
        "--compare",
        type=int,
        metavar="N",
        help="measure again with N declarations, 500 audits and a long list",
    )
    arguments = parser.parse_args()
    world = build()
    first = company.list_first(world)
    company.add_listed(first, PAGE)
    company.add_declarations(world, arguments.declarations - 1)
    add_engagements(world, 1)
    company.settle()
    alone = list(shown(operations(world, arguments.declarations), as_json=arguments.json))
    if arguments.compare:
        company.add_listed(first, FULL_LIST)
        company.add_declarations(world, arguments.compare - arguments.declarations)
        company.settle()  # the triggers of the next rows look at these
        add_engagements(world, ENGAGEMENTS)
        company.settle()
        full = list(shown(operations(world, arguments.compare), as_json=arguments.json))
        for line in comparison(alone, full):
            show(line, as_json=arguments.json)
    show(declaration_pdf(world), as_json=arguments.json)


def comparison(alone: list[Cost], full: list[Cost]) -> Iterator[dict]:
    """How much more each operation costs in company: `flat` says whether that stays within the budget."""
    for one, many in zip(alone, full, strict=True):
        ratio = round(many.cpu_ms / one.cpu_ms, 2)
        verdict = (
            {} if one.operation in GROWS
            else {"flat": ratio <= FLAT and one.queries == many.queries}
        )  # fmt: skip
        yield {
            "operation": one.operation,
            "declarations": f"{one.declarations} → {many.declarations}",
            "rows": f"{one.rows} → {many.rows}",
            "cpu_ratio": ratio,
            "wall_ratio": round(many.wall_ms / one.wall_ms, 2),
        } | verdict


def shown(costs: Iterator[Cost], *, as_json: bool) -> Iterator[Cost]:
    """The same costs, each printed as it comes."""
    for cost in costs:
        show(asdict(cost), as_json=as_json)
        yield cost


def show(line: dict, *, as_json: bool) -> None:
    """One line for people or for programs."""
    if as_json:
        print(json.dumps(line, ensure_ascii=False), flush=True)
    else:
        name = line.pop("operation")
        print(f"{name:22}" + "  ".join(f"{key} {value}" for key, value in line.items()), flush=True)


if __name__ == "__main__":
    main()
