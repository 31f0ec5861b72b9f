"""What stands on the pages of a 経営者確認書 and of a 実施結果報告書."""

from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string

from audits.documents.report import CONFIRMATION_FORM, REPORT_FORM
from audits.selectors.confirmation import POINTS, TOLD
from controls.parameter_file import definitions
from documents import pdf
from documents.registry import FormSpec
from tests.audits import samples
from tests.documents import reading

pytestmark = pytest.mark.pdf

ISSUED_AT = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)


def printed(form: FormSpec, data: dict, *, is_demo: bool = False) -> bytes:
    """The bytes of the paper."""
    context = {
        "title": form.title,
        "number": "R-20260610-AAAAAA",
        "issued_at": ISSUED_AT,
        "is_demo": is_demo,
        "data": data,
    }
    html = render_to_string(form.template, context)
    return pdf.render(
        html=html, identifier="R-1", issued_at=ISSUED_AT, data=data, on_page=lambda _page: None
    ).content


@pytest.fixture(scope="module")
def signed() -> list[str]:
    return reading.page_texts(printed(REPORT_FORM, samples.report()))


def test_the_cover_says_who_tells_whom_and_stands_for_it(signed):
    cover = signed[0]
    for words in (
        "株式会社みなと雲技術",
        "浜野すみれ殿",
        "見監報-2026-KIS",
        "令和8年6月10日",
        "意見又は保証を述べるものではありません",
        "日下部葵2026-06-0510:00JST",
        "桐原詩織",
        "相良泰之",
        samples.HASH,
    ):
        assert words in cover
    assert not any("署名前" in page for page in signed)


def test_results_findings_and_answers_are_printed(signed):
    text = "".join(signed)
    for words in (
        "9.2.3.12.PB",
        "1,240／25",
        "継承元：みほん基盤クラウド",
        "不備あり",
        "25件のうち2件",
        "当直の承認者を定め",
        "担当佐伯美咲、期限令和8年7月31日",
        "以前の監査の発見事項2026-3",
        "値は公表されていません未確認",
    ):
        assert words in text


def test_a_draft_says_on_every_page_that_it_is_one():
    pages = reading.page_texts(printed(REPORT_FORM, samples.report("draft")))
    assert len(pages) > 2
    assert all("署名前の案" in page for page in pages)
    assert "未了" in pages[0]


def test_a_void_version_says_so_on_every_page():
    pages = reading.page_texts(printed(REPORT_FORM, samples.report("void")))
    assert all("無効になった版" in page for page in pages)


def test_a_report_without_findings_says_so():
    text = "".join(reading.page_texts(printed(REPORT_FORM, samples.report(findings=[]))))
    assert text.count("発見事項はありません。") == 2


def test_the_confirmation_says_all_points_and_what_there_was():
    words = definitions()[POINTS].choices
    points = [
        {"code": code, "text": text, "is_told": code in TOLD, "told": ""}
        for code, text in words.items()
    ]
    points[-1]["told"] = "元従業員による資料の持出しが1件ありました。"
    pages = reading.page_texts(printed(CONFIRMATION_FORM, samples.confirmation(points)))
    text = "".join(pages)
    assert len(pages) == 1
    for words_of in (*(point["text"] for point in points), points[-1]["told"], samples.HASH):
        assert words_of in text
    assert text.count("該当する事項はありません。") == 1
