"""One change to many rows: what it would do, doing it once, and when somebody else was faster."""

import re
import uuid
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from core.exceptions import DomainError, EditConflictError
from declarations.enums import Adoption, BatchKind
from declarations.forms.selection import Selection
from declarations.models import StatementBatch, StatementHistory
from declarations.services.bulk import BulkChange, Mode, bulk_edit, plan_bulk_edit
from declarations.services.exclusions import exclude_objective
from declarations.services.fixing import submit_declaration
from declarations.services.statements import StatementEdit, save_statements
from tests.counting import counted_queries
from tests.declarations import builders

# A measure that may be left out, one that may not, one of governance.
FREE, BASIC, GOVERNANCE = "9.2.3.2", "6.1.1.13.PB", "3.1.2.1"
ADOPT = BulkChange(adoption=Adoption.ADOPTED.value)
APPEND = BulkChange(text_mode=Mode.APPEND, text="結果は台帳に記録します。")
pytestmark = pytest.mark.django_db


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


def row(draft, number):
    return draft.statements.get(control__number=number)


def write(draft, actor, number, **changes):
    edit = StatementEdit(number, row(draft, number).row_version, changes)
    save_statements(declaration_id=draft.pk, actor=actor, edits=[edit])


def act(draft, actor, change, versions, batch_id=None):
    return bulk_edit(
        declaration_id=draft.pk,
        actor=actor,
        versions=versions,
        change=change,
        batch_id=batch_id or uuid.uuid4(),
    )


class TestChange:
    @pytest.mark.parametrize(
        ("mode", "empty", "written"),
        [
            (Mode.KEEP, "", "前の文"),
            (Mode.FILL, "新しい文", "前の文"),
            (Mode.APPEND, "新しい文", "前の文\n新しい文"),
            (Mode.REPLACE, "新しい文", "新しい文"),
        ],
    )
    def test_a_text_meets_what_stands_there(self, draft, members, mode, empty, written):
        write(draft, members.editor, FREE, individual_control="前の文")
        change = BulkChange(adoption=Adoption.ADOPTED.value, text_mode=mode, text="新しい文")

        act(draft, members.editor, change, {FREE: 2, GOVERNANCE: 1})

        assert row(draft, FREE).individual_control == written
        assert row(draft, GOVERNANCE).individual_control == empty

    def test_a_reason_comes_with_not_selected(self, draft, members):
        change = BulkChange(adoption=Adoption.NOT_SELECTED.value, reason="対象の機能がないため。")
        act(draft, members.editor, change, {FREE: 1})
        assert row(draft, FREE).reason == "対象の機能がないため。"


class TestPlan:
    def test_mandatory_details_offer_no_not_selected_and_are_left_out(self, draft, members):
        change = BulkChange(adoption=Adoption.NOT_SELECTED.value, reason="対象外")
        plan = plan_bulk_edit(draft, [FREE, BASIC, GOVERNANCE], change)

        assert list(plan.versions) == [FREE]
        assert [(r.number, r.objective) for r in plan.left_out] == [
            (GOVERNANCE, ""),
            (BASIC, "6.1.1"),
        ]

    def test_released_rows_are_left_out_by_their_objective(self, draft, members):
        exclude_objective(
            declaration_id=draft.pk, actor=members.editor, number="9.2.3", reason="なし", version=0
        )
        plan = plan_bulk_edit(draft, [FREE, GOVERNANCE], ADOPT)

        assert list(plan.versions) == [GOVERNANCE]
        assert [(r.number, r.objective) for r in plan.left_out] == [(FREE, "9.2.3")]

    def test_a_text_that_would_grow_too_long_is_left_out(self, draft, members):
        write(draft, members.editor, FREE, individual_control="あ" * 9_995)
        plan = plan_bulk_edit(draft, [FREE, GOVERNANCE], APPEND)

        assert list(plan.versions) == [GOVERNANCE]
        assert "10,000字" in plan.left_out[0].why

    def test_rows_that_say_it_already_do_not_change(self, draft, members):
        write(draft, members.editor, FREE, adoption="adopted")
        plan = plan_bulk_edit(draft, [FREE, GOVERNANCE], ADOPT)
        assert (list(plan.versions), plan.unchanged) == ([GOVERNANCE], [FREE])


