"""The 登録申請書: what its data say, and what stands on its pages."""

from datetime import UTC, date, datetime

import pytest
from django.template.loader import render_to_string

from accounts.enums import Role
from declarations.models import CloudService, Declaration
from documents import pdf
from documents.registry import data_digest
from registrations.documents import APPLICATION_FORM, application_data
from registrations.models import Application, Clearance
from registrations.particulars import current_particulars
from tests.accounts.factories import OrganisationFactory, person
from tests.documents import reading

pytestmark = pytest.mark.django_db

FILED_AT = datetime(2026, 4, 20, 16, 0, tzinfo=UTC)  # already the 21st in Japan
FIXED = {"state": "fixed", "snapshot_sha256": "ab" * 32, "fixed_at": FILED_AT}


@pytest.fixture
def application(small_edition) -> Application:
    """A filed application with both audits."""
    OrganisationFactory(committee=True)
    approver = person(Role.CSP_APPROVER)
    organisation = approver.organisation
    organisation.corporate_number, organisation.address = "8999900000001", "見本県架空市1丁目"
    organisation.representative_title, organisation.representative_name = (
        "代表取締役",
        "浜野 すみれ",
    )
    organisation.save()
    service = CloudService.objects.create(
        organisation=organisation, name="みなと文書共有クラウド", name_kana="ミナト", search_key="みなと",
        data_locations="日本国内", foreign_law_risk="該当する者はない。", governing_law="日本法",
        contact_name="品質保証室 北条 いづみ", contact_email="contact@example.jp", created_at=FILED_AT,
        target_businesses=["部内資料の作成・共有"], creation_key="00000000-0000-4000-8000-000000000001",
    )  # fmt: skip
    declaration = Declaration.objects.create(
        service=service, edition=small_edition, period_start=date(2025, 4, 1),
        period_end=date(2026, 3, 31), fixed_by=approver, created_at=FILED_AT, **FIXED,
    )  # fmt: skip
    for kind, issuer in (("external_audit", "見本監査法人"), ("internal_audit", "内部監査室")):
        Clearance.objects.create(
            declaration=declaration, kind=kind, issuer=issuer, reference="見監報第2026-18号",
            issued_on=date(2026, 4, 15), recorded_at=FILED_AT,
        )  # fmt: skip
    filed = Application(
        organisation=organisation, service=service, declaration=declaration, kind="new", state="filed",
        filing_number=1, filed_at=FILED_AT, filed_by=approver, created_at=FILED_AT,
    )  # fmt: skip
    filed.particulars = current_particulars(filed)
    filed.save()
    return filed


def html_of(data: dict) -> str:
    context = {
        "title": "登録申請書",
        "number": "A-1",
        "issued_at": FILED_AT,
        "is_demo": False,
        "data": data,
    }
    return render_to_string(APPLICATION_FORM.template, context)


def test_the_data_say_who_applies_for_what_on_which_audits(application):
    data = application_data(application)

    assert (data["filed_on"], data["addressee"]) == ("2026-04-21", "見本運営委員会")
    assert data["form_number"] == "様式3［未確認］"
    assert [choice["label"] for choice in data["kinds"] if choice["is_on"]] == ["新規"]
    assert [choice["label"] for choice in data["delivery_models"] if choice["is_on"]] == ["SaaS"]
    assert [(a["label"], a["issuer"], a["issued_on"]) for a in data["audits"]] == [
        ("外部監査", "見本監査法人", "2026-04-15"), ("内部監査", "内部監査室", "2026-04-15"),
    ]  # fmt: skip
    assert data["registration_number"] == ""


def test_data_of_a_filed_application_stay_as_filed(application):
    before = data_digest(application_data(application))

    application.service.governing_law = "日本法（改）"

    assert data_digest(application_data(application)) == before


def test_data_before_filing_move_with_what_they_show(application):
    application.filed_at = None
    before = data_digest(application_data(application))
    assert data_digest(application_data(application)) == before

    application.service.governing_law = "日本法（改）"

    assert data_digest(application_data(application)) != before


def test_an_application_that_is_not_filed_yet_says_so(application):
    application.filed_at = None

    assert "（申請前）" in html_of(application_data(application))


def test_the_choice_is_marked_and_what_is_missing_is_named(application):
    html = html_of(application_data(application))

    assert '<span class="choice choice--on">新規</span>' in html
    assert '<span class="choice">更新</span>' in html
    assert "記載なし" in html


@pytest.mark.pdf
def test_the_paper_can_be_read_back(application):
    data = application_data(application)

    made = pdf.render(html=html_of(data), identifier="A-1", issued_at=FILED_AT, data=data)

    text = "".join(reading.page_texts(made.content))
    for words in (
        "令和8年4月21日", "見本運営委員会御中", "8-9999-0000-0001", "令和7年4月1日から令和8年3月31日まで",
        "■新規", "□更新", "見監報第2026-18号", "該当する者はない。", "以上", f"1/{made.pages}",
    ):  # fmt: skip
        assert words in text
    assert reading.outline(made.content)[0][0] == "登録申請書"
