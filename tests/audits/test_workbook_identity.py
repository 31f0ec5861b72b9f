"""Out and back without loss: what an auditor can type comes back as it was typed."""

import json

from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audits.enums import TestResult
from audits.limits import MAX_POPULATION, TEXT_LIMITS
from audits.workbook.comparing import compare
from audits.workbook.reading import read
from audits.workbook.sheet import LAYOUT, RESULT_WORDS
from audits.workbook.writing import SheetRow, workbook_bytes
from documents.workbook.writing import SheetFacts
from tests.declarations.test_workbook_identity import AWKWARD, is_clean, typed

FACTS = SheetFacts("", "見本-1", "見本&サービス", "期間", "全体", timezone.now())
RESULTS = st.sampled_from(["", *TestResult.values])
SIZES = st.one_of(st.just(""), st.integers(1, MAX_POPULATION).map(str))


def row(number: str, values: dict[str, str], **facts) -> SheetRow:
    """A paper as the sheet shows it."""
    said = {
        "title": "見出し",
        "suffix": "",
        "basis": "監査計画",
        "declared": "=1+1",
        "assignee": "",
    }
    states = {"is_skipped": False, "is_sampled": False, "version": 1}
    return SheetRow(number=number, values=values, **(said | states | facts))


def back(rows):
    """The comparison after writing and reading."""
    return compare(json.loads(read(workbook_bytes(rows, FACTS))), rows, is_own=True)


@settings(max_examples=60)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "design_procedure": typed(),
                "design_result": RESULTS,
                "operating_procedure": typed(20),
                "population": typed(20),
                "population_size": SIZES,
                "operating_result": RESULTS,
                "notes": typed(),
            }
        ),
        min_size=1,
        max_size=4,
    )
)
@example(
    [
        dict.fromkeys(LAYOUT.typed, text)
        | {"design_result": "", "operating_result": "effective", "population_size": "1"}
        for text in AWKWARD
        if is_clean(text)
    ]
)
def test_everything_typed_comes_back_as_it_was(papers):
    rows = [row(f"9.2.3.{n}", values) for n, values in enumerate(papers, 1)]
    preview = back(rows)
    assert (preview.same, preview.changed, preview.conflicting, preview.rejected) == (
        len(rows), [], [], [],
    )  # fmt: skip


def test_the_longest_texts_come_back():
    longest = {name: "𠮷" * limit for name, limit in TEXT_LIMITS.items()}
    sizes = {"population_size": str(MAX_POPULATION)}
    values = longest | sizes | {"design_result": "deficient", "operating_result": ""}
    assert back([row("9.2.3.2", values)]).same == 1


def test_words_of_the_format_are_those_of_the_screens():
    labels = {value: str(label) for value, label in TestResult.choices}
    assert labels | {"": "未実施"} == RESULT_WORDS


def test_no_two_columns_have_one_heading():
    assert len(set(LAYOUT.headers.values())) == len(LAYOUT.columns)
