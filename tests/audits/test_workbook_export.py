"""The workbook of working papers that leaves: what stands in it, what can be typed, what it costs."""

import io
import zipfile
from urllib.parse import unquote

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from audits.services.fieldwork_scope import skip_inherited
from audits.workbook.sheet import LAYOUT
from tests.audits.papers import EVERY, INHERITED, SECOND, papers
from tests.audits.workbooks import (
    taken,
)
from tests.counting import counted_queries

pytestmark = pytest.mark.django_db
SIZE, NOTES, DESIGN, OPERATING = "population_size", "notes", "design_result", "operating_result"


@pytest.fixture
def found(small_edition):
    return papers(small_edition).scope()


@pytest.fixture
def auditor(client, found):
    client.force_login(found.auditor)
    return client


def rows(content: bytes) -> dict[str, dict[str, str]]:
    """The rows by number, each by heading."""
    book = load_workbook(io.BytesIO(content))
    head, *lines = book.get_sheet_by_name(LAYOUT.sheet).to_python(skip_empty_area=False)
    return {line[0]: dict(zip(head, line, strict=True)) for line in lines}


def page_xml(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


class TestExport:
    def test_a_row_says_what_the_paper_and_the_declaration_say(self, auditor, found):
        found.record(EVERY, design_result="effective", notes="=1+1", population_size=40)
        found.engagement.tests.filter(control__number=EVERY).update(assignee=found.auditor)
        row = rows(taken(auditor, found))[EVERY]
        assert (row["整備状況評価の結果"], row["運用状況評価の結果"]) == ("有効", "未実施")
        assert (row["監査人の記録"], row["母集団の件数"]) == ("=1+1", "40")
        assert (row["対象とした理由"], row["担当者"]) == ("毎年監査する基準", found.auditor.name)
        assert row["個別管理策"]
        assert row["行の版"] == "2"

    def test_a_skipped_row_is_not_typed_and_a_sampled_population_is_kept(self, auditor, found):
        found.pull(INHERITED)
        before = page_xml(taken(auditor, found))
        skip_inherited(**found.by(), number=INHERITED, version=1, reason="評価済みのため。")
        found.draw(EVERY)
        content = taken(auditor, found)
        # More grey cells, which are most of them: seven of the skipped row, one of the sampled.
        grey = max(set(cells(before)), key=cells(before).count)
        assert cells(page_xml(content)).count(grey) - cells(before).count(grey) == 8
        assert "手続を省略：評価済みのため。" in rows(content)[INHERITED]["対象とした理由"]

    def test_a_section_or_the_own_rows_alone(self, auditor, found):
        found.engagement.tests.filter(control__number=SECOND).update(assignee=found.auditor)
        assert set(rows(taken(auditor, found, section="4.4"))) == {EVERY, SECOND, "4.4.1.10"}
        assert set(rows(taken(auditor, found, show="mine"))) == {SECOND}
        assert len(rows(taken(auditor, found, section="9.99", show="x"))) == 5

    def test_its_name_says_what_it_holds(self, auditor, found):
        address = reverse("audits:fieldwork_workbook", args=[found.engagement.pk])
        named = unquote(auditor.get(address, {"section": "4.4"})["Content-Disposition"])
        assert "監査手続_4.4節_" in named

    def test_it_can_be_taken_after_the_report_too(self, auditor, found):
        found.audit.file_report()
        assert len(rows(taken(auditor, found))) == 5

    def test_queries_do_not_grow_with_the_rows(self, auditor, found):
        with counted_queries() as few:
            taken(auditor, found, section="4.4")
        with counted_queries() as many:
            taken(auditor, found, section="")
        assert len(few) == len(many) <= 12


def cells(page: str) -> list[str]:
    """The style of every cell."""
    return [part.split('"')[0] for part in page.split(' s="')[1:]]
