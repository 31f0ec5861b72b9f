"""The fieldwork of one engagement over a full declaration: its pages, and one result recorded."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.models import User
from accounts.services.organisations import list_audit_body
from audits.services.engagement import accept_engagement, commission
from audits.services.fieldwork_scope import set_scope
from audits.services.team import Answers, confirm_independence
from bench.measure import Cost, measure
from bench.world import World, organisation, person


def fieldwork_operations(
    world: World, client_of: Callable[[User], Client], declarations: int
) -> Iterator[Cost]:
    """Nothing of the engagement stays, so that a second round begins as the first one did."""
    with transaction.atomic():
        yield from _operations(world, client_of, declarations)
        transaction.set_rollback(True)


def _operations(
    world: World, client_of: Callable[[User], Client], declarations: int
) -> Iterator[Cost]:
    firm = organisation(OrganisationKind.AUDIT_BODY, "見本監査法人")
    secretary, lead = person(world.committee, Role.SECRETARIAT), person(firm, Role.AUDIT_LEAD)
    lead.refresh_from_db()  # its name was given as a label, which history cannot keep
    yesterday = timezone.localdate() - timedelta(days=1)
    list_audit_body(organisation_id=firm.pk, actor=secretary, on=yesterday, reason="登録の確認。")
    engagement = commission(declaration_id=world.fixed.pk, firm_id=firm.pk, actor=world.approver)
    by: dict[str, Any] = {"engagement_id": engagement.pk, "actor": lead}
    accept_engagement(**by, version=engagement.row_version)
    confirm_independence(**by, version=0, answers=Answers(advisory_work=False, years_in_role=1))
    size = {"rows": len(set_scope(**by)), "declarations": declarations}
    auditor = client_of(lead)
    test = engagement.tests.select_related("control__parent__parent").first()
    number, section = test.control.number, test.control.parent.parent.number
    table = reverse("audits:fieldwork_section", args=[engagement.pk, section])
    sent = {f"{number}-version": test.row_version, f"{number}-design_result": "effective"}
    pages = {
        "engagement_page": engagement.get_absolute_url(),
        "fieldwork_page": reverse("audits:fieldwork", args=[engagement.pk]),
        "fieldwork_section_page": table,
    }
    for name, page in pages.items():
        yield measure(name, lambda page=page: auditor.get(page), **size)
    yield measure("record_test_result", lambda: auditor.post(table, sent), **size)
