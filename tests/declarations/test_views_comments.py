"""The page of the comments on a row, the ways to it, the filter, and each person's own list."""

import re
import uuid

import pytest
from django.urls import reverse

from accounts.enums import Role
from declarations.models import StatementComment
from declarations.services.comments import resolve_thread, withdraw_comment
from tests.accounts.factories import person
from tests.counting import counted_queries
from tests.declarations import builders
from tests.declarations.builders import said

NUMBER, OTHER = "9.2.3.2", "3.1.2.1"
WAITING = "あなた宛てのコメント"


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


def address(declaration, number=NUMBER):
    return reverse("declarations:comments", args=[declaration.pk, number])


def act(name, comment):
    return reverse(f"declarations:{name}", args=[comment.statement.declaration_id, comment.pk])


def form(body="年に何回ですか。", *to):
    return {
        "body": body,
        "mentions": [str(one.pk) for one in to],
        "creation_key": str(uuid.uuid4()),
    }


def resolved(thread, actor):
    return resolve_thread(
        declaration_id=thread.statement.declaration_id, thread_id=thread.pk, actor=actor, seen=1
    )


class TestPage:
    def test_a_row_without_comments_says_so(self, editor, draft):
        text = editor.get(address(draft)).text
        assert "まだコメントはありません" in text
        assert "監査機関、運営委員会、事務局には見えず" in text

    def test_writing_leads_to_the_comment_with_its_addressees(self, editor, members, draft):
        answer = editor.post(address(draft), form("年に何回ですか。", members.approver))
        comment = StatementComment.objects.get()

        assert answer["Location"] == f"{address(draft)}#comment-{comment.pk}"
        text = editor.get(address(draft)).text
        assert "年に何回ですか。" in text
        assert f"宛先：{members.approver.name}" in text
        assert f'id="comment-{comment.pk}"' in text

    def test_markup_is_text(self, editor, draft):
        editor.post(address(draft), form("<script>alert(1)</script><b>太字</b>"))
        text = editor.get(address(draft)).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;太字" in text

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [("", "コメント：入力してください。"), ("あ" * 2_001, "2,000字以内で入力してください")],
    )
    def test_a_refused_comment_keeps_what_was_typed(self, editor, draft, body, sentence):
        answer = editor.post(address(draft), form(body))
        assert answer.status_code == 422
        assert sentence in answer.text
        assert f">\n{body}</textarea>" in answer.text
        assert not StatementComment.objects.exists()

    def test_a_stranger_as_addressee_is_refused(self, editor, draft):
        stranger = builders.team(name="別の事業者").editor
        answer = editor.post(address(draft), form("見て。", stranger))
        assert answer.status_code == 422
        assert "一覧にあるものから選んでください。" in answer.text
        assert not StatementComment.objects.exists()

    def test_one_is_no_addressee_of_oneself(self, editor, members, draft):
        text = editor.get(address(draft)).text
        assert f'value="{members.approver.pk}"' in text
        assert f'value="{members.editor.pk}"' not in text

    def test_a_single_person_writes_without_a_list_of_people(self, client, members, draft):
        members.approver.memberships.update(ends_on=builders.START)
        client.force_login(members.editor)
        assert "知らせる人" not in client.get(address(draft)).text
        assert client.post(address(draft), form("覚え書き")).status_code == 302

    def test_a_row_that_is_not_there_has_no_comments(self, editor, draft):
        assert editor.get(address(draft, "9.2.3.99")).status_code == 404

    def test_a_fixed_declaration_is_still_talked_about(self, client, members, small_edition):
        fixed = builders.fixed(members, small_edition)
        client.force_login(members.approver)
        assert client.post(address(fixed), form("来年は直します。")).status_code == 302

    def test_the_committee_reads_a_filed_declaration_without_its_comments(self, client, filed):
        declaration, editor = filed.application.declaration, filed.editor
        number = declaration.statements.first().control.number
        said(declaration, editor, "社内の話", number=number)
        client.force_login(person(Role.SECRETARIAT))

        panel = client.get(reverse("declarations:statement", args=[declaration.pk, number]))
        section = client.get(
            reverse("declarations:section", args=[declaration.pk, number.rsplit(".", 2)[0]])
        )

        assert client.get(address(declaration, number)).status_code == 403
        assert (panel.status_code, section.status_code) == (200, 200)
        assert "コメント" not in panel.text + section.text


