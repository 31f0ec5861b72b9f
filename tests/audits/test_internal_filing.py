"""A record that was made elsewhere beside an internal audit made here: one takes the place of the other, openly."""

from typing import Any

import pytest
from django.urls import reverse

from audits.models import InternalAuditSubmission
from audits.services.internal import report as reports
from audits.services.internal.filing import file_internal_audit
from core.exceptions import DomainError
from documents.models import StoredFile
from registrations.models import Clearance
from tests.audits.factories import audit, report
from tests.audits.internal import (
    CONTROL,
    TODAY,
    Internal,
    day,
    planned,
    report_facts,
    reported,
    running,
)
from tests.documents.files import pdf, uploaded
from tests.racing import together

pytestmark = pytest.mark.django_db

ELSEWHERE = "本システムの外で作成した報告書で提出済みです"


def on_paper(found: Internal, **changes: Any) -> InternalAuditSubmission:
    """The record of an audit that was made elsewhere."""
    facts = {
        "reference": "紙-1",
        "audited_from": day(-9),
        "audited_until": day(-2),
        "issued_on": TODAY,
        "auditors": "監査室",
        "summary": "概要",
        "upload": report(),
    }
    declaration = found.around.declaration
    return file_internal_audit(
        declaration_id=declaration.pk, actor=found.approver, **(facts | changes)
    )


def page(client, found: Internal, name: str, key) -> str:
    client.force_login(found.approver)
    answer = client.get(reverse(f"audits:{name}", args=[key]))
    assert answer.status_code == 200
    return answer.text


def test_the_same_record_sent_twice_is_one(small_edition):
    found = Internal(audit(small_edition))
    assert on_paper(found) == on_paper(found)
    assert Clearance.objects.count() == 1
    assert StoredFile.objects.filter(label=report().label).count() == 1
    for change in ({"summary": "別の概要"}, {"upload": other_report()}):
        with pytest.raises(DomainError, match="すでに提出されています"):
            on_paper(found, **change)


def other_report():
    """Another file of the same name."""
    checked = report()
    return type(checked)(
        checked.file, checked.label, checked.kind, checked.media_type, checked.size, "0" * 64
    )


def test_a_double_click_on_the_page_answers_with_the_record(client, small_edition):
    found = Internal(audit(small_edition))
    place = reverse("audits:internal_audit", args=[found.around.declaration.pk])
    client.force_login(found.approver)
    for _click in range(2):
        facts = {
            "reference": "紙-1",
            "audited_from": day(-9).isoformat(),
            "audited_until": day(-2).isoformat(),
            "issued_on": TODAY.isoformat(),
            "auditors": "監査室",
            "summary": "概要",
            "upload": uploaded("報告書.pdf", pdf()),
        }
        answer = client.post(place, facts)
        assert (answer.status_code, answer.url) == (302, place)
    assert InternalAuditSubmission.objects.count() == 1


def test_what_was_approved_here_is_filed_from_here(client, small_edition):
    found = reported(small_edition)
    with pytest.raises(DomainError, match="先に承認を取り消してください"):
        on_paper(found)
    assert "先に承認を取り消してください" in page(
        client, found, "internal_audit", found.around.declaration.pk
    )
    reports.reopen_report(**found.by(), reason="紙の報告書を提出するため。")
    on_paper(found)
    assert InternalAuditSubmission.objects.get().reference == "紙-1"


def test_a_record_on_paper_ends_the_audit_in_the_product_and_its_pages_say_so(
    client, small_edition
):
    found = running(small_edition, CONTROL).test()
    on_paper(found)
    for name in ("internal", "internal_report"):
        text = page(client, found, name, found.run.pk)
        assert ELSEWHERE in text
        assert (
            f'href="{reverse("audits:internal_audit", args=[found.around.declaration.pk])}"' in text
        )
        assert "承認してPDFを作成する" not in text
    with pytest.raises(DomainError, match=ELSEWHERE):
        found.approve()
    with pytest.raises(DomainError, match="すでに提出されています"):
        found.file()


def test_a_planned_audit_is_not_begun_once_a_record_on_paper_was_filed(client, small_edition):
    found = planned(small_edition).staff().select(CONTROL)
    found.assign()
    assert "監査を開始する" in page(client, found, "internal", found.run.pk)
    on_paper(found)
    text = page(client, found, "internal", found.run.pk)
    assert ELSEWHERE in text
    assert "監査を開始する" not in text


@pytest.mark.django_db(transaction=True)
def test_an_approval_and_a_record_on_paper_at_once_leave_one(small_edition):
    found = running(small_edition, CONTROL).test()
    by = found.by()
    outcomes = together(
        lambda: reports.approve_report(**by, facts=report_facts()), lambda: on_paper(found)
    )
    assert sum(isinstance(one, DomainError) for one in outcomes) == 1
    found.run.refresh_from_db()
    assert found.run.is_reported != InternalAuditSubmission.objects.exists()