class TestAct:
    def test_all_rows_change_in_one_batch_with_one_line_each(self, draft, members):
        batch = act(draft, members.editor, ADOPT, {FREE: 1, GOVERNANCE: 1})

        assert (batch.kind, batch.rows, batch.summary) == (
            BatchKind.BULK_EDIT,
            2,
            "採否：採用する",
        )
        assert StatementHistory.objects.filter(batch=batch.pk).count() == 2

    def test_sent_twice_it_is_one_act(self, draft, members):
        key = uuid.uuid4()
        versions = {FREE: 1, GOVERNANCE: 1}
        first = act(draft, members.editor, APPEND, versions, key)
        assert act(draft, members.editor, APPEND, versions, key) == first
        assert row(draft, FREE).individual_control == APPEND.text

    def test_the_id_of_somebody_elses_act_does_nothing(self, draft, members):
        key = uuid.uuid4()
        act(draft, members.editor, ADOPT, {FREE: 1}, key)
        with pytest.raises(DomainError, match="この確認画面は使えません"):
            act(draft, members.approver, APPEND, {GOVERNANCE: 1}, key)

    def test_a_row_that_moved_stops_all_of_it(self, draft, members):
        write(draft, members.approver, FREE, individual_control="別の文")
        with pytest.raises(EditConflictError) as conflict:
            act(draft, members.editor, APPEND, {FREE: 1, GOVERNANCE: 1})

        assert conflict.value.current == {FREE}
        assert row(draft, GOVERNANCE).individual_control == ""

    def test_a_row_that_was_released_meanwhile_stops_all_of_it(self, draft, members):
        exclude_objective(
            declaration_id=draft.pk, actor=members.editor, number="9.2.3", reason="なし", version=0
        )
        with pytest.raises(EditConflictError):
            act(draft, members.editor, ADOPT, {FREE: 1, GOVERNANCE: 1})

    def test_nothing_to_change_is_told(self, draft, members):
        act(draft, members.editor, ADOPT, {FREE: 1})
        with pytest.raises(DomainError, match="変更はありません"):
            act(draft, members.editor, ADOPT, {FREE: 2})

    def test_strangers_and_finished_declarations_are_refused(self, members, small_edition):
        draft = builders.complete(members, small_edition)
        with pytest.raises(PermissionDenied):
            act(draft, builders.team(name="別の事業者").editor, APPEND, {FREE: 2})
        submit_declaration(declaration_id=draft.pk, actor=members.editor)
        with pytest.raises(DomainError, match="編集できません"):
            act(draft, members.editor, APPEND, {FREE: 2})


@pytest.fixture
def editor(client, members):
    client.force_login(members.editor)
    return client


def send(client, draft, **data):
    return client.post(reverse("declarations:bulk-edit", args=[draft.pk]), data)


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', response.text).group(1)


def confirmed(response):
    return {name: hidden(response, name) for name in ("rows", "batch", "numbers")}


