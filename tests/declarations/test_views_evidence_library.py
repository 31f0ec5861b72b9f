"""The library over HTTP: list, item, keeping, renewing, tying from both sides."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from declarations.models import Evidence, EvidenceVersion, StatementBatch, StatementEvidence
from declarations.services.evidence_library import edit_evidence, retire_evidence
from declarations.services.evidence_ties import tie_evidence
from tests.counting import counted_queries
from tests.declarations import builders
from tests.documents.files import jpeg, pdf
from tests.documents.test_uploads import PLACE

LIST = "declarations:evidence-library"
NUMBERS = "９.2\n6.1.1.1"
CHOSEN = ("9.2.3.2", "6.1.1.1")


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


def at(name, *parts):
    return reverse(f"declarations:{name}", args=parts)


def shown(client, **query):
    page = client.get(reverse(LIST), query)
    return re.findall(r'class="evidence-name" href="[^"]+">([^<]+)<', page.text)


def days(count):
    return timezone.localdate() + timedelta(days=count)


def file(name="点検記録.pdf", content=None):
    return SimpleUploadedFile(name, pdf() if content is None else content)


def sheet(**sent):
    return {"upload": file(), "creation_key": str(uuid.uuid4())} | sent


def test_list_shows_each_state_of_its_own(editor, members, draft):
    used = builders.kept(members, "使用.pdf", covers_until=days(400))
    tie_evidence(
        declaration_id=draft.pk, version_id=used.pk, actor=members.editor, numbers=CHOSEN[:1]
    )
    builders.kept(members, "切れ.pdf", covers_until=days(-1))
    builders.kept(members, "間近.pdf", covers_until=days(30))
    builders.kept(members, "まだ.pdf", covers_until=days(31))
    gone = builders.kept(members, "終了.pdf")
    retire_evidence(evidence_id=gone.evidence_id, actor=members.editor)

    assert shown(editor) == sorted(["使用.pdf", "切れ.pdf", "間近.pdf", "まだ.pdf"])
    assert shown(editor, state="lapsed") == ["切れ.pdf"]
    assert shown(editor, state="lapsing") == ["間近.pdf"]
    assert "使用.pdf" not in shown(editor, state="unused")
    assert shown(editor, state="retired") == ["終了.pdf"]
    assert len(shown(editor, state="何か")) == 4


def test_a_newer_version_says_until_when_it_holds(editor, members):
    builders.renewed(builders.kept(members, covers_until=days(-1)), members, covers_until=days(90))

    assert shown(editor, state="lapsed") == []


def test_search_folds_width_and_keeps_the_words_out_of_the_address(editor, members):
    builders.kept(members, "ＩＤ棚卸し.pdf")
    builders.kept(members, "別物.pdf")

    answer = editor.post(reverse(LIST), {"text": "id 棚卸"})

    assert answer.headers["Location"] == reverse(LIST)
    assert shown(editor) == ["ＩＤ棚卸し.pdf"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries(editor, members, rows):
    for number in range(rows):
        builders.kept(members, f"{number}.pdf", content=b"%d" % number)

    with counted_queries() as queries:
        editor.get(reverse(LIST))

    assert len(queries) <= 10


@pytest.mark.parametrize("versions", [1, 3])
def test_the_page_of_an_item_takes_the_same_queries(editor, members, draft, versions):
    version = builders.kept(members)
    tie_evidence(
        declaration_id=draft.pk, version_id=version.pk, actor=members.editor, numbers=CHOSEN
    )
    for _index in range(versions):
        builders.renewed(version, members)

    with counted_queries() as queries:
        page = editor.get(version.evidence.get_absolute_url())

    assert len(queries) <= 11
    assert f"第{versions + 1}版" in page.text


def test_empty_sheets_are_shown_without_complaint(editor, members, draft):
    pk = builders.kept(members).evidence_id

    pages = [
        editor.get(at("evidence-keep")),
        *(editor.get(at(f"evidence-{name}", pk)) for name in ("renew", "edit", "tie")),
        editor.get(at("evidence-pick", draft.pk, CHOSEN[0])),
    ]

    assert [page.status_code for page in pages] == [200] * 5
    assert not [page for page in pages if "field__error" in page.text]


def test_keeping_leads_to_the_item_and_names_it_after_the_file(editor, members):
    answer = editor.post(at("evidence-keep"), sheet(covers_until="令和8年3月31日"))

    evidence = Evidence.objects.get()
    assert answer.headers["Location"] == evidence.get_absolute_url()
    assert (evidence.title, str(evidence.versions.get().covers_until)) == (
        "点検記録.pdf", "2026-03-31",
    )  # fmt: skip


def test_a_photograph_that_tells_its_place_is_kept_with_a_warning(editor):
    page = editor.post(
        at("evidence-keep"), sheet(upload=file("写真.jpg", jpeg(before=PLACE))), follow=True
    )

    assert "位置情報" in page.text
    assert Evidence.objects.count() == 1


def test_days_in_the_wrong_order_are_told_at_the_field(editor):
    answer = editor.post(
        at("evidence-keep"), sheet(covers_from="2026-04-01", covers_until="2026-03-31")
    )

    assert answer.status_code == 422
    assert "開始日より前です" in answer.text
    assert not Evidence.objects.exists()


def test_renewing_replaces_in_drafts_unless_unticked(editor, members, draft):
    version = builders.kept(members)
    tie_evidence(
        declaration_id=draft.pk, version_id=version.pk, actor=members.editor, numbers=CHOSEN
    )
    where = at("evidence-renew", version.evidence_id)

    assert "2件の管理策で、これまでの版をこの版に差し替える" in editor.get(where).text
    editor.post(where, sheet())
    assert set(in_force(draft).values_list("version__number", flat=True)) == {1}
    page = editor.post(where, sheet(replace="on"), follow=True)
    assert set(in_force(draft).values_list("version__number", flat=True)) == {3}
    assert "2件の管理策で、これまでの版を差し替えました" in page.text


def in_force(declaration):
    return StatementEvidence.objects.filter(
        statement__declaration=declaration, removed_at__isnull=True
    )


def test_an_overtaken_edit_shows_both_titles(editor, members):
    evidence = builders.kept(members).evidence
    edit_evidence(
        evidence_id=evidence.pk,
        actor=members.approver,
        version=1,
        title="相手の名称",
        owner_id=None,
    )
    where = at("evidence-edit", evidence.pk)

    answer = editor.post(where, {"title": "自分の名称", "owner": "", "version": 1})

    assert answer.status_code == 409
    assert "相手の名称" in answer.text
    assert 'value="自分の名称"' in answer.text
    assert editor.post(where, {"title": "自分の名称", "owner": "", "version": 2}).status_code == 302


def test_tying_many_shows_the_count_first_and_can_be_undone(editor, members, draft):
    version = builders.kept(members)
    where = at("evidence-tie", version.evidence_id)
    sent = {"declaration": str(draft.pk), "version": str(version.pk), "numbers": NUMBERS}

    check = editor.post(where, sent | {"step": "check"})
    chosen = re.findall(r'<span class="code">([\d.A-Z]+)</span>', check.text)
    assert f"{len(chosen)}件の管理策に紐付けます" in check.text
    assert set(CHOSEN) <= set(chosen)
    assert not in_force(draft).exists()

    page = editor.post(where, sent | {"step": "tie"}, follow=True)
    assert f"{len(chosen)}件の管理策に紐付けました" in page.text
    again = editor.post(where, sent | {"step": "tie"}, follow=True)
    assert "すべて紐付け済みです" in again.text

    batch = StatementBatch.objects.get()
    undo = at("evidence-untie", version.evidence_id, batch.pk)
    assert undo in page.text
    assert "取り消しました" in editor.post(undo, follow=True).text
    assert not in_force(draft).exists()


def test_unknown_numbers_are_told_and_what_was_typed_stays(editor, members, draft):
    version = builders.kept(members)

    answer = editor.post(
        at("evidence-tie", version.evidence_id),
        {
            "declaration": str(draft.pk), "version": str(version.pk), "numbers": "6.1.1.1 99.9",
            "step": "check",
        },
    )  # fmt: skip

    assert answer.status_code == 422
    assert "99.9" in answer.text
    assert "6.1.1.1 99.9" in answer.text


def test_without_a_draft_the_page_says_what_to_do(editor, members):
    page = editor.get(at("evidence-tie", builders.kept(members).evidence_id))

    assert "作成中の言明がありません" in page.text


def test_a_row_chooses_from_the_library(editor, members, draft):
    version = builders.kept(members, "ＩＤ棚卸し.pdf")
    builders.kept(members, "別物.pdf")
    where = at("evidence-pick", draft.pk, CHOSEN[0])
    assert where in editor.get(at("statement", draft.pk, CHOSEN[0])).text

    found = editor.post(where, {"text": "id棚卸"}).text
    assert "ＩＤ棚卸し.pdf" in found
    assert "別物.pdf" not in found
    answer = editor.post(where, {"version": str(version.pk)})
    editor.post(where, {"version": str(version.pk)})

    assert answer.headers["Location"] == at("statement", draft.pk, CHOSEN[0])
    assert in_force(draft).get().version == version
    assert "紐付け済み" in editor.get(where).text


@pytest.mark.parametrize("sent", ["x", str(uuid.uuid4()), ""])
def test_a_choice_that_is_none_is_told(editor, draft, sent):
    answer = editor.post(at("evidence-pick", draft.pk, CHOSEN[0]), {"version": sent})

    assert answer.status_code == 422
    assert "見つかりません" in answer.text


def test_the_row_says_how_long_its_file_holds(editor, members, draft):
    for name, until in (("切れ.pdf", days(-1)), ("間近.pdf", days(7)), ("まだ.pdf", days(90))):
        version = builders.kept(members, name, content=name.encode(), covers_until=until)
        tie_evidence(
            declaration_id=draft.pk, version_id=version.pk, actor=members.editor,
            numbers=CHOSEN[:1],
        )  # fmt: skip

    panel = editor.get(at("statement", draft.pk, CHOSEN[0])).text

    assert panel.count("期限切れ") == 1
    assert panel.count("あと7日") == 1
    assert "あと90日" not in panel


def test_a_version_is_an_attachment(editor, members):
    version = builders.kept(members)

    answer = editor.get(at("evidence-version", version.evidence_id, version.pk))

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == pdf()


def test_strangers_do_not_learn_that_it_exists(client, members):
    version = builders.kept(members)
    client.force_login(builders.team(name="別の組織", corporate_number="").editor)
    pk = version.evidence_id

    for name in ("item", "edit", "renew", "tie"):
        assert client.get(at(f"evidence-{name}", pk)).status_code == 404
    for name in ("retire", "reinstate"):
        assert client.post(at(f"evidence-{name}", pk)).status_code == 404
    assert client.get(at("evidence-version", pk, version.pk)).status_code == 404
    assert EvidenceVersion.objects.count() == 1
