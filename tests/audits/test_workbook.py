"""Working papers that come back from Excel: what would change, what is applied, what is undone."""

import pytest
from django.urls import reverse

from audits.enums import FieldworkAction
from audits.models import FieldworkHistory
from audits.services.fieldwork_scope import skip_inherited
from audits.workbook.sheet import LAYOUT
from documents.enums import ImportState
from tests.audits.papers import EVERY, INHERITED, OUTSIDE, SECOND, auditor_of, papers
from tests.audits.workbooks import (
    NAME,
    act,
    brought,
    handmade,
    press_apply,
    preview,
    retyped,
    taken,
    typed,
)
from tests.counting import counted_queries
from tests.declarations import workbooks

pytestmark = pytest.mark.django_db
SIZE, NOTES, DESIGN, OPERATING = "population_size", "notes", "design_result", "operating_result"


@pytest.fixture
def found(small_edition):
    return papers(small_edition).scope()


@pytest.fixture
def auditor(client, found):
    client.force_login(found.auditor)
    return client


class TestPreview:
    def test_it_shows_old_and_new(self, auditor, found):
        found.record(EVERY, notes="毎月確認した。")
        imported = typed(
            auditor, found, {(EVERY, NOTES): "毎週確認した。", (SECOND, DESIGN): "有効"}
        )
        shown = auditor.get(imported.get_absolute_url())
        assert shown.context["counts"] == {"conflicting": 0, "changed": 2, "rejected": 0, "kept": 0}
        assert "週</ins>" in shown.text
        assert "有効" in shown.text
        assert reverse("audits:fieldwork_control", args=[found.engagement.pk, EVERY]) in shown.text

    @pytest.mark.parametrize(
        ("column", "text", "mend"),
        [
            (DESIGN, "たぶん有効", "一覧から選び直して"),
            (SIZE, "多数", "件数は数字で入力"),
            (SIZE, "0", "件数は数字で入力"),
            (SIZE, "1000000001", "件数は数字で入力"),
            (SIZE, "9" * 5_000, "件数は数字で入力"),
            (NOTES, "あ" * 5_001, "短くしてください"),
            (NOTES, "\u202e逆", "逆に見せる記号"),
        ],
    )
    def test_what_cannot_be_taken_says_where_what_and_how_to_mend(
        self, auditor, found, column, text, mend
    ):
        imported = typed(auditor, found, {(EVERY, column): text, (SECOND, NOTES): "質問した。"})
        shown = preview(auditor, imported)
        problem = shown.rejected[0]
        assert (problem.sheet, problem.number) == (LAYOUT.sheet, EVERY)
        assert (problem.column, mend in problem.mend) == (LAYOUT.headers[column], True)
        assert [row.number for row in shown.changed] == [SECOND]
        page = auditor.get(imported.get_absolute_url(), {"list": "rejected"})
        assert mend in page.text

    def test_a_number_outside_the_scope_is_rejected(self, auditor, found):
        imported = brought(auditor, found, handmade([OUTSIDE, *[""] * 6, "記録"]))
        problem = preview(auditor, imported).rejected[0]
        assert "対象に追加してください" in problem.mend

    @pytest.mark.parametrize("text", ["２５０", "250", " 250 ", "0250"])
    def test_a_number_of_items_may_be_written_in_any_width(self, auditor, found, text):
        imported = typed(auditor, found, {(EVERY, SIZE): text})
        assert preview(auditor, imported).changed[0].mine == {SIZE: "250"}
        press_apply(auditor, imported)
        assert found.test(EVERY).population_size == 250

    def test_a_number_that_excel_made_of_it_is_rejected(self, auditor, found):
        line = workbooks.line(2, [EVERY, "", "", "", ""], '<c r="F2"><v>250</v></c>')
        head = [LAYOUT.headers[name] for name in ("number", *LAYOUT.typed)]
        content = workbooks.handmade({LAYOUT.sheet: workbooks.page(line, head=head)})
        problem = preview(auditor, brought(auditor, found, content)).rejected[0]
        assert (problem.cell, problem.column) == ("F2", "母集団の件数")
        assert "「文字列」" in problem.mend

    def test_after_sampling_another_population_is_rejected_and_an_untouched_one_is_kept(
        self, auditor, found
    ):
        content = taken(auditor, found)
        found.draw(EVERY, population=40)
        untouched = brought(auditor, found, retyped(content, {(SECOND, NOTES): "質問した。"}))
        shown = preview(auditor, untouched)
        assert (shown.kept, shown.rejected) == ([EVERY], [])
        touched = brought(auditor, found, retyped(content, {(EVERY, SIZE): "50"}))
        assert "抽出し直して" in preview(auditor, touched).rejected[0].mend

    def test_a_result_of_a_skipped_control_is_rejected(self, auditor, found):
        found.pull(INHERITED)
        content = taken(auditor, found)
        skip_inherited(**found.by(), number=INHERITED, version=1, reason="評価済みのため。")
        imported = brought(auditor, found, retyped(content, {(INHERITED, DESIGN): "有効"}))
        assert "省略を取り消して" in preview(auditor, imported).rejected[0].mend

    def test_what_others_changed_and_the_file_did_not_is_kept(self, auditor, found):
        content = taken(auditor, found)
        found.record(EVERY, actor=auditor_of(found.engagement), notes="同僚の記録")
        imported = brought(auditor, found, retyped(content, {(SECOND, NOTES): "自分の記録"}))
        shown = preview(auditor, imported)
        assert (shown.kept, [row.number for row in shown.changed]) == ([EVERY], [SECOND])
        press_apply(auditor, imported)
        assert found.test(EVERY).notes == "同僚の記録"

    def test_rows_that_are_not_in_the_file_are_counted(self, auditor, found):
        imported = typed(auditor, found, {(EVERY, NOTES): "文"}, drop=(SECOND,))
        assert preview(auditor, imported).missing == 1