class TestPages:
    INPUT = {"adoption": "adopted", "text_mode": "append", "text": "台帳に記録します。"}

    def test_three_steps_and_back(self, editor, draft, members):
        chosen = send(editor, draft, n=[FREE, GOVERNANCE])
        assert "選んだ2件" in chosen.text
        check = send(editor, draft, step="check", numbers=hidden(chosen, "numbers"), **self.INPUT)
        assert "2件に適用する" in check.text
        assert "未入力 → 採用する" in check.text
        assert row(draft, FREE).adoption == Adoption.UNDECIDED
        again = send(editor, draft, step="input", **confirmed(check), **self.INPUT)
        assert "台帳に記録します。</textarea>" in again.text

        done = send(editor, draft, step="apply", **confirmed(check), **self.INPUT)

        batch = StatementBatch.objects.get()
        assert done.url == reverse("declarations:batch", args=[draft.pk, batch.pk])
        assert row(draft, FREE).individual_control == "台帳に記録します。"

    def test_the_filter_chooses_all_that_it_leaves(self, editor, draft):
        response = send(editor, draft, scope="filtered", filter="chapter=9.2", n=[GOVERNANCE])
        expected = draft.statements.filter(control__parent__parent__number="9.2")
        assert len(hidden(response, "numbers").split()) == expected.count()

    @pytest.mark.parametrize(
        "chosen", [{"n": [FREE, GOVERNANCE]}, {"scope": "filtered", "filter": "chapter=9.2"}]
    )
    def test_the_address_of_each_step_leads_back_to_the_input(self, editor, draft, chosen):
        first = send(editor, draft, **chosen)
        numbers = hidden(first, "numbers")
        address = re.search(r'action="([^"]*bulk-edit/[^"]*)"', first.text).group(1)
        data = {"numbers": numbers, "filter": chosen.get("filter", ""), **self.INPUT}
        check = editor.post(unescape(address), {"step": "check", **data})
        assert f'action="{address}"' in check.text

        again = editor.get(unescape(address))

        assert hidden(again, "numbers") == numbers
        assert "変更の内容を確かめる" in again.text

    def test_more_ticked_rows_than_an_address_holds_stay_in_the_form(self):
        few, many = (Selection(("9.2.3.10",) * count) for count in (200, 201))
        assert "numbers" in few.address
        assert len(few.address) < 3000
        assert many.address == ""

    def test_a_filter_that_is_not_understood_chooses_nothing(self, editor, draft):
        response = send(editor, draft, scope="filtered", filter="owner=somebody")
        assert response.status_code == 302
        page = editor.get(response.url)
        assert "項目が選ばれていません" in page.text

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"adoption": "not_selected"}, "「選択しない」にする理由を入力してください"),
            (
                {"adoption": "adopted", "reason": "なし"},
                "理由は、採否を「選択しない」にするときだけ",
            ),
            ({"text": "文"}, "どう使うかを選んでください"),
            ({"text_mode": "append"}, "入れるものがありません"),
            ({}, "変える項目がありません"),
        ],
    )
    def test_input_that_says_too_little_is_mended(self, editor, draft, data, sentence):
        response = send(editor, draft, step="check", numbers=FREE, **data)
        assert response.status_code == 422
        assert sentence in response.text

    def test_what_is_left_out_is_told_beside_the_button(self, editor, draft):
        data = {"numbers": f"{FREE} {BASIC}", "adoption": "not_selected", "reason": "対象外"}
        check = send(editor, draft, step="check", **data)
        head, button, _rest = check.text.partition("1件に適用する")
        assert button
        assert '<a href="#left-out">対象から外す1件を見る</a>' in head
        assert 'id="left-out"' in check.text

    def test_moved_rows_are_shown_as_they_are_and_as_they_would_be(self, editor, draft, members):
        check = send(editor, draft, step="check", numbers=f"{FREE} {GOVERNANCE}", **self.INPUT)
        theirs = "先に書いた文。" * 60
        write(draft, members.approver, FREE, individual_control=theirs)

        refused = send(editor, draft, step="apply", **confirmed(check), **self.INPUT)

        assert refused.status_code == 409
        assert "まだ何も保存していません" in refused.text
        assert members.approver.name in refused.text
        assert theirs in refused.text
        assert row(draft, GOVERNANCE).individual_control == ""
        send(editor, draft, step="apply", **confirmed(refused), **self.INPUT)
        assert row(draft, FREE).individual_control == f"{theirs}\n台帳に記録します。"

    @pytest.mark.parametrize("rows", ["", "x", "9.2.3.2:-1", f"{FREE}:9999999999"])
    def test_a_confirmation_without_versions_is_asked_again(self, editor, draft, rows):
        data = {"numbers": FREE, "rows": rows, "batch": uuid.uuid4()}
        response = send(editor, draft, step="apply", **data, **self.INPUT)
        assert response.status_code == 422
        assert "どの版を見て入力したかがわかりません" in response.text

    def test_an_act_is_undone_on_its_page_and_listed(self, editor, draft, members):
        batch = act(draft, members.editor, ADOPT, {FREE: 1, GOVERNANCE: 1})
        write(draft, members.approver, FREE, adoption="undecided")
        listed = editor.get(reverse("declarations:batches", args=[draft.pk]))
        assert "採否：採用する" in listed.text
        assert "取り消す" in listed.text

        undone = editor.post(
            reverse("declarations:batch-undo", args=[draft.pk, batch.pk]), follow=True
        )

        assert "1件を元に戻しました" in undone.text
        assert FREE in undone.text
        assert row(draft, GOVERNANCE).adoption == Adoption.UNDECIDED
        page = editor.get(reverse("declarations:batch", args=[draft.pk, batch.pk]))
        assert "取消し済み" in page.text

    def test_nothing_left_to_undo_is_told_on_the_page(self, editor, draft, members):
        batch = act(draft, members.editor, ADOPT, {FREE: 1})
        write(draft, members.approver, FREE, adoption="undecided")
        response = editor.post(reverse("declarations:batch-undo", args=[draft.pk, batch.pk]))
        assert response.status_code == 422
        assert "元に戻せるものはありません" in response.text


def test_queries_do_not_grow_with_the_rows(editor, draft, members):
    numbers = list(draft.statements.values_list("control__number", flat=True))
    counts = []
    for chosen in (numbers[:1], numbers):
        with counted_queries() as seen:
            check = send(editor, draft, step="check", numbers=" ".join(chosen), adoption="adopted")
        looked = len(seen)
        with counted_queries() as seen:
            send(editor, draft, step="apply", **confirmed(check), adoption="adopted")
        batch = StatementBatch.objects.order_by("-occurred_at").first()
        with counted_queries() as shown:
            editor.get(reverse("declarations:batch", args=[draft.pk, batch.pk]))
        counts.append((looked, len(seen), len(shown)))
    assert counts[0] == counts[1]
    assert counts[0][1] <= 20
