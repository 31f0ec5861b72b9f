"""Coverage of a cycle: what each reader is told of plan, audits and results, and what is missing."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from audits.documents.coverage import COVERAGE_FORM, coverage_data, coverage_subject
from audits.enums import ScopeBasis, TestResult
from audits.models import ControlTest, PlanItem
from audits.selectors.coverage_proof import Mark, coverage_of
from audits.views.coverage import SHOWN_PAPERS
from controls.models import Control
from core import jobs
from declarations.services.declaration import revise_declaration
from documents.models import Document
from documents.services import request_document
from tests.accounts.factories import OrganisationFactory, person
from tests.audits.cycles import EVERY, OUTSIDE, ROUND, Planning, planned
from tests.audits.factories import auditor_of
from tests.audits.findings import Found, raised
from tests.audits.reports import Reported
from tests.counting import counted_queries
from tests.declarations.editions import second_edition
from tests.documents import reading
from tests.registrations.factories import approved

pytestmark = pytest.mark.django_db


def recorded(found: Planning, results: dict[str, str], *, skipped: str = "") -> None:
    """What the auditors recorded of these controls."""
    for number, result in results.items():
        ControlTest.objects.create(
            engagement=found.audit.engagement,
            control=Control.objects.get(
                edition=found.audit.engagement.declaration.edition, number=number
            ),
            basis=ScopeBasis.PLAN,
            design_result=result,
            operating_result=result,
            skip_reason="" if result else skipped,
            tested_by=found.audit.lead,
            tested_at=timezone.now(),
        )


def reported(found: Planning, **numbered) -> Planning:
    """The report made from those records is issued, with a finding for each control that is deficient."""
    engagement = found.audit.engagement
    deficient = engagement.tests.filter(design_result=TestResult.DEFICIENT)
    for number in deficient.values_list("control__number", flat=True):
        Found(found.audit, raised(engagement, number=number)).issue()
    case = Reported(
        found.audit,
        auditor_of(engagement),
        auditor_of(engagement),
        auditor_of(engagement, Role.AUDIT_LEAD),
    )
    after = engagement.declaration.period_end + timedelta(days=40)
    with time_machine.travel(max(after, timezone.localdate())):
        case.confirm().prepare().review().sign(**numbered).make_paper().issue()
    return found


def in_first_year(found: Planning) -> list[str]:
    items = PlanItem.objects.filter(cycle=found.cycle, year=1)
    return list(items.order_by("control__sort_key").values_list("control__number", flat=True))


def marks(found: Planning, actor=None) -> dict[str, tuple]:
    found.cycle.refresh_from_db()
    rows = coverage_of(found.cycle, actor or found.audit.approver).rows
    return {row.number: row.marks for row in rows}


def page(client, found: Planning, query: str = "", actor=None) -> str:
    client.force_login(actor or found.audit.approver)
    answer = client.get(reverse("audits:cycle_coverage", args=[found.cycle.pk]) + query)
    assert answer.status_code == 200
    return re.sub(r"<[^>]+>|\s+", "", answer.content.decode())


def test_before_any_audit_everything_is_planned_and_nothing_missing(client, small_edition):
    found = planned(small_edition)
    assert marks(found)[EVERY] == (Mark.PLANNED,) * 3
    assert [marks(found)[number].count(Mark.PLANNED) for number in ROUND] == [1] * len(ROUND)
    text = page(client, found)
    assert "対象の10項目のうち、0項目の監査を終えました。これから監査する項目は10項目です。" in text
    assert "監査されずに残った項目はありません" in text
    assert text.count("まだ委嘱していません") == 3


def test_a_report_made_elsewhere_covers_what_was_planned_and_names_firm_and_report(
    client, small_edition
):
    found = planned(small_edition).engage().report()
    first = in_first_year(found)
    assert {number for number, row in marks(found).items() if row[0]} == set(first)
    assert all(marks(found)[number][0] == Mark.REPORTED for number in first)
    text = page(client, found)
    assert found.audit.firm.name in text
    assert "監報-1令和" in text
    assert "項目ごとの結果は、報告書にあります。" in text


def test_issued_results_are_told_and_what_was_left_out_is_named(client, small_edition):
    found = planned(small_edition).engage()
    first = in_first_year(found)
    effective, deficient, skipped, missing = first[0], first[1], first[2], first[3]
    results = dict.fromkeys(first, TestResult.EFFECTIVE.value)
    results |= {deficient: TestResult.DEFICIENT, OUTSIDE: TestResult.NOT_APPLICABLE}
    del results[missing], results[skipped]
    recorded(found, results)
    recorded(found, {skipped: ""}, skipped="掲載中の基盤クラウドサービスから継承しているため。")
    reported(found)

    known = marks(found)
    assert known[effective][0] == Mark.EFFECTIVE
    assert known[deficient][0] == Mark.DEFICIENT
    assert known[skipped][0] == Mark.SKIPPED
    assert known[missing][0] == Mark.GAP
    assert known[OUTSIDE][0] == Mark.NOT_APPLICABLE  # audited beyond the plan
    year = coverage_of(found.cycle, found.audit.approver).years[0]
    assert (year.audited, year.deficient, year.skipped, year.gaps) == (len(first), 1, 1, 1)
    text = page(client, found, f"?chapter={deficient.split('.')[0]}")
    assert f"{missing}1年目の監査で実施していません" in text
    assert f"{deficient}不備" in text


def test_nobody_is_told_a_result_before_the_report(client, small_edition):
    found = planned(small_edition).engage()
    recorded(found, dict.fromkeys(in_first_year(found), TestResult.DEFICIENT.value))
    for actor in (found.audit.approver, found.audit.lead):
        assert all(row[0] in (None, Mark.RUNNING) for row in marks(found, actor).values())
        text = page(client, found, "?chapter=9", actor)
        assert "監査中" in text
        assert "1項目の監査を終えました" not in text


def test_a_firm_does_not_hear_of_the_audit_that_another_took_later(client, small_edition):
    found = planned(small_edition).engage().report()
    former = found.audit.lead
    found.next_year()
    second = found.audit.firm = OrganisationFactory(audit_body=True)
    found.audit.lead = person(Role.AUDIT_LEAD, organisation=second)
    found.audit.commission()
    assert second.name not in page(client, found)  # not taken yet
    found.audit.accept()
    assert second.name in page(client, found)
    assert second.name not in page(client, found, actor=former)


def test_after_a_second_audit_of_the_period_the_newest_report_counts(client, small_edition):
    found = planned(small_edition).engage()
    first = in_first_year(found)
    recorded(found, dict.fromkeys(first[1:], TestResult.DEFICIENT.value))
    reported(found)
    assert marks(found)[first[0]][0] == Mark.GAP
    audit = found.audit
    draft = revise_declaration(declaration_id=audit.declaration.pk, actor=audit.editor)
    audit.declaration = approved(draft, audit.editor, audit.approver)
    found.engage()
    assert marks(found)[first[1]][0] == Mark.DEFICIENT  # the second one is at work
    recorded(found, dict.fromkeys(first, TestResult.EFFECTIVE.value))
    reported(found, reference="監報-8")
    assert {marks(found)[number][0] for number in first} == {Mark.EFFECTIVE}
    text = page(client, found)
    assert "監報-8" in text
    assert "監報-7" not in text


def test_two_periods_of_one_year_are_both_named_and_both_count(client, small_edition):
    found = planned(small_edition, years=2).engage().report()
    found.next_year(months=6).engage()
    recorded(found, {EVERY: TestResult.DEFICIENT})
    reported(found)
    found.next_year(months=6).engage()
    results = dict.fromkeys((EVERY, OUTSIDE), TestResult.EFFECTIVE.value)
    recorded(found, results)
    reported(found, reference="監報-8")
    assert marks(found)[EVERY][1] == marks(found)[OUTSIDE][1] == Mark.EFFECTIVE
    assert len(coverage_of(found.cycle, found.audit.approver).years[1].audits) == 2
    text = page(client, found)
    assert "監報-7" in text
    assert "監報-8" in text
    assert text.count("対象期間") == 2


def test_an_audit_by_another_edition_is_named_and_proves_nothing(client, small_edition):
    found = planned(small_edition).engage().report()
    other = second_edition()
    found.next_year(edition=other).engage()
    recorded(found, {EVERY: TestResult.EFFECTIVE})
    assert marks(found)[EVERY][1] == Mark.PLANNED
    reported(found)
    assert marks(found)[EVERY][1] == Mark.GAP
    text = page(client, found)
    assert f"別の版の管理基準（{other.name.replace(' ', '')}）による監査です。" in text
    year = coverage_data(found.cycle, found.audit.approver)["years"][1]
    assert year["audits"][0]["other_edition"] == other.name
    assert year["audited"] == 0


def test_an_empty_chapter_and_a_wrong_one_show_the_figures_alone(client, small_edition):
    found = planned(small_edition)
    for asked in ("99", "x", "９", "-1", ""):
        assert "章を選ぶと、項目ごとの結果を表示します。" in page(
            client, found, f"?chapter={asked}"
        )


def test_without_a_plan_there_is_no_such_page(client, small_edition):
    found = planned(small_edition)
    type(found.cycle).objects.filter(pk=found.cycle.pk).update(planned_at=None)
    client.force_login(found.audit.approver)
    address = reverse("audits:cycle_coverage", args=[found.cycle.pk])
    assert client.get(address).status_code == 404


def test_the_page_takes_as_many_queries_after_years_of_audits(client, small_edition):
    found = planned(small_edition)
    client.force_login(found.audit.approver)
    address = reverse("audits:cycle_coverage", args=[found.cycle.pk])
    client.get(address)
    found.engage()
    with counted_queries() as before:
        client.get(address)
    recorded(found, dict.fromkeys(in_first_year(found), TestResult.EFFECTIVE.value))
    reported(found)
    with counted_queries() as after:
        client.get(address)
    assert (
        len(after) <= len(before) + 2
    )  # whether the report is made from the records, and its results
    assert len(after) <= 24


def test_the_paper_is_asked_for_once_and_belongs_to_who_asked(client, small_edition):
    found = planned(small_edition).engage()
    ask = reverse("audits:coverage_request", args=[found.cycle.pk])
    client.force_login(found.audit.approver)
    for _twice in range(2):
        assert client.post(ask).status_code == 302
    paper = Document.objects.get()
    assert paper.organisation == found.audit.approver.organisation
    assert "作成中" in page(client, found)
    assert "作成中" not in page(client, found, actor=found.audit.lead)


@pytest.mark.pdf
def test_the_newest_papers_are_listed_and_older_ones_stay_readable(client, small_edition):
    found = planned(small_edition)
    approver = found.audit.approver
    papers = [
        request_document(
            form=COVERAGE_FORM,
            subject=coverage_subject(found.cycle, approver),
            organisation_id=approver.organisation_id,
            data={"issue": number},
            actor=approver,
        )
        for number in range(SHOWN_PAPERS + 1)
    ]
    client.force_login(approver)
    text = client.get(reverse("audits:cycle_coverage", args=[found.cycle.pk])).content.decode()
    addresses = [reverse("audits:coverage_status", args=[found.cycle.pk, one.pk]) for one in papers]
    assert [address in text for address in addresses] == [False] + [True] * SHOWN_PAPERS
    assert client.get(addresses[0]).status_code in (200, 302)


def test_the_paper_names_every_control_with_its_years(client, small_edition):
    found = planned(small_edition).engage()
    results = dict.fromkeys(in_first_year(found)[1:], TestResult.EFFECTIVE.value)
    recorded(found, results)
    reported(found)
    client.force_login(found.audit.approver)
    client.post(reverse("audits:coverage_request", args=[found.cycle.pk]))
    paper = Document.objects.get(form="coverage")
    jobs.run(paper.job_id)
    answer = client.get(reverse("audits:coverage_file", args=[found.cycle.pk, paper.pk]))
    text = "".join(reading.page_texts(b"".join(answer.streaming_content)))
    for number in marks(found):
        assert number in text
    assert "1年目の監査で実施していません" in text
    assert found.audit.firm.name in text
