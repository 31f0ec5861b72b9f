"""The engine on small papers: PDF/A-3a, the same bytes each time, nothing fetched."""

import hashlib
import json
import os
import socket
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pikepdf
import pytest
from django.core.files.storage import default_storage

from core import jobs
from core.canonical import canonical_json
from core.exceptions import DomainError
from documents import fonts, pdf
from documents.sandbox import SandboxError
from documents.services import paper_html
from documents.typesetting import ForeignResourceError, Rendered, typeset
from tests.documents import reading
from tests.documents.factories import note_document

pytestmark = pytest.mark.pdf

ISSUED_AT = datetime(2026, 4, 21, 9, 0, tzinfo=timezone(timedelta(hours=9)))
DATA = {"b": [1, "𠮷野家"], "a": "値"}
PAGE = """<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>試験票</title>
<meta name="dcterms.created" content="2026-04-21T09:00:00+09:00">
<meta name="dcterms.modified" content="2026-04-21T09:00:00+09:00">
<link rel="stylesheet" href="app:paper.css"></head><body><h1>見出し</h1>{}</body></html>"""


def rendered(body: str, **changes) -> Rendered:
    """Typeset in this process."""
    arguments = {"identifier": "T-1", "issued_at": ISSUED_AT, "data": canonical_json(DATA)}
    return typeset(html=PAGE.format(body), **(arguments | changes))


def made(body: str, **changes) -> Rendered:
    """Checked, and typeset in the limited child, as a worker does it."""
    arguments = {"identifier": "T-1", "issued_at": ISSUED_AT, "data": DATA}
    return pdf.render(html=PAGE.format(body), **(arguments | changes))


@pytest.fixture
def no_network(monkeypatch):
    """Any connection ends the test."""

    def refuse(*_arguments):
        pytest.fail("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_a_paper_is_pdf_a_3a_in_japanese():
    content = rendered("<p>本文</p>").content

    with reading.opened(content) as document, document.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert document.Root.Lang == "ja"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert document.trailer.ID
        assert metadata["dc:title"] == "試験票"
    assert {"/H1", "/P"} <= reading.structure_types(content)


def test_the_data_are_attached_once_as_they_were_given():
    with reading.opened(rendered("<p>本文</p>").content) as document:
        files = document.Root.AF
        assert [str(file.AFRelationship) for file in files] == ["/Data"]
        assert list(document.attachments) == ["data.json"]
        attached = document.attachments["data.json"].get_file().read_bytes()
    assert attached == canonical_json(DATA)
    assert json.loads(attached) == DATA


def test_all_fonts_are_ours_and_embedded():
    content = rendered(
        "<p>漢字かな𠮷野家</p><table class='list'><tr><td>𠮷 Ω Ж ☑</td></tr></table>"
    ).content

    assert reading.font_names(content) <= {
        "BIZ-UDPGothic", "BIZ-UDPGothic-Bold", "BIZ-UDPMincho", "Noto-Sans-CJK-JP",
        "Noto-Serif-CJK-JP", "DejaVu-Sans",
    }  # fmt: skip
    with reading.opened(content) as document:
        descriptors = [o for o in document.objects if isinstance(o, pikepdf.Dictionary)
                       and o.get("/Type") == "/FontDescriptor"]  # fmt: skip
        assert all("/FontFile2" in d or "/FontFile3" in d for d in descriptors)


def test_two_renders_give_the_same_bytes():
    assert rendered("<p>同じ</p>").content == rendered("<p>同じ</p>").content


def test_the_limited_child_gives_the_same_paper():
    assert made("<p>同じ𠮷</p>") == rendered("<p>同じ𠮷</p>")


def test_what_goes_wrong_in_the_child_is_told_without_details():
    with pytest.raises(SandboxError) as refusal:
        made('<img src="file:///etc/passwd">')

    assert refusal.value.reason == "crash"
    assert "passwd" not in str(refusal.value)


def test_another_process_another_zone_and_another_hash_seed_give_the_same_bytes():
    body = "<p>同じ𠮷</p>"
    code = (
        "import sys, hashlib, django; sys.path.insert(0, '.'); django.setup();"
        "from tests.documents.test_pdf import rendered;"
        f"print(hashlib.sha256(rendered({body!r}).content).hexdigest())"
    )
    other = subprocess.run(  # noqa: S603 -- our own code in our own interpreter
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "America/Lima"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert other.stdout.strip() == hashlib.sha256(rendered(body).content).hexdigest()


@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="attachment" href="file:///etc/passwd">',
        '<link rel="stylesheet" href="http://169.254.169.254/latest/">',
        '<img src="file:///etc/passwd">',
        '<img src="http://169.254.169.254/latest/">',
        '<img src="data:image/png;base64,AAAA">',
        '<img src="app:../pdf.py">',
        '<object data="http://169.254.169.254/"></object>',
        '<style>@import "http://169.254.169.254/a.css";</style>',
        '<p style="background: url(http://169.254.169.254/a.png)">a</p>',
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) } p { font-family: x }</style><p>a</p>",
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        '<a rel="attachment" href="file:///etc/passwd">a</a>',
    ],
)
def test_a_template_that_names_anything_but_our_assets_makes_no_paper(no_network, markup):
    with pytest.raises(ForeignResourceError):
        rendered(markup)