class TestActs:
    def test_a_reply_stands_below_and_opens_a_resolved_thread(self, editor, members, draft):
        thread = resolved(said(draft, members.approver, "直しましたか。"), members.approver)
        assert "解決済みのコメント（1件）" in editor.get(address(draft)).text

        answer = editor.post(act("comment-reply", thread), form("直しました。"), follow=True)

        assert answer.text.index("直しましたか。") < answer.text.index("直しました。")
        assert "解決済みのコメント" not in answer.text
        assert "未解決に変更" in answer.text

    def test_a_refused_reply_stands_open_in_its_own_thread(self, editor, members, draft):
        said(draft, members.approver, "一つ目")
        thread = said(draft, members.approver, "二つ目")

        answer = editor.post(act("comment-reply", thread), form(""))

        assert answer.status_code == 422
        assert answer.text.count('<details class="thread__reply" open>') == 1
        assert f'href="#{thread.pk}-body"' in answer.text
        assert 'id="new-body"' in answer.text

    def test_withdrawn_words_are_gone_and_a_trace_stays(self, editor, members, draft):
        thread = said(draft, members.editor, "言い過ぎました。", members.approver)
        said(draft, members.approver, "気にしません。", thread=thread)

        text = editor.post(act("comment-withdraw", thread), follow=True).text

        assert "言い過ぎました。" not in text
        assert "書いた人がコメントを取り下げました。" in text
        assert "宛先：" not in text

    def test_others_withdraw_nothing_and_are_not_offered_to(self, editor, members, draft):
        thread = said(draft, members.approver)
        assert act("comment-withdraw", thread) not in editor.get(address(draft)).text
        assert editor.post(act("comment-withdraw", thread)).status_code == 403

    def test_a_thread_is_resolved_as_it_was_shown_and_reopened(self, editor, members, draft):
        thread = said(draft, members.approver)
        said(draft, members.approver, "もう一つ。", thread=thread)

        stale = editor.post(act("thread-resolve", thread), {"seen": 1})
        assert stale.status_code == 409
        assert "返信がありました" in stale.text
        assert "もう一つ。" in stale.text
        done = editor.post(act("thread-resolve", thread), {"seen": 2}, follow=True)
        assert "解決済みにしました。" in done.text
        again = editor.post(act("thread-reopen", thread), follow=True)
        assert "未解決に戻しました。" in again.text

    def test_without_what_was_seen_nothing_is_resolved(self, editor, members, draft):
        thread = said(draft, members.approver)
        assert editor.post(act("thread-resolve", thread)).status_code == 422
        thread.refresh_from_db()
        assert thread.resolved_at is None

    def test_a_reply_is_no_thread(self, editor, members, draft):
        thread = said(draft, members.approver)
        reply = said(draft, members.approver, thread=thread)
        for name in ("comment-reply", "thread-resolve", "thread-reopen"):
            assert editor.post(act(name, reply), form()).status_code == 404


