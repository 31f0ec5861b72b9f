"""What a report says, gathered from the records of its engagement: the same values for the same records."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from audits.enums import FindingState, TestResult
from audits.models import (
    ControlTest,
    Engagement,
    Finding,
    FindingAnswer,
    ManagementConfirmation,
    Retest,
)
from audits.selectors.plan_scope import Classification, DetailRow
from controls.enums import Area, Level, Standard
from controls.models import Control
from controls.parameter_file import definitions
from controls.parameter_values import shown_lines
from controls.rules import Fact, Rules
from core.calendar import jst_date
from declarations.documents import printed_form_number

# What the report shows of the parameters: those of scope and samples as they held for the audited period, those of the
# report and of the confirmation as they held on the day of each.
OF_SCOPE = ("always_audited_standards", "liu_areas", "liu_control_areas", "sample_size_table")
OF_REPORT = ("form.audit_result_report", "audit_report_due_months")
OF_CONFIRMATION = ("management_confirmation_points",)
UNISSUED = (FindingState.DRAFT, FindingState.DROPPED)


def report_content(
    engagement: Engagement, confirmation: ManagementConfirmation, *, version: int, prepared_on: date
) -> dict[str, Any]:
    """The content of a report of that day as the records are now. Load `firm`, `declaration__service__organisation` and
    `declaration__edition` along. A constant number of queries; days are ISO dates.
    """
    declaration = engagement.declaration
    service, provider = declaration.service, declaration.service.organisation
    tests = list(_tests(engagement))
    findings = list(_findings(engagement))
    rules = Rules.at(prepared_on)
    return {
        "version": version,
        "form_number": printed_form_number(rules, "audit_result_report"),
        "service": {"name": service.name, "name_kana": service.name_kana},
        "provider": _organisation(provider),
        "firm": _organisation(engagement.firm),
        "declaration": {
            "version": declaration.version,
            "edition": declaration.edition.name,
            "period_start": declaration.period_start.isoformat(),
            "period_end": declaration.period_end.isoformat(),
            "snapshot_sha256": engagement.snapshot_sha256,
        },
        "commissioned_on": _day(engagement.commissioned_at),
        "team": _team(tests, findings),
        "scope": _scope(declaration.edition_id, declaration.period_end, tests),
        "sections": _sections(declaration.edition_id, tests, findings),
        "findings": [_finding(one, engagement) for one in findings],
        "confirmation": {
            "version": confirmation.version,
            "dated_on": confirmation.dated_on.isoformat(),
            "signer_title": confirmation.signer_title,
            "signer_name": confirmation.signer_name,
            "content_sha256": confirmation.content_sha256,
        },
        "parameters": [
            *_parameters(rules, OF_REPORT),
            *_parameters(Rules.at(declaration.period_end), OF_SCOPE),
            *_parameters(Rules.at(confirmation.dated_on), OF_CONFIRMATION),
        ],
    }


def _tests(engagement: Engagement) -> Iterable[ControlTest]:
    return (
        ControlTest.objects.filter(engagement=engagement)
        .select_related("control__parent", "tested_by", "inherited_from")
        .order_by("control__sort_key")
    )


def _findings(engagement: Engagement) -> Iterable[Finding]:
    """What was issued in this engagement, and what this engagement retested of earlier ones."""
    return (
        Finding.objects.filter(Q(engagement=engagement) | Q(retests__engagement=engagement))
        .exclude(state__in=UNISSUED)
        .select_related("test__control", "raised_by", "engagement__declaration")
        .prefetch_related(
            Prefetch(
                "answers",
                FindingAnswer.objects.order_by("-version").select_related("owner"),
            ),
            Prefetch("retests", Retest.objects.order_by("tested_at", "pk")),
        )
        .order_by("engagement__commissioned_at", "number")
        .distinct()
    )


def _organisation(organisation: Any) -> dict[str, str]:
    fields = (
        "name", "corporate_number", "address", "representative_title", "representative_name",
    )  # fmt: skip
    return {name: getattr(organisation, name) for name in fields}


def _team(tests: list[ControlTest], findings: list[Finding]) -> list[str]:
    """The names of those who tested or raised something, in order."""
    people = {test.tested_by for test in tests if test.tested_by}
    people |= {finding.raised_by for finding in findings}
    return sorted(person.name for person in people)


def _scope(edition_id: Any, on: date, tests: list[ControlTest]) -> list[dict[str, Any]]:
    """How many details of each standard, or area of the control measures, came to which result."""
    classification = Classification(edition_id, on=on)
    keys = dict(
        zip(
            (test.pk for test in tests),
            (_group(classification, test) for test in tests),
            strict=True,
        )
    )
    lines = []
    for label in [*_group_labels(), _("その他の管理策")]:
        of_group = [test for test in tests if keys[test.pk] == label]
        if of_group:
            lines.append({"label": label, **_counts(of_group)})
    return lines


def _group_labels() -> list[str]:
    standards = [Standard.GOVERNANCE, Standard.MANAGEMENT]
    return [str(one.label) for one in (*standards, *Area)]


def _group(classification: Classification, test: ControlTest) -> str:
    control = test.control
    if control.standard != Standard.CONTROL_MEASURE:
        return str(Standard(control.standard).label)
    row = DetailRow(
        control.pk, control.number, control.sort_key, control.standard, control.parent_id or control.pk,
        control.parent.sort_key if control.parent else [],
    )  # fmt: skip
    area = classification.control(row).area
    return str(Area(area).label) if area else _("その他の管理策")


def _counts(tests: list[ControlTest]) -> dict[str, int]:
    done = [test for test in tests if not test.is_skipped]
    results = [{test.design_result, test.operating_result} for test in done]
    return {
        "details": len(tests),
        "deficient": sum(TestResult.DEFICIENT in found for found in results),
        "clean": sum(TestResult.DEFICIENT not in found for found in results),
        "skipped": len(tests) - len(done),
    }


def _sections(
    edition_id: Any, tests: list[ControlTest], findings: list[Finding]
) -> list[dict[str, Any]]:
    """The results by section of the criteria. One query."""
    rows = Control.objects.filter(edition=edition_id, level=Level.SECTION)
    titles = {
        tuple(key): (number, title)
        for key, number, title in rows.values_list("sort_key", "number", "title")
    }
    codes: dict[Any, list[str]] = {}
    for finding in findings:
        codes.setdefault(finding.test_id, []).append(finding.code)
    sections: dict[tuple[int, ...], dict[str, Any]] = {}
    for test in tests:
        place = tuple(test.control.sort_key[:2])
        number, title = titles.get(place, (".".join(map(str, place)), ""))
        within = sections.setdefault(place, {"number": number, "title": title, "tests": []})
        within["tests"].append(_test(test, codes.get(test.pk, [])))
    return [sections[place] for place in sorted(sections)]


def _test(test: ControlTest, findings: list[str]) -> dict[str, Any]:
    return {
        "number": test.control.number,
        "title": test.control.title or (test.control.parent.title if test.control.parent else ""),
        "basis": str(test.get_basis_display()),
        "basis_note": test.basis_note,
        "design_procedure": test.design_procedure,
        "design": _result(test.design_result),
        "operating_procedure": test.operating_procedure,
        "operating": _result(test.operating_result),
        "population": test.population,
        "population_size": test.population_size,
        "sample_size": test.sample_size,
        "sample_method": str(test.get_sample_method_display()) if test.sample_method else "",
        "skip_reason": test.skip_reason,
        "inherited_from": test.inherited_from.name if test.inherited_from else "",
        "tested_by": test.tested_by.name if test.tested_by else "",
        "tested_on": _day(test.tested_at),
        "findings": findings,
    }


def _result(code: str) -> dict[str, str]:
    return {"code": code, "label": str(TestResult(code).label) if code else ""}


def _finding(finding: Finding, engagement: Engagement) -> dict[str, Any]:
    answer = next(iter(finding.answers.all()), None)
    return {
        "number": finding.code,
        "is_earlier": finding.engagement_id != engagement.pk,
        "control": finding.test.control.number,
        "title": finding.test.control.title,
        "evaluation": str(finding.get_evaluation_display()),
        "severity": str(finding.get_severity_display()),
        "fact": finding.fact,
        "effect": finding.effect,
        "sample_note": finding.sample_note,
        "state": str(finding.get_state_display()),
        "issued_on": _day(finding.issued_at),
        "answer": _answer(answer) if answer else None,
        "retests": [
            {
                "tested_on": _day(retest.tested_at),
                "result": _("改善を確認") if retest.is_remedied else _("改善を確認できず"),
                "procedure": retest.procedure,
            }
            for retest in finding.retests.all()
        ],
    }


def _answer(answer: FindingAnswer) -> dict[str, str]:
    return {
        "root_cause": answer.root_cause,
        "plan": answer.plan,
        "owner": answer.owner.name,
        "due_on": answer.due_on.isoformat(),
        "done_on": answer.done_on.isoformat() if answer.done_on else "",
        "result": answer.result,
    }


def _parameters(rules: Rules, names: Iterable[str]) -> list[dict[str, Any]]:
    return [_parameter(rules.fact(name)) for name in names if name in rules.facts]


def _parameter(fact: Fact) -> dict[str, Any]:
    lines = shown_lines(definitions().get(fact.name), fact.value)
    return {"label": fact.label, "value": lines, "status": fact.status_label, "source": fact.source}


def _day(instant: datetime | None) -> str:
    return jst_date(instant).isoformat() if instant else ""