def test_a_link_is_text_and_nothing_is_fetched_for_it(no_network):
    content = rendered(
        '<p>https://169.254.169.254/ <a href="https://example.jp/">例</a></p>'
    ).content

    assert "https://169.254.169.254/例" in reading.page_texts(content)[0]


def test_pages_are_told_as_they_are_laid_out():
    pages = []

    paper = made("<p style='break-after: page'>一</p>" * 3, on_page=pages.append)

    assert pages[:3] == [1, 2, 3]
    assert paper.pages == len(reading.page_texts(paper.content))


def test_a_character_that_no_font_has_is_refused_by_name():
    with pytest.raises(DomainError) as refusal:
        made("<p>利用者の👪アカウント</p>")

    assert "「👪」（U+1F46A、「利用者の👪アカウント」）" in str(refusal.value)


def test_many_missing_characters_are_counted():
    with pytest.raises(DomainError, match="ほか2字"):
        made("".join(f"<p>{chr(code)}</p>" for code in range(0xE000, 0xE007)))


@pytest.mark.parametrize(
    "text", ["葛\U000e0100", "あ\u200bい\ufeff", "\u2066אב\u2069", "髙﨑德瀨", "□ ■ ①㈱"]
)
def test_characters_without_a_shape_and_rare_kanji_pass(text):
    assert made(f"<p>{text}</p>").pages == 1


def test_without_fonts_a_paper_is_refused_with_the_line_to_run(monkeypatch):
    monkeypatch.setattr(fonts, "_folders", tuple)

    with pytest.raises(DomainError) as refusal:
        made("<p>本文</p>")

    assert "fonts-morisawa-bizud-gothic" in str(refusal.value)
    assert str(refusal.value).endswith(pdf.INSTALL_LINE)


@pytest.mark.django_db
@pytest.mark.parametrize("is_demo", [True, False])
def test_only_papers_of_a_demo_are_marked_as_samples(settings, is_demo):
    settings.IS_DEMO = is_demo
    document = note_document()

    jobs.run(document.job_id)

    document.refresh_from_db()
    with default_storage.open(document.file.path) as blob:
        (text,) = reading.page_texts(blob.read())
    assert ("見本" in text.replace("見本組織", "")) is is_demo
    assert document.number in text
    assert "1/1" in text


@pytest.mark.django_db
def test_the_same_document_made_twice_has_the_same_bytes():
    document = note_document()
    document.refresh_from_db()

    def once_more():
        return pdf.render(
            html=paper_html(document),
            identifier=document.number,
            issued_at=document.created_at,
            data=document.data,
        )

    assert once_more() == once_more()
