"""The fieldwork of one engagement over a full declaration: its pages, and one result recorded."""

from collections.abc import Callable, Iterator

from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench.audited import audit
from bench.measure import Cost, measure
from bench.world import World


def fieldwork_operations(
    world: World, client_of: Callable[[User], Client], declarations: int
) -> Iterator[Cost]:
    """Nothing of the engagement stays, so that a second round begins as the first one did."""
    with transaction.atomic():
        yield from _operations(world, client_of(world.lead), declarations)
        transaction.set_rollback(True)


def _operations(world: World, auditor: Client, declarations: int) -> Iterator[Cost]:
    engagement = audit(world, world.fixed).engagement
    tests = engagement.tests.select_related("control__parent__parent")
    size = {"rows": len(tests), "declarations": declarations}
    number, section = tests[0].control.number, tests[0].control.parent.parent.number
    table = reverse("audits:fieldwork_section", args=[engagement.pk, section])
    sent = {f"{number}-version": tests[0].row_version, f"{number}-design_result": "effective"}
    pages = {
        "engagements_page": reverse("audits:engagements"),
        "engagement_page": engagement.get_absolute_url(),
        "fieldwork_page": reverse("audits:fieldwork", args=[engagement.pk]),
        "fieldwork_section_page": table,
    }
    for name, page in pages.items():
        yield measure(name, lambda page=page: auditor.get(page), **size)
    yield measure("record_test_result", lambda: auditor.post(table, sent), **size)
