"""Bringing a workbook back: preview, choices, applying, undoing, doing without."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core import jobs
from declarations.enums import Adoption, BatchKind
from declarations.models import StatementBatch, StatementHistory, WorkbookImport
from declarations.selectors.activity import recent_acts
from declarations.services.declaration import revise_declaration
from declarations.services.exclusions import exclude_objective
from documents.enums import ImportState
from tests.declarations import builders
from tests.declarations.workbooks import (
    HEADINGS,
    LINE,
    NAME,
    act,
    brought,
    handmade,
    line,
    page,
    press_apply,
    retyped,
    save,
    statement,
    taken,
    typed,
)
from tests.documents.files import uploaded

A, B = "9.2.3.2", "9.2.3.10"
TEXT, ADOPTION, REASON = "個別管理策", "採否", "選択しない理由"


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


class TestPreview:
    def test_it_shows_old_and_new(self, editor, members, draft):
        save(draft, members.editor, A, adoption="adopted", individual_control="毎月点検する。")
        imported = typed(editor, draft, {(A, TEXT): "毎週点検する。", (B, ADOPTION): "選択しない"})
        shown = editor.get(imported.get_absolute_url())
        assert "毎<del>" in shown.text
        assert "月</del>" in shown.text
        assert "週</ins>" in shown.text
        assert shown.context["counts"] == {"conflicting": 0, "changed": 2, "rejected": 0, "kept": 0}

    def test_missing_rows_are_counted_and_change_nothing(self, editor, draft):
        imported = typed(editor, draft, {(A, TEXT): "新しい文"}, drop=(B, "3.1.2.1"))
        assert editor.get(imported.get_absolute_url()).context["preview"].missing == 2

    @pytest.mark.parametrize(
        ("cells", "mend"),
        [
            ([A, "たぶん採用", "", "", ""], "一覧から選び直して"),
            (["3.1.2.1", "選択しない", "", "", ""], "基本言明要件のため"),
            (["6.1.9.9", "採用する", "", "", ""], "ほかの版の管理基準の番号"),
            (["", "採用する", "文", "", ""], "番号を入力するか"),
            ([A, "採用する", "\u202e逆", "", ""], "逆に見せる記号"),
            ([A, "採用する", "あ" * 10_001, "", ""], "短くしてください"),
            ([A, "採用する", "", "", "見本-C9"], "掲載されているサービスだけ"),
        ],
    )
    def test_what_cannot_be_taken_says_where_what_and_how_to_mend(self, editor, draft, cells, mend):
        imported = brought(editor, draft, handmade({"言明": page(line(2, cells))}))
        shown = editor.get(imported.get_absolute_url())
        problem = shown.context["preview"].rejected[0]
        assert mend in problem.mend
        assert (problem.sheet, problem.cell[1:], problem.number) == ("言明", "2", cells[0])
        assert mend in shown.text

    def test_a_number_twice_is_told_at_both_rows(self, editor, draft):
        imported = brought(editor, draft, handmade({"言明": page(line(2, LINE), line(4, LINE))}))
        problems = editor.get(imported.get_absolute_url()).context["preview"].rejected
        assert [problem.cell for problem in problems] == ["A2", "A4"]
        assert "A2、A4に同じ番号があります" in problems[0].mend

    def test_a_formula_rejects_its_row_and_no_other(self, editor, draft):
        formula = '<c r="C2"><f>1+1</f><v>2</v></c>'
        lines = line(2, [A, "採用する"], formula), line(3, [B, *LINE[1:]])
        imported = brought(editor, draft, handmade({"言明": page(*lines)}))
        preview = editor.get(imported.get_absolute_url()).context["preview"]
        assert [(p.cell, p.found) for p in preview.rejected] == [("C2", "=1+1")]
        # A hand-made file knows no versions: what differs is asked for.
        assert [row.number for row in preview.conflicting] == [B]

    def test_full_width_numbers_and_outer_blanks_are_understood(self, editor, draft):
        wide = ["９．２．３．２ ", " 採用する", "文", "", ""]
        imported = brought(editor, draft, handmade({"言明": page(line(2, wide))}))
        preview = editor.get(imported.get_absolute_url()).context["preview"]
        assert [row.number for row in preview.conflicting] == [A]

    def test_what_others_changed_and_the_file_did_not_is_kept(self, editor, members, draft):
        content = taken(editor, draft)
        save(draft, members.approver, A, individual_control="同僚の文")
        imported = brought(editor, draft, retyped(content, {(B, TEXT): "自分の文"}))
        preview = editor.get(imported.get_absolute_url()).context["preview"]
        assert (preview.kept, [row.number for row in preview.changed]) == ([A], [B])
        press_apply(editor, imported)
        assert statement(draft, A).individual_control == "同僚の文"

    def test_what_both_changed_to_the_same_is_no_conflict(self, editor, members, draft):
        content = taken(editor, draft)
        save(draft, members.approver, A, individual_control="同じ文")
        imported = brought(editor, draft, retyped(content, {(A, TEXT): "同じ文"}))
        preview = editor.get(imported.get_absolute_url()).context["preview"]
        assert (preview.same, preview.conflicting) == (13, [])

    def test_rows_of_an_excluded_objective_keep_their_text(self, editor, members, draft):
        exclude_objective(
            declaration_id=draft.pk, actor=members.editor, number="9.4.2", reason="なし", version=0
        )
        imported = brought(editor, draft, taken(editor, draft))
        assert editor.get(imported.get_absolute_url()).context["preview"].same == 13

    def test_a_workbook_of_the_version_before_can_be_used(self, editor, members, small_edition):
        old = builders.fixed(members, small_edition)
        content = taken(editor, old)
        new = revise_declaration(declaration_id=old.pk, actor=members.editor)
        imported = brought(editor, new, retyped(content, {(A, TEXT): "改めた文"}))
        preview = editor.get(imported.get_absolute_url()).context["preview"]
        assert (imported.is_own, preview.same) == (False, 12)
        assert [row.mine for row in preview.changed] == [{"individual_control": "改めた文"}]

    def test_unknown_lists_and_pages_show_the_first(self, editor, draft):
        imported = typed(editor, draft, {(A, TEXT): "文"})
        shown = editor.get(imported.get_absolute_url(), {"list": "x", "page": "abc"})
        assert shown.context["shown"].name == "changed"


class TestApply:
    def test_it_writes_what_was_shown_as_one_batch(self, editor, members, draft):
        imported = typed(
            editor,
            draft,
            {
                (A, ADOPTION): "採用する",
                (A, TEXT): "=1+1",
                (B, ADOPTION): "選択しない",
                (B, REASON): "'理由",
            },
        )
        response = press_apply(editor, imported)
        assert response.status_code == 302
        first, second = statement(draft, A), statement(draft, B)
        assert (first.adoption, first.individual_control) == (Adoption.ADOPTED, "=1+1")
        assert (second.adoption, second.reason) == (Adoption.NOT_SELECTED, "'理由")
        batch = StatementBatch.objects.get()
        assert (batch.kind, batch.rows, batch.actor) == (BatchKind.IMPORT, 2, members.editor)
        assert NAME in batch.summary
        imported.refresh_from_db()
        assert (imported.state, imported.batch) == (ImportState.APPLIED, batch)
        assert recent_acts(draft.pk)[0].text == f"{B}ほか1件 ブックの取込み"
        assert "取り込んだ内容" in editor.get(imported.get_absolute_url()).text

    def test_what_was_not_taken_stays_readable(self, editor, draft):
        wrong = [A, "たぶん採用", "", "", ""]
        lines = [line(2, [B, "採用する", "文", "", ""]), line(3, wrong)]
        imported = brought(editor, draft, handmade({"言明": page(*lines)}))
        press_apply(editor, imported, **{B: "file"})
        shown = editor.get(imported.get_absolute_url())
        assert [problem.cell for problem in shown.context["left"].rejected] == ["B3"]
        assert "一覧から選び直して" in shown.text
        assert statement(draft, A).adoption == Adoption.UNDECIDED

    def test_an_applied_workbook_that_was_taken_whole_names_no_cells(self, editor, draft):
        imported = typed(editor, draft, {(A, TEXT): "文"})
        press_apply(editor, imported)
        assert "取り込まなかったセル" not in editor.get(imported.get_absolute_url()).text

    def test_twice_is_once(self, editor, draft):
        imported = typed(editor, draft, {(A, TEXT): "文"})
        shown = editor.get(imported.get_absolute_url())
        press_apply(editor, imported, shown)
        assert press_apply(editor, imported, shown).status_code == 302
        assert StatementBatch.objects.count() == 1
        assert statement(draft, A).row_version == 2

    def test_when_rows_moved_since_it_shows_the_new_comparison(self, editor, members, draft):
        imported = typed(editor, draft, {(A, TEXT): "自分の文", (B, TEXT): "もう一つ"})
        shown = editor.get(imported.get_absolute_url())
        save(draft, members.approver, A, individual_control="同僚の文")
        response = press_apply(editor, imported, shown)
        assert response.status_code == 409
        assert "まだ何も取り込んでいません" in response.text
        assert [row.number for row in response.context["preview"].conflicting] == [A]
        assert statement(draft, B).individual_control == ""

    def test_rows_that_are_not_in_the_comparison_may_move(self, editor, members, draft):
        imported = typed(editor, draft, {(A, TEXT): "自分の文"})
        shown = editor.get(imported.get_absolute_url())
        save(draft, members.approver, B, individual_control="同僚の文")
        assert press_apply(editor, imported, shown).status_code == 302

    @pytest.fixture
    def conflict(self, editor, members, draft):
        """One row that both changed, and one that only the file changed."""
        content = taken(editor, draft)
        save(draft, members.approver, A, individual_control="同僚の文", adoption="adopted")
        return brought(editor, draft, retyped(content, {(A, TEXT): "自分の文", (B, TEXT): "文"}))

    def test_both_texts_are_shown_with_who_wrote_them(self, editor, members, conflict):
        shown = editor.get(conflict.get_absolute_url())
        assert "自分</mark>" in shown.text
        assert "同僚</mark>" in shown.text
        assert members.approver.name in shown.text

    def test_without_a_choice_what_is_there_stays(self, editor, draft, conflict):
        press_apply(editor, conflict)
        assert statement(draft, A).individual_control == "同僚の文"
        assert statement(draft, B).individual_control == "文"

    def test_the_file_wins_where_it_was_chosen_and_only_in_what_it_changed(
        self, editor, draft, conflict
    ):
        press_apply(editor, conflict, **{A: "file"})
        row = statement(draft, A)
        assert (row.individual_control, row.adoption) == ("自分の文", Adoption.ADOPTED)

    def test_choices_are_kept_and_can_be_made_for_all(self, editor, draft, conflict):
        address = conflict.get_absolute_url()
        editor.post(address, {"act": "choose", f"choice-{A}": "file", "choice-\0": "file"})
        conflict.refresh_from_db()
        assert conflict.choices == {A: "file"}
        editor.post(address, {"act": "all-now"})
        conflict.refresh_from_db()
        assert conflict.choices == {A: "now"}
        editor.post(address, {"act": "all-file"})
        press_apply(editor, conflict)
        assert statement(draft, A).individual_control == "自分の文"

    def test_nothing_to_write_is_told(self, editor, draft):
        imported = brought(editor, draft, taken(editor, draft))
        response = press_apply(editor, imported)
        assert response.status_code == 422
        assert "取り込む変更がありません" in response.text
        imported.refresh_from_db()
        assert imported.state == ImportState.READY

    def test_what_was_refused_or_left_cannot_be_applied(self, editor, draft):
        imported = typed(editor, draft, {(A, TEXT): "文"})
        shown = editor.get(imported.get_absolute_url())
        act(editor, imported, "discard")
        assert press_apply(editor, imported, shown).status_code == 422
        assert statement(draft, A).row_version == 1


class TestUndoAndDiscard:
    @pytest.fixture
    def applied(self, editor, draft):
        imported = typed(editor, draft, {(A, TEXT): "文", (B, TEXT): "文"})
        press_apply(editor, imported)
        return imported

    def test_undoing_gives_back_what_was_there(self, editor, draft, applied):
        shown = act(editor, applied, "undo")
        assert "取り込む前の内容に戻しました" in shown.text
        assert statement(draft, A).individual_control == ""
        assert "取込みを取消し" in shown.text
        count = StatementHistory.objects.count()
        act(editor, applied, "undo")
        assert StatementHistory.objects.count() == count

    def test_rows_that_changed_since_are_left_and_named(self, editor, members, draft, applied):
        save(draft, members.editor, A, 2, individual_control="その後の文")
        shown = act(editor, applied, "undo")
        assert f"そのまま残しました：{A}" in shown.text
        assert statement(draft, A).individual_control == "その後の文"
        assert statement(draft, B).individual_control == ""

    def test_what_was_not_applied_cannot_be_undone(self, editor, draft):
        imported = typed(editor, draft, {(A, TEXT): "文"})
        assert "取り消すものがありません" in act(editor, imported, "undo").text

    def test_doing_without_changes_nothing_and_twice_is_harmless(self, editor, draft):
        imported = typed(editor, draft, {(A, TEXT): "文"})
        for _time in range(2):
            assert "取込みをやめたブックです" in act(editor, imported, "discard").text
        assert statement(draft, A).row_version == 1

    def test_what_was_applied_cannot_be_discarded(self, editor, applied):
        act(editor, applied, "discard")
        applied.refresh_from_db()
        assert applied.state == ImportState.APPLIED

    def test_a_file_that_was_left_while_it_was_read_stays_left(self, editor, draft):
        address = reverse("declarations:workbook-imports", args=[draft.pk])
        editor.post(address, {"upload": uploaded(NAME, taken(editor, draft))})
        imported = WorkbookImport.objects.get()
        act(editor, imported, "discard")
        jobs.run(imported.job_id)
        imported.refresh_from_db()
        assert imported.state == ImportState.DISCARDED


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "refused"},
        {"refusal": "理由"},
        {"state": "applied"},
        {"state": "discarded"},
    ],
)
def test_the_database_keeps_state_and_facts_together(editor, draft, wrong):
    imported = brought(editor, draft, handmade({"言明": page(line(2, LINE), head=HEADINGS)}))
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkbookImport.objects.filter(pk=imported.pk).update(**wrong)