class TestApply:
    def test_it_records_what_was_shown_with_a_line_each(self, auditor, found):
        changes = {
            (EVERY, DESIGN): "不備あり",
            (EVERY, "design_procedure"): "規程を閲覧した。",
            (EVERY, SIZE): "40",
            (SECOND, OPERATING): "対象事象なし",
        }
        imported = typed(auditor, found, changes)
        assert press_apply(auditor, imported).status_code == 302
        first, second = found.test(EVERY), found.test(SECOND)
        assert (first.design_result, first.population_size) == ("deficient", 40)
        assert (first.design_procedure, first.tested_by) == ("規程を閲覧した。", found.auditor)
        assert second.operating_result == "not_applicable"
        lines = FieldworkHistory.objects.filter(action=FieldworkAction.RECORDED)
        assert {line.test_id for line in lines} == {first.pk, second.pk}
        assert all(NAME in line.reason for line in lines)
        imported.refresh_from_db()
        assert (imported.state, imported.rows_written) == (ImportState.APPLIED, 2)
        assert "取り込んだ内容" in auditor.get(imported.get_absolute_url()).text

    def test_a_result_and_a_size_can_be_taken_back(self, auditor, found):
        found.record(EVERY, design_result="effective", population_size=40)
        press_apply(auditor, typed(auditor, found, {(EVERY, DESIGN): "未実施", (EVERY, SIZE): ""}))
        assert (found.test(EVERY).design_result, found.test(EVERY).population_size) == ("", None)

    def test_twice_is_once(self, auditor, found):
        imported = typed(auditor, found, {(EVERY, NOTES): "文"})
        shown = auditor.get(imported.get_absolute_url())
        press_apply(auditor, imported, shown)
        assert press_apply(auditor, imported, shown).status_code == 302
        assert found.test(EVERY).row_version == 2

    def test_when_rows_moved_since_it_shows_the_new_comparison(self, auditor, found):
        imported = typed(
            auditor, found, {(EVERY, NOTES): "自分の記録", (SECOND, NOTES): "もう一つ"}
        )
        shown = auditor.get(imported.get_absolute_url())
        found.record(EVERY, actor=auditor_of(found.engagement), notes="同僚の記録")
        response = press_apply(auditor, imported, shown)
        assert response.status_code == 409
        assert "まだ何も取り込んでいません" in response.text
        assert [row.number for row in response.context["preview"].conflicting] == [EVERY]
        assert found.test(SECOND).notes == ""

    @pytest.fixture
    def conflict(self, auditor, found):
        """One row that both changed, and one that only the file changed."""
        content = taken(auditor, found)
        colleague = auditor_of(found.engagement)
        found.record(EVERY, actor=colleague, notes="同僚の記録", design_result="effective")
        changes = {(EVERY, NOTES): "自分の記録", (SECOND, NOTES): "文"}
        return brought(auditor, found, retyped(content, changes))

    def test_both_texts_are_shown_with_who_wrote_them(self, auditor, found, conflict):
        shown = auditor.get(conflict.get_absolute_url())
        assert "自分</mark>" in shown.text
        assert "同僚</mark>" in shown.text
        assert found.test(EVERY).tested_by.name in shown.text

    def test_without_a_choice_what_is_there_stays(self, auditor, found, conflict):
        press_apply(auditor, conflict)
        assert (found.test(EVERY).notes, found.test(SECOND).notes) == ("同僚の記録", "文")

    def test_the_file_wins_where_it_was_chosen_and_only_in_what_it_changed(
        self, auditor, found, conflict
    ):
        press_apply(auditor, conflict, **{EVERY: "file"})
        row = found.test(EVERY)
        assert (row.notes, row.design_result) == ("自分の記録", "effective")

    def test_choices_are_kept(self, auditor, found, conflict):
        address = conflict.get_absolute_url()
        auditor.post(address, {"act": "all-file"})
        conflict.refresh_from_db()
        assert conflict.choices == {EVERY: "file"}
        auditor.post(address, {"act": "choose", f"choice-{EVERY}": "now"})
        conflict.refresh_from_db()
        assert conflict.choices == {EVERY: "now"}

    def test_nothing_to_write_is_told(self, auditor, found):
        imported = brought(auditor, found, taken(auditor, found))
        assert "いまの記録と同じ内容です。" in auditor.get(imported.get_absolute_url()).text
        response = press_apply(auditor, imported)
        assert response.status_code == 422
        assert "取り込む変更がありません" in response.text

    def test_what_was_not_taken_stays_readable(self, auditor, found):
        imported = typed(auditor, found, {(EVERY, DESIGN): "たぶん", (SECOND, NOTES): "文"})
        press_apply(auditor, imported)
        assert "一覧から選び直して" in auditor.get(imported.get_absolute_url()).text

    def test_pages_take_the_same_queries_for_one_row_and_for_all(self, auditor, found):
        numbers, figures = [test.control.number for test in found.engagement.tests.all()], []
        for count in (1, 5):
            changes = {(n, NOTES): f"{count}回目の記録" for n in numbers[:count]}
            imported = typed(auditor, found, changes)
            with counted_queries() as looking:
                shown = auditor.get(imported.get_absolute_url())
            with counted_queries() as applying:
                assert press_apply(auditor, imported, shown).status_code == 302
            figures.append((len(looking), len(applying)))
        assert figures[0] == figures[1]

    def test_the_list_of_imports_takes_no_more_for_many(self, auditor, found):
        address = reverse("audits:fieldwork_imports", args=[found.engagement.pk])
        content, figures = taken(auditor, found), []
        for name in ("一.xlsx", "二.xlsx", "三.xlsx"):
            brought(auditor, found, content, name)
            with counted_queries() as seen:
                assert name in auditor.get(address).text
            figures.append(len(seen))
        assert figures[0] == figures[-1]


