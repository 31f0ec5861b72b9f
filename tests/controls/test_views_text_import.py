"""Pages of the official workbook, and the texts where people need them."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from controls.enums import TextImportState
from controls.models import ControlText, TextImport
from core import jobs
from tests.accounts.factories import person
from tests.controls.factories import small_edition
from tests.controls.test_views_catalogue import text_of as said
from tests.controls.workbooks import (
    applied_import,
    official_rows,
    ready_import,
    sentence,
    uploaded_import,
    workbook,
)
from tests.counting import counted_queries
from tests.documents.files import pdf, uploaded

pytestmark = pytest.mark.django_db

CHOSEN = {"sheet": 1, "header_row": 2, "number": 1, "text": 2}
FREE = "9.2.3.10"


def url(name: str, *args) -> str:
    return reverse(f"controls:{name}", args=args)


@pytest.fixture
def edition():
    return small_edition()


@pytest.fixture
def secretariat(client):
    client.force_login(person(Role.SECRETARIAT))
    return client


def test_empty_list_says_what_to_do_next(secretariat):
    assert "Excelブックをダウンロードして" in said(secretariat.get(url("text-imports")))


def test_whole_way_from_upload_to_the_control(secretariat, edition):
    file = uploaded("管理基準.xlsx", workbook(official_rows(edition)))
    response = secretariat.post(
        url("text-import-new"), {"edition": edition.pk, "upload": file}, follow=True
    )
    assert "この画面を離れても" in said(response)
    made = TextImport.objects.get()
    assert secretariat.get(url("text-import-status", made.pk)).status_code == 302
    assert (
        secretariat.get(
            url("text-import-status", made.pk), headers={"HX-Request": "true"}
        ).status_code
        == 200
    )

    jobs.run(made.job_id)
    waiting = secretariat.get(url("text-import-status", made.pk), headers={"HX-Request": "true"})
    assert waiting["HX-Refresh"] == "true"
    choice = secretariat.get(made.get_absolute_url())
    assert sentence("3.1.1") in choice.content.decode()
    review = secretariat.get(url("text-import-review", made.pk), CHOSEN)
    assert "新しい本文20件" in said(review)
    fields = review.context["fields"]
    done = secretariat.post(url("text-import-review", made.pk), fields, follow=True)
    assert "追加20件、変更0件、同じ0件" in said(done)

    control = edition.controls.get(number=FREE)
    secretariat.force_login(person(Role.CSP_EDITOR))
    assert sentence(FREE) in secretariat.get(url("control", control.pk)).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", pdf(), "Excelブック（.xlsx）ではありません"),
        ("a.xlsx", b"nothing", "作り直してから"),
    ],
)
def test_other_files_are_refused_at_the_field(secretariat, edition, name, content, sentence):
    response = secretariat.post(
        url("text-import-new"), {"edition": edition.pk, "upload": uploaded(name, content)}
    )
    assert response.status_code == 422
    assert sentence in said(response)
    assert not TextImport.objects.exists()


def test_refused_workbook_says_why_and_leads_on(secretariat, edition):
    made = ready_import(edition, [[str(number)] for number in range(20_001)])
    page = said(secretariat.get(made.get_absolute_url()))
    assert "行か文字が多すぎます" in page
    assert "別のファイルを読み込む" in page


def test_dead_job_is_told_and_the_same_file_starts_it_afresh(secretariat, edition):
    actor = person(Role.SECRETARIAT)
    content = workbook(official_rows(edition))
    made = uploaded_import(edition, content, actor=actor)
    made.job.state, made.job.finished_at = "dead", made.created_at
    made.job.save()
    assert "内部の不具合" in said(secretariat.get(made.get_absolute_url()))
    uploaded_import(edition, content, actor=actor)
    jobs.run(made.job_id)
    made.refresh_from_db()
    assert made.state == TextImportState.READY


def test_wrong_choice_is_told_and_nothing_breaks(secretariat, edition):
    made = ready_import(edition)
    for wrong, sentence_ in (
        ({"number": 2}, "番号とは別の列"),
        ({"header_row": 99}, "22行までです"),
        ({"header_row": "x"}, "整数で"),
    ):
        page = secretariat.get(made.get_absolute_url(), CHOSEN | wrong)
        assert sentence_ in said(page)
        back = secretariat.get(url("text-import-review", made.pk), CHOSEN | wrong)
        assert back.status_code == 302
    for sheet in ("9", "x", "99999", "-1"):
        assert secretariat.get(made.get_absolute_url(), {"sheet": sheet}).status_code == 200
        assert (
            secretariat.get(url("text-import-review", made.pk), {"sheet": sheet}).status_code == 302
        )


def test_review_lists_each_part_with_its_cells(secretariat, edition):
    applied_import(edition)
    rows = official_rows(edition, **{FREE: "改めた文"})
    rows += [["", "9.2.3.1", "欠番の疑い"], ["", 5.1, "どちらか"]]
    made = ready_import(edition, rows)

    def page(part):
        return said(secretariat.get(url("text-import-review", made.pk), CHOSEN | {"part": part}))

    assert "改めた文" in page("changed")
    assert sentence(FREE).replace(" ", "") in page("changed")
    assert "9.2.3.1B23" in page("unknown")
    assert "欠番の疑いのある番号が、公式のファイルにあります" in page("unknown")
    assert "5.1と5.10を区別できません" in page("faults")
    assert "当てはまるものはありません" in page("without")


def test_texts_that_changed_meanwhile_answer_409(secretariat, edition):
    made = ready_import(edition)
    fields = secretariat.get(url("text-import-review", made.pk), CHOSEN).context["fields"]
    applied_import(edition, official_rows(edition, **{FREE: "ほかの人の文"}))

    response = secretariat.post(url("text-import-review", made.pk), fields)

    assert response.status_code == 409
    assert ControlText.objects.count() == 20
    again = secretariat.post(url("text-import-review", made.pk), response.context["fields"])
    assert again.status_code == 302


def test_marks_an_edition_as_compared_and_the_notice_goes(secretariat, edition):
    applied_import(edition)
    page = url("comparison", edition.pk)
    assert "欠番の疑いのある番号は、公式のファイルにもありません" in said(secretariat.get(page))
    secretariat.post(url("comparison-propose", edition.pk))
    secretariat.force_login(person(Role.COMMITTEE_MEMBER))
    stale = secretariat.post(url("comparison-confirm", edition.pk), {"seen": "0" * 64})
    assert stale.status_code == 409
    seen = secretariat.get(page).context["edition"].compared_sha256
    secretariat.post(url("comparison-confirm", edition.pk), {"seen": seen})
    assert "照合済み" in said(secretariat.get(page))
    assert "照合していません" not in said(secretariat.get(url("edition", edition.pk)))


def test_comparison_says_what_is_in_the_way(secretariat, edition):
    assert "まだ反映されていません" in said(secretariat.get(url("comparison", edition.pk)))
    applied_import(edition, [*official_rows(edition)[:-1], ["", "9.2.3.1", "欠番の疑い"]])
    page = said(secretariat.get(url("comparison", edition.pk)))
    assert "ファイルに本文のない詳細管理策が1件" in page
    assert "この版にない詳細管理策の番号が、ファイルに1件" in page
    assert "9.2.3.1。公開した版は変更できないため" in page
    refused = secretariat.post(url("comparison-propose", edition.pk))
    assert (refused.status_code, "一致していません" in said(refused)) == (422, True)


def test_pages_cost_the_same_for_few_and_many_texts(secretariat, edition):
    few, many = ready_import(edition, official_rows(edition)[:6]), ready_import(edition)

    def cost(made):
        with counted_queries() as seen:
            secretariat.get(url("text-import-review", made.pk), CHOSEN)
        return len(seen)

    cost(few)
    assert (
        cost(few) == cost(many) == 7
    )  # session, person, memberships, import, sheet, controls, texts
