"""Out and back without loss: what a person can type comes back as it was typed."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.text import clean_text
from declarations.enums import Adoption
from declarations.rules import LIMITS
from declarations.services.statements import StatementEdit, save_statements
from declarations.workbook.bases import spellings_of
from declarations.workbook.comparing import Allowed, compare
from declarations.workbook.reading import read
from declarations.workbook.writing import SheetFacts, workbook_bytes
from tests.declarations import builders
from tests.declarations.workbooks import brought, row

AWKWARD = (
    "=1+1", "'引用", "''", "+81-3-0000-0000", "-1", "@SUM(A1)", "＝1+1", "007", "1e3", "2026-04-01", "TRUE", "#N/A",
    "一行目\n\n三行目", "a\tb", "a  b", "𠮷野家", "葛\U000e0100", "か\u3099", "\ufa19", "👨\u200d👩\u200d👧",
    "<r>太字</r>", "<r></r>", "&amp;", "]]>", "<!DOCTYPE a>", "<!ENTITY b>", "_x0041_", "_x000D_", "a_x005F_x0041_",
    "_x0041_x0042_x0043_",
    "a\u2028b", "a\u0085b", "a\u00adb", "a\ufeffb", "\u200fעברית", "㈱㍿①㋿㎡", "{{7*7}}", "%s{0.__class__}", "_", "_x",
    "<r>_x0041_x0042_</r>", "_xD842_", "_x0000_",
)  # fmt: skip


def is_clean(text: str) -> bool:
    try:
        return clean_text(text) == text
    except ValueError:
        return False


def typed(max_size: int = 60, **options) -> st.SearchStrategy[str]:
    """What a person can type and the register keeps."""
    alphabet = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
    pieces = st.one_of(st.sampled_from(AWKWARD), st.text(alphabet, max_size=max_size))
    texts = st.lists(pieces, max_size=3).map("".join)
    return texts.filter(is_clean)


# None, two that may be chosen, and one that has left the list since a row named it.
BASES = ("", "見本-C1 見本 基盤", "見本-C2 =1+1", "見本-C3 去った基盤")
FACTS = SheetFacts("", "見本-1", "見本&サービス", "期間", "全体", timezone.now(), bases=BASES[1:3])


def back(rows):
    """The comparison after writing and reading."""
    found = json.loads(read(workbook_bytes(rows, FACTS)))
    allowed = Allowed(LIMITS, spellings_of(BASES[1:3]))
    return compare(found, rows, allowed, is_own=True)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(Adoption.values), typed(), typed(), st.sampled_from(BASES), typed(20)
        ),
        min_size=1,
        max_size=4,
    )
)
@example([("adopted", text, "", "", text) for text in AWKWARD if is_clean(text)])
def test_every_text_comes_back_as_it_was(answers):
    names = ("adoption", "individual_control", "reason", "base_service", "inherited_note")
    rows = [
        row(f"9.2.3.{n}", **dict(zip(names, answer, strict=True)))
        for n, answer in enumerate(answers, 1)
    ]
    preview = back(rows)
    assert (preview.same, preview.changed, preview.conflicting, preview.rejected) == (
        len(rows), [], [], [],
    )  # fmt: skip


def test_the_longest_texts_come_back():
    longest = {name: "𠮷" * limit for name, limit in LIMITS.items()} | {"base_service": BASES[1]}
    assert back([row(adoption="not_selected", **longest)]).same == 1


@pytest.mark.full_catalogue
@pytest.mark.django_db
def test_a_whole_declaration_comes_back(client, both_editions):
    members = builders.team()
    draft = builders.draft(members, both_editions[1])
    texts = [text for text in AWKWARD if is_clean(text)]
    numbers = list(draft.statements.values_list("control__number", flat=True))
    edits = [
        StatementEdit(number, 1, {"individual_control": f"{texts[n % len(texts)]}の{n}件目"})
        for n, number in enumerate(numbers)
    ]
    save_statements(declaration_id=draft.pk, actor=members.editor, edits=edits)
    client.force_login(members.editor)

    content = client.get(reverse("declarations:workbook", args=[draft.pk])).content
    imported = brought(client, draft, content)
    preview = client.get(imported.get_absolute_url()).context["preview"]

    assert (preview.same, preview.missing) == (len(numbers), 0)
    assert len(numbers) > 1_000
