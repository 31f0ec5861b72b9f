"""Broken and hostile workbooks through the page and the worker: a refusal with its reason, or an import that is whole.

The reader runs here as in the product, in a child process with 2 seconds of CPU and 300 MB.
"""

import io
import zipfile

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import jobs
from core.enums import JobState
from core.models import Job
from declarations.models import StatementBatch, StatementHistory, WorkbookImport
from documents.enums import ImportState
from documents.workbook_imports import SANDBOX
from tests.declarations import builders
from tests.declarations.workbooks import (
    LINE,
    MAIN,
    NAME,
    brought,
    handmade,
    line,
    page,
    press_apply,
    retyped,
    taken,
    zipped,
)
from tests.documents.files import uploaded

ROWS = ("9.2.3.2", "9.2.3.10", "6.1.1.1")
IN_ONE_TEST = {"suppress_health_check": [HealthCheck.function_scoped_fixture]}
broken = st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=6)


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


@pytest.fixture
def editor(client, members):
    client.force_login(members.editor)
    return client


@pytest.fixture
def filled(editor, draft):
    """A workbook from here in which somebody has written into three rows."""
    return retyped(taken(editor, draft), {(row, "個別管理策"): f"{row}の手順" for row in ROWS})


def texts(draft):
    rows = draft.statements.order_by("control__sort_key")
    return list(rows.values_list("control__number", "individual_control", "row_version"))


def ends_well(editor, draft, content):
    """Refused at the field, refused by the reader, or shown; then applied whole or not at all. What became of it."""
    before = texts(draft)
    address = reverse("declarations:workbook-imports", args=[draft.pk])
    answer = editor.post(address, {"upload": uploaded(NAME, content)})
    if answer.status_code == 422:
        assert answer.context["form"].errors["upload"]
        return "stopped"
    imported = WorkbookImport.objects.latest("uploaded_at")
    jobs.run(imported.job_id)
    imported.refresh_from_db()
    shown = editor.get(imported.get_absolute_url())
    assert Job.objects.get(pk=imported.job_id).state == JobState.DONE
    if imported.state == ImportState.REFUSED:
        assert imported.refusal.endswith("。")
        assert "内部の不具合" not in imported.refusal
        assert shown.status_code == 200
        assert texts(draft) == before
        return "refused"
    promised = {row.number: row.mine for row in shown.context["preview"].changed}
    batches = StatementBatch.objects.count()
    assert press_apply(editor, imported, shown).status_code in (302, 422)
    written = [row for row, old in zip(texts(draft), before, strict=True) if row != old]
    assert {number for number, _text, _version in written} == promised.keys()
    assert StatementBatch.objects.count() == batches + bool(promised)
    if promised:
        batch = StatementBatch.objects.latest("occurred_at")
        assert batch.rows == StatementHistory.objects.filter(batch=batch.pk).count() == len(written)
    return "applied"


def test_an_unbroken_one_is_applied(editor, draft, filled):
    assert ends_well(editor, draft, filled) == "applied"
    assert {row for row, text, _version in texts(draft) if text} == set(ROWS)


@settings(max_examples=12, **IN_ONE_TEST)
@given(flips=broken)
def test_flipped_bytes_of_the_file(editor, draft, filled, flips):
    content = bytearray(filled)
    for at, value in flips:
        content[at % len(content)] ^= value
    ends_well(editor, draft, bytes(content))


@settings(max_examples=24, **IN_ONE_TEST)
@given(name=st.sampled_from(["sheet1.xml", "workbook.xml", "workbook.xml.rels"]), flips=broken)
def test_broken_parts_in_a_sound_archive(editor, draft, filled, name, flips):
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    (place,) = [each for each in parts if each.endswith(f"/{name}")]
    part = bytearray(parts[place])
    for at, value in flips:
        part[at % len(part)] = value
    ends_well(editor, draft, zipped(parts | {place: bytes(part)}))


def test_the_reader_may_use_two_seconds_and_300_mb():
    assert (SANDBOX["cpu_seconds"], SANDBOX["memory_mb"]) == (2, 300)


def long_text_everywhere():
    """One text of a megabyte, named by every cell of 5,000 rows."""
    strings = f"<sst {MAIN}><si><t>{'長' * 350_000}</t></si></sst>"
    rows = [
        "".join(f'<c r="{column}{n}" t="s"><v>0</v></c>' for column in "ABCDE")
        for n in range(2, 5_000)
    ]
    cells = "".join(f'<row r="{n}">{row}</row>' for n, row in enumerate(rows, 2))
    return handmade({"言明": page(cells)}, strings=strings)


def merged_over_and_over():
    """A hundred thousand merged areas over nearly all rows, no two after each other the same."""
    areas = "".join(f'<mergeCell ref="A{2 + n % 97}:E{5_000 - n % 89}"/>' for n in range(100_000))
    return handmade({"言明": page(line(2, LINE), after=f"<mergeCells>{areas}</mergeCells>")})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (long_text_everywhere, "メモリーが上限を超えた"),
        (merged_over_and_over, "時間がかかりすぎる"),
    ],
)
def test_what_eats_memory_or_time_is_refused_and_says_so(editor, draft, make, words):
    imported = brought(editor, draft, make())

    assert imported.state == ImportState.REFUSED
    assert words in imported.refusal
    assert words in editor.get(imported.get_absolute_url()).text
    assert {version for _number, _text, version in texts(draft)} == {1}
