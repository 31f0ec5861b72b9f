"""The plan of an audit cycle of five years over a full declaration: proposed, looked at, and allocated anew."""

from collections.abc import Iterator

from django.db import transaction
from django.test import Client
from django.urls import reverse

from audits.services.cycle import open_cycle
from audits.services.plan import propose_plan
from bench.audited import YEARS
from bench.measure import Cost, measure
from bench.world import World


def cycle_operations(world: World, approver: Client, declarations: int) -> Iterator[Cost]:
    """Nothing of the cycle stays, so that a second round begins as the first one did."""
    with transaction.atomic():
        yield from _operations(world, approver, declarations)
        transaction.set_rollback(True)


def _operations(world: World, approver: Client, declarations: int) -> Iterator[Cost]:
    """`plan_cycle` is the whole act, from reading the declaration to writing every row of the plan."""
    size = {"rows": 1156, "declarations": declarations}
    cycle = open_cycle(declaration_id=world.fixed.pk, years=YEARS, actor=world.approver)
    propose = reverse("audits:cycle_propose", args=[cycle.pk])
    sent = {"version": cycle.row_version}
    yield measure("plan_cycle", lambda: approver.post(propose, sent), **size)
    propose_plan(cycle_id=cycle.pk, actor=world.approver, version=cycle.row_version)
    for name in ("cycle", "cycle_grid", "cycle_rebalance", "cycle_variants"):
        page = reverse(f"audits:{name}", args=[cycle.pk])
        yield measure(f"{name}_page", lambda page=page: approver.get(page), **size)
    coverage = reverse("audits:cycle_coverage", args=[cycle.pk])
    yield measure("coverage_page", lambda: approver.get(coverage, {"chapter": "9"}), **size)
