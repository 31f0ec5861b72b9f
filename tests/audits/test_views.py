"""Who sees what of an engagement, and what a page answers."""

import json

import pytest
from django.core import mail
from django.urls import reverse

from accounts.enums import Role
from audits.enums import EngagementState
from audits.services import engagement as acts
from core import jobs
from core.calendar import format_wareki
from core.models import Job
from tests.accounts.factories import OrganisationFactory, person
from tests.audits.factories import audit, report, yesterday
from tests.counting import counted_queries
from tests.documents.files import pdf, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def fixed(small_edition):
    return audit(small_edition)


def url(name: str, found, *args) -> str:
    return reverse(f"audits:{name}", args=[found.engagement.pk, *args])


def test_the_provider_commissions_from_the_page(client, fixed):
    client.force_login(fixed.approver)
    page = reverse("audits:commission", args=[fixed.declaration.pk])
    assert fixed.firm.name in client.get(page).content.decode()
    answer = client.post(page, {"firm": str(fixed.firm.pk), "message": "よろしくお願いします。"})
    assert answer.status_code == 302
    assert fixed.firm.name in client.get(answer.url).content.decode()


def test_an_unlisted_firm_is_refused_at_the_field_and_nothing_is_lost(client, fixed):
    client.force_login(fixed.approver)
    other = OrganisationFactory(audit_body=True, listed_on=None)
    page = reverse("audits:commission", args=[fixed.declaration.pk])
    answer = client.post(page, {"firm": str(other.pk), "message": "書いた文"})
    assert answer.status_code == 422
    assert "監査機関リスト" in answer.content.decode()
    assert "書いた文" in answer.content.decode()


def test_the_firm_reads_the_snapshot_only_after_accepting_and_confirming(client, fixed):
    fixed.commission()
    client.force_login(fixed.lead)
    assert client.get(url("snapshot", fixed)).status_code == 403
    client.post(url("accept", fixed), {"version": fixed.engagement.row_version})
    assert client.get(url("snapshot", fixed)).status_code == 403
    fixed.confirm(fixed.lead)
    assert client.get(url("snapshot", fixed)).status_code == 200


def test_the_snapshot_shows_every_statement_of_a_section(client, fixed):
    fixed.commission().accept()
    client.force_login(fixed.lead)
    content = json.loads(bytes(fixed.declaration.snapshot.content))
    for section in {row["section"] for row in content["statements"]}:
        page = client.get(url("snapshot_section", fixed, section)).content.decode()
        for row in content["statements"]:
            assert (f">{row['number']}<" in page) == (row["section"] == section)


def test_an_unknown_section_or_file_is_not_found(client, fixed):
    fixed.commission().accept()
    client.force_login(fixed.lead)
    assert client.get(url("snapshot_section", fixed, "99.9")).status_code == 404
    assert client.get(url("snapshot_evidence", fixed, "0" * 64)).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.AUDIT_LEAD, 404), (Role.CSP_APPROVER, 404), (Role.SECRETARIAT, 404)],
)
def test_strangers_to_an_engagement_do_not_find_it(client, fixed, role, status):
    fixed.commission()
    client.force_login(person(role))
    assert client.get(url("engagement", fixed)).status_code == status


def test_the_provider_may_not_answer_for_the_firm(client, fixed):
    fixed.commission()
    client.force_login(fixed.approver)
    answer = client.post(url("accept", fixed), {"version": fixed.engagement.row_version})
    assert answer.status_code == 403


def test_a_report_is_filed_with_its_file_and_downloaded(client, fixed):
    fixed.commission().accept()
    client.force_login(fixed.lead)
    answer = client.post(
        url("file_report", fixed),
        {
            "version": fixed.engagement.row_version,
            "reference": "監報-1",
            "issued_on": yesterday().isoformat(),
            "upload": uploaded("報告書.pdf", pdf()),
        },
    )
    assert answer.status_code == 302
    served = client.get(url("report_file", fixed))
    assert served["Content-Disposition"].startswith("attachment")
    assert b"".join(served.streaming_content).startswith(b"%PDF")


def test_a_report_without_a_file_is_told_and_nothing_is_lost(client, fixed):
    fixed.commission().accept()
    client.force_login(fixed.lead)
    answer = client.post(
        url("file_report", fixed),
        {"version": fixed.engagement.row_version, "reference": "監報-77", "issued_on": "昨日"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "監報-77" in page
    assert "日付として読めません" in page


def test_a_double_click_on_accept_has_one_effect(client, fixed):
    fixed.commission()
    client.force_login(fixed.lead)
    for _click in range(2):
        client.post(url("accept", fixed), {"version": 1}, follow=True)
    fixed.engagement.refresh_from_db()
    assert fixed.engagement.state == EngagementState.FIELDWORK
    assert [one.action for one in fixed.engagement.history.all()] == [
        "commission", "accept", "assigned"
    ]  # fmt: skip


def test_the_other_side_gets_a_mail(fixed):
    fixed.commission()
    jobs.run(Job.objects.get().pk)
    assert [message.to for message in mail.outbox] == [[fixed.lead.email]]
    assert "監査を委嘱" in mail.outbox[0].body
    acts.decline_engagement(**fixed.by(fixed.lead), reason="繁忙のため。")
    jobs.run(Job.objects.order_by("-created_at").first().pk)
    assert {message.to[0] for message in mail.outbox[1:]} == {
        fixed.editor.email,
        fixed.approver.email,
    }


@pytest.mark.parametrize("services", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(client, small_edition, services):
    firm = OrganisationFactory(audit_body=True)
    for number in range(services):
        organisation = OrganisationFactory(
            address="見本県", representative_name="見本", profile="見本", name=f"事業者{number}"
        )
        audit(small_edition, organisation=organisation).commission(firm)
    client.force_login(person(Role.AUDIT_LEAD, organisation=firm))
    client.get(reverse("audits:engagements"))
    with counted_queries() as queries:
        client.get(reverse("audits:engagements"))
    assert len(queries) == 5  # session, person, memberships, count, rows


def test_the_internal_audit_is_filed_and_read(client, fixed):
    client.force_login(fixed.approver)
    page = reverse("audits:internal_audit", args=[fixed.declaration.pk])
    answer = client.post(
        page,
        {
            "reference": "内監-1",
            "audited_from": yesterday().isoformat(),
            "audited_until": yesterday().isoformat(),
            "issued_on": format_wareki(yesterday(), weekday=False),
            "auditors": "内部監査室 2名",
            "summary": "不適合は0件です。",
            "upload": uploaded("内部監査報告書.pdf", pdf()),
        },
    )
    assert answer.status_code == 302
    assert "不適合は0件です。" in client.get(page).content.decode()
    served = client.get(reverse("audits:internal_audit_file", args=[fixed.declaration.pk]))
    assert b"".join(served.streaming_content).startswith(b"%PDF")


def test_a_report_of_a_type_that_is_not_allowed_is_refused(client, fixed):
    fixed.commission().accept()
    client.force_login(fixed.lead)
    answer = client.post(
        url("file_report", fixed),
        {
            "version": fixed.engagement.row_version,
            "reference": "監報-1",
            "issued_on": yesterday().isoformat(),
            "upload": uploaded("報告書.svg", b"<svg/>"),
        },
    )
    assert answer.status_code == 422
    assert report().label not in answer.content.decode()