class TestUndoAndDiscard:
    @pytest.fixture
    def applied(self, auditor, found):
        found.record(SECOND, notes="前の記録", population_size=10)
        changes = {(EVERY, DESIGN): "有効", (SECOND, NOTES): "後の記録", (SECOND, SIZE): "20"}
        imported = typed(auditor, found, changes)
        press_apply(auditor, imported)
        return imported

    def test_undoing_gives_back_what_was_there(self, auditor, found, applied):
        shown = act(auditor, applied, "undo")
        assert "取り込む前の内容に戻しました" in shown.text
        assert "取込みを取消し" in shown.text
        assert found.test(EVERY).design_result == ""
        assert (found.test(SECOND).notes, found.test(SECOND).population_size) == ("前の記録", 10)
        count = FieldworkHistory.objects.count()
        act(auditor, applied, "undo")
        assert FieldworkHistory.objects.count() == count

    def test_rows_that_changed_since_are_left_and_named(self, auditor, found, applied):
        found.record(EVERY, design_result="deficient")
        shown = act(auditor, applied, "undo")
        assert f"そのまま残しました：{EVERY}" in shown.text
        assert found.test(EVERY).design_result == "deficient"
        assert found.test(SECOND).notes == "前の記録"

    def test_a_population_that_was_sampled_since_is_left(self, auditor, found, applied):
        found.draw(SECOND, population=20)
        assert f"そのまま残しました：{SECOND}" in act(auditor, applied, "undo").text
        assert found.test(SECOND).population_size == 20

    def test_when_every_row_changed_since_nothing_is_undone(self, auditor, found, applied):
        found.record(EVERY, design_result="deficient")
        found.record(SECOND, notes="その後の記録")
        assert "元に戻せるものはありません" in act(auditor, applied, "undo").text
        applied.refresh_from_db()
        assert applied.undone_at is None

    def test_what_was_not_applied_cannot_be_undone(self, auditor, found):
        imported = typed(auditor, found, {(EVERY, NOTES): "文"})
        assert "取り消すものがありません" in act(auditor, imported, "undo").text

    def test_doing_without_changes_nothing_and_twice_is_harmless(self, auditor, found):
        imported = typed(auditor, found, {(EVERY, NOTES): "文"})
        for _time in range(2):
            assert "取込みをやめたブックです" in act(auditor, imported, "discard").text
        assert press_apply(auditor, imported, preview_page(auditor, found)).status_code == 422
        assert found.test(EVERY).row_version == 1


def preview_page(client, found):
    """Some comparison that can be shown."""
    imported = typed(client, found, {(EVERY, NOTES): "別の文"})
    return client.get(imported.get_absolute_url())
