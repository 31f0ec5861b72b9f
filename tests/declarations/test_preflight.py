"""The pre-flight check, rule by rule, on plain values: no database is touched."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Organisation
from controls.enums import ParameterStatus, Standard
from controls.models import CatalogueEdition
from controls.rules import Fact, Rules
from declarations import preflight
from declarations.coverage import Cover
from declarations.enums import Adoption, Severity
from declarations.facts import (
    BaseFacts,
    DeclarationFacts,
    EvidenceFacts,
    ObjectiveFacts,
    StatementFacts,
)
from declarations.models import CloudService, Declaration
from tests.declarations.builders import BODY, END, PROVIDER, REASON, START, TEXT

PARAMETERS = {
    "audited_period_min_months": 3,
    "audited_period_max_months": 12,
    "audited_period_gap_allowed": False,
    "basic_requirement_deviation": "refuse",
}
OBJECTIVE = ObjectiveFacts(
    "9.2.3", "特権的アクセス権の管理", "9.2", Standard.CONTROL_MEASURE, exclusion_reason=""
)
EXCLUDED = replace(OBJECTIVE, exclusion_reason="特権的アクセス権を設けていないため。")
MANAGEMENT = replace(OBJECTIVE, number="4.4.1", section="4.4", standard=Standard.MANAGEMENT)
BASE = BaseFacts("ismap", "見本-C1", "見本基盤クラウド", "見本基盤", START, None)
ADOPTED = {"adoption": Adoption.ADOPTED, "individual_control": TEXT}
NOT_SELECTED = {"adoption": Adoption.NOT_SELECTED, "reason": REASON}


def rules(**changed) -> Rules:
    values = PARAMETERS | changed
    return Rules(
        END,
        {
            name: Fact(name, name, value, ParameterStatus.CONFIRMED, "見本", None, None)
            for name, value in values.items()
        },
    )


def statement(number="9.2.3.2", *, objective=OBJECTIVE, mandatory=False, **said) -> StatementFacts:
    """A statement, undecided unless `said`."""
    values = {
        "adoption": Adoption.UNDECIDED,
        "reason": "",
        "individual_control": "",
        "base": None,
        "inherited_note": "",
        "evidence": (),
    } | said
    return StatementFacts(
        number=number,
        title="特権的アクセス権の割当て",
        suffix="PB" if mandatory else "",
        is_mandatory=mandatory,
        objective=objective,
        **values,
    )


def facts(*statements: StatementFacts, **changed) -> DeclarationFacts:
    """A declaration without a flaw of its own but for these statements and `changed` values."""
    organisation = Organisation(**(PROVIDER | changed.pop("provider", {})))
    edition = CatalogueEdition(name="見本の管理基準", in_force_from=date(2022, 4, 1))
    edition.in_force_until = changed.pop("edition_until", None)
    service = CloudService(
        organisation=organisation, base_services=changed.pop("base_services", "")
    )
    body = BODY | changed.pop("body", {})
    declaration = Declaration(
        service=service, edition=edition, period_start=START, period_end=END, **body
    )
    rows = statements or (statement(**ADOPTED),)
    return DeclarationFacts(
        declaration=declaration,
        previous_end=changed.pop("previous_end", None),
        rules=changed.pop("rules", rules()),
        today=changed.pop("today", date(2026, 5, 1)),
        sections=(("9.2", "利用者アクセスの管理"),),
        objectives=tuple(dict.fromkeys(row.objective for row in rows)),
        statements=rows,
    )


NAMED = {"base_services": "見本基盤クラウド（見本-C1）"}


def codes(found: DeclarationFacts) -> list[str]:
    return [issue.code for issue in preflight.run(found)]


def only(found: DeclarationFacts) -> preflight.Issue:
    """The one message there is."""
    (issue,) = preflight.run(found)
    return issue


def test_a_complete_declaration_passes():
    assert preflight.run(facts()) == []


# A case that fires for every rule: its key, the code, the severity.
FIRING = {
    "period": (facts(previous_end=date(2025, 3, 30)), "period", Severity.ERROR),
    "body": (facts(body={"scope": ""}), "body_scope", Severity.ERROR),
    "provider": (facts(provider={"profile": ""}), "provider_profile", Severity.ERROR),
    "undecided": (facts(statement()), "undecided", Severity.ERROR),
    "unconfirmed": (
        facts(statement(is_unconfirmed=True, **ADOPTED)),
        "unconfirmed",
        Severity.ERROR,
    ),
    "individual_control": (
        facts(statement(adoption=Adoption.ADOPTED)),
        "no_individual_control",
        Severity.ERROR,
    ),
    "reason": (
        facts(statement(adoption=Adoption.NOT_SELECTED), statement("9.2.3.10", **ADOPTED)),
        "no_reason",
        Severity.ERROR,
    ),
    "basic_requirement": (
        facts(statement(mandatory=True, **NOT_SELECTED), statement("9.2.3.10", **ADOPTED)),
        "basic_requirement",
        Severity.ERROR,
    ),
    "objective": (facts(statement(**NOT_SELECTED)), "empty_objective", Severity.WARNING),
    "evidence": (
        facts(
            statement(
                **ADOPTED,
                evidence=(EvidenceFacts("記録.pdf", "0" * 64, Cover(START, date(2025, 12, 31))),),
            )
        ),
        "evidence_ends_early",
        Severity.WARNING,
    ),
    "base_services": (
        facts(statement(adoption=Adoption.ADOPTED, base=BASE)),
        "base_services",
        Severity.WARNING,
    ),
    "base_listed": (
        facts(statement(base=replace(BASE, listed_until=date(2025, 12, 31)), **ADOPTED), **NAMED),
        "base_not_listed",
        Severity.WARNING,
    ),
    "period_running": (facts(today=END), "period_running", Severity.WARNING),
    "edition": (facts(edition_until=date(2025, 12, 31)), "edition", Severity.WARNING),
}


def test_every_rule_has_a_case_that_fires():
    assert set(FIRING) == {rule.key for rule in preflight.RULES}


@pytest.mark.parametrize("key", FIRING)
def test_a_rule_fires_alone_and_says_how_to_mend(key):
    found, code, severity = FIRING[key]
    issue = only(found)

    assert (issue.code, issue.severity) == (code, severity)
    assert issue.message.endswith("。")
    assert issue.mend.endswith("ください。")
    fired = [rule.key for rule, issues in preflight.run_by_rule(found) if issues]
    assert fired == [key]


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(facts(previous_end=date(2025, 3, 31)), id="period that follows the last"),
        pytest.param(
            facts(
                previous_end=date(2025, 3, 1),
                rules=rules(audited_period_gap_allowed=True),
            ),
            id="gap that the parameter allows",
        ),
        pytest.param(facts(body={"out_of_scope": ""}), id="optional part of the body"),
        pytest.param(facts(provider={"phone": ""}), id="optional part of the provider"),
        pytest.param(facts(statement(objective=EXCLUDED)), id="undecided but released"),
        pytest.param(
            facts(
                statement(adoption=Adoption.ADOPTED, base=BASE),
                base_services="見本基盤クラウド（見本-0001）",
            ),
            id="inherited instead of an individual control",
        ),
        pytest.param(
            facts(statement(objective=EXCLUDED, adoption=Adoption.ADOPTED)),
            id="no text but released",
        ),
        pytest.param(
            facts(statement(objective=EXCLUDED, adoption=Adoption.NOT_SELECTED)),
            id="no reason but released",
        ),
        pytest.param(
            facts(statement(objective=EXCLUDED, mandatory=True, **NOT_SELECTED)),
            id="mandatory but released",
        ),
        pytest.param(
            facts(statement(**NOT_SELECTED), statement("9.2.3.10", **ADOPTED)),
            id="one adopted control for the objective",
        ),
        pytest.param(facts(today=date(2026, 4, 1)), id="period that ended yesterday"),
        pytest.param(facts(edition_until=END), id="edition to the last day"),
    ],
)
def test_what_is_in_order_raises_nothing(found):
    assert codes(found) == []


def test_a_management_detail_is_required_without_a_mark():
    row = statement("4.4.1.1", objective=MANAGEMENT, **NOT_SELECTED)
    kept = statement("4.4.1.2", objective=MANAGEMENT, **ADOPTED)
    issue = only(facts(row, kept))

    assert (issue.code, issue.number) == ("basic_requirement", "4.4.1.1")
    assert "すべて採用" in issue.mend
    assert "除外" not in issue.mend


def test_a_mandatory_control_measure_may_leave_with_its_objective():
    row = statement("9.2.3.11.PB", mandatory=True, **NOT_SELECTED)
    assert "統制目標ごと除外" in only(facts(row, statement(**ADOPTED))).mend


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (statement(), "「選択しない」を選んで"),
        (statement(mandatory=True), "統制目標ごと除外"),
        (statement(objective=MANAGEMENT), "すべて採用"),
    ],
)
def test_an_undecided_detail_is_told_what_it_offers(row, words):
    assert words in only(facts(row)).mend


def test_the_parameter_makes_a_reasoned_deviation_a_warning():
    deviation = statement("9.2.3.11.PB", mandatory=True, **NOT_SELECTED)
    bare = replace(deviation, reason="")
    warn = rules(basic_requirement_deviation="warn")
    kept = statement(**ADOPTED)

    assert only(facts(deviation, kept, rules=warn)).severity == Severity.WARNING
    issues = preflight.run(facts(bare, kept, rules=warn))
    assert [(issue.code, issue.severity) for issue in issues] == [
        ("no_reason", Severity.ERROR),
        ("basic_requirement", Severity.ERROR),
    ]


def test_errors_are_those_that_block():
    issues = preflight.run(facts(statement(), today=END))
    assert [issue.code for issue in preflight.errors(issues)] == ["undecided"]


statements = st.lists(
    st.builds(
        statement,
        number=st.integers(1, 40).map(lambda n: f"9.2.3.{n}"),
        objective=st.sampled_from([OBJECTIVE, EXCLUDED, MANAGEMENT]),
        mandatory=st.booleans(),
        adoption=st.sampled_from(Adoption.values),
        reason=st.sampled_from(["", REASON]),
        individual_control=st.sampled_from(["", TEXT]),
        base=st.sampled_from([None, BASE]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row.number,
)


@given(rows=statements, data=st.data())
def test_the_order_of_statements_does_not_matter(rows, data):
    # Two standards share one number range here; what is excluded is one objective only.
    rows = [
        replace(row, objective=replace(row.objective, number=str(index)))
        for index, row in enumerate(rows)
    ]
    shuffled = data.draw(st.permutations(rows))
    assert Counter(preflight.run(facts(*rows))) == Counter(preflight.run(facts(*shuffled)))


@given(rows=statements)
def test_released_details_are_never_an_error(rows):
    released = [replace(row, objective=EXCLUDED) for row in rows]
    assert preflight.errors(preflight.run(facts(*released))) == []


@pytest.mark.parametrize(
    ("base", "code"),
    [
        (replace(BASE, listed_from=date(2025, 4, 2)), "base_not_listed"),
        (replace(BASE, listed_until=date(2026, 3, 30)), "base_not_listed"),
        (replace(BASE, listed_until=END), "base_left_the_list"),
        (replace(BASE, listed_until=date(2026, 4, 30)), "base_left_the_list"),
    ],
)
def test_a_base_service_that_is_not_on_the_list_warns_at_each_row(base, code):
    rows = [statement(number, base=base, **ADOPTED) for number in ("9.2.3.2", "9.2.3.10")]
    issues = preflight.run(facts(*rows, today=date(2026, 5, 1), **NAMED))

    assert [(i.code, i.number, i.severity) for i in issues] == [
        (code, "9.2.3.2", Severity.WARNING),
        (code, "9.2.3.10", Severity.WARNING),
    ]
    assert all("見本-C1 見本基盤クラウド" in issue.message for issue in issues)


@pytest.mark.parametrize(
    "row",
    [
        statement(base=replace(BASE, listed_until=date(2026, 5, 1)), **ADOPTED),
        statement(base=replace(BASE, listed_until=START), objective=EXCLUDED, **ADOPTED),
        statement("9.2.3.10", base=replace(BASE, listed_until=START), **NOT_SELECTED),
    ],
)
def test_on_the_list_to_this_day_or_not_counted_no_warning(row):
    rows = facts(row, statement("9.2.3.99", **ADOPTED), today=date(2026, 5, 1), **NAMED)
    assert "base_listed" not in [rule.key for rule, issues in preflight.run_by_rule(rows) if issues]


def test_a_note_without_a_base_service_is_no_inheritance():
    assert codes(facts(statement(inherited_note="物理的対策を継承します。", **ADOPTED))) == [
        "base_unnamed"
    ]
    bare = facts(statement(adoption=Adoption.ADOPTED, inherited_note="見本基盤クラウド"))
    assert codes(bare) == ["no_individual_control", "base_unnamed"]


def covering(first, last, label="記録.pdf"):
    return EvidenceFacts(label, "0" * 64, Cover(first, last))


@pytest.mark.parametrize(
    ("files", "codes"),
    [
        ([], []),
        ([covering(None, None)], []),
        ([covering(START, END)], []),
        ([covering(START, date(2025, 12, 31))], ["evidence_ends_early"]),
        ([covering(START, date(2025, 12, 31)), covering(date(2026, 1, 1), END)], []),
        ([covering(None, date(2025, 3, 31))], ["evidence_beside_period"]),
        ([covering(date(2026, 4, 1), None)], ["evidence_beside_period"]),
        ([covering(None, date(2025, 3, 31)), covering(START, None)], ["evidence_beside_period"]),
    ],
)
def test_evidence_speaks_of_the_audited_period_to_its_end(files, codes):
    issues = preflight.run(facts(statement(**ADOPTED, evidence=tuple(files))))

    found = [issue for issue in issues if issue.code.startswith("evidence")]
    assert [issue.code for issue in found] == codes
    assert {issue.severity for issue in found} <= {Severity.WARNING}


def test_evidence_of_what_is_not_adopted_is_not_judged():
    issues = preflight.run(
        facts(statement(**NOT_SELECTED, evidence=(covering(None, date(2025, 3, 31)),)))
    )

    assert not [issue for issue in issues if issue.code.startswith("evidence")]