class TestWaysToIt:
    def test_panel_and_row_count_open_threads(self, editor, members, draft):
        said(draft, members.approver)
        resolved(said(draft, members.approver), members.approver)
        panel = reverse("declarations:statement", args=[draft.pk, NUMBER])

        for headers in ({}, {"HX-Request": "true"}):
            text = editor.get(panel, headers=headers).text
            assert address(draft) in text
            assert "未解決 1件" in text
        section = editor.get(reverse("declarations:section", args=[draft.pk, "9.2"])).text
        assert section.count("コメント 1件") == 1

    def test_a_change_of_the_row_does_not_multiply_the_count(self, editor, members, draft):
        for _time in range(2):
            said(draft, members.approver)
        text = editor.get(reverse("declarations:statement", args=[draft.pk, NUMBER])).text
        assert "未解決 2件" in text

    @pytest.mark.parametrize(("query", "numbers"), [("open", {NUMBER}), ("any", {NUMBER, OTHER})])
    def test_the_list_and_the_workbook_are_narrowed_to_rows_with_comments(
        self, editor, members, draft, query, numbers
    ):
        said(draft, members.approver)
        resolved(said(draft, members.approver, number=OTHER), members.approver)
        query = f"?comments={query}"
        overview = editor.get(reverse("declarations:overview", args=[draft.pk]) + query)
        workbook = editor.get(reverse("declarations:workbook", args=[draft.pk]) + query)

        assert set(re.findall(r'<tr id="s-([^"]+)"', overview.text)) == numbers
        assert workbook.status_code == 200

    def test_the_list_offers_the_open_ones_with_their_count(self, editor, members, draft):
        overview = reverse("declarations:overview", args=[draft.pk])
        assert "未解決のコメント" not in editor.get(overview).text
        for _time in range(2):
            said(draft, members.approver)
        text = editor.get(overview).text
        assert re.search(r'\?comments=open">未解決のコメント <span class="number">1<', text)

    def test_a_batch_can_be_about_rows_with_open_comments(self, editor, members, draft):
        said(draft, members.approver)
        chosen = {"scope": "filtered", "filter": "comments=open"}
        answer = editor.post(reverse("declarations:assign", args=[draft.pk]), chosen)
        assert "対象は、選んだ1件です" in answer.text

    def test_others_have_no_such_filter(self, client, filed):
        client.force_login(person(Role.SECRETARIAT))
        overview = reverse("declarations:overview", args=[filed.application.declaration_id])
        answer = client.get(f"{overview}?comments=open")
        assert "「comments」という条件はありません" in answer.text


class TestMyWork:
    def page(self, client, user):
        client.force_login(user)
        return client.get(reverse("declarations:my-work")).text

    def test_it_lists_who_is_asked_until_there_is_an_answer(self, client, members, draft):
        thread = said(draft, members.editor, "年に何回ですか。", members.approver)
        assert "年に何回ですか。" in self.page(client, members.approver)
        assert WAITING not in self.page(client, members.editor)

        said(draft, members.approver, "4回です。", thread=thread)

        assert WAITING not in self.page(client, members.approver)
        mine = self.page(client, members.editor)
        assert "4回です。" in mine
        assert f"{address(draft)}#comment-" in mine

    def test_what_is_resolved_or_withdrawn_waits_for_nobody(self, client, members, draft):
        resolved(said(draft, members.editor, "一つ目", members.approver), members.editor)
        second = said(draft, members.editor, "二つ目", members.approver)
        withdraw_comment(declaration_id=draft.pk, comment_id=second.pk, actor=members.editor)
        assert WAITING not in self.page(client, members.approver)

    def test_a_withdrawn_last_word_is_no_word(self, client, members, draft):
        thread = said(draft, members.editor, "年に何回ですか。", members.approver)
        answer = said(draft, members.approver, "わかりません。", thread=thread)
        withdraw_comment(declaration_id=draft.pk, comment_id=answer.pk, actor=members.approver)
        assert "年に何回ですか。" in self.page(client, members.approver)

    def test_whoever_takes_no_part_is_not_asked(self, client, members, draft):
        said(draft, members.editor, "独り言")
        assert WAITING not in self.page(client, members.approver)


def test_queries_are_the_same_with_one_thread_and_with_thirty(editor, members, draft):
    costs = []
    for threads in (1, 29):
        for _time in range(threads):
            thread = said(draft, members.approver, "見てください。", members.editor)
            said(draft, members.approver, "追記です。", thread=thread)
            resolved_one = said(draft, members.approver, "済み。", members.editor)
            resolved(resolved_one, members.approver)
        costs.append([cost(editor, page) for page in pages(draft)])

    assert costs[0] == costs[1]
    assert costs[0][0] <= 12


def pages(draft):
    return (
        address(draft),
        reverse("declarations:my-work"),
        reverse("declarations:statement", args=[draft.pk, NUMBER]),
        reverse("declarations:section", args=[draft.pk, "9.2"]),
        reverse("declarations:overview", args=[draft.pk]),
    )


def cost(client, page):
    with counted_queries() as seen:
        assert client.get(page).status_code == 200
    return len(seen)
