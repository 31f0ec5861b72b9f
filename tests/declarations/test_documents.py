"""The 言明書: what its data say, and what stands on its pages."""

import copy
import json
import re
from datetime import UTC, date, datetime

import pytest
from django.template.loader import render_to_string

from accounts.enums import Role
from controls.models import SchemeParameter
from controls.rules import Rules
from core.canonical import canonical_json, sha256_hex
from declarations.documents import (
    DECLARATION_FORM,
    declaration_data,
    declaration_paper,
    printed_form_number,
)
from declarations.models import CloudService, Declaration, DeclarationSnapshot
from documents import pdf
from tests.accounts.factories import OrganisationFactory, person
from tests.documents import reading

ISSUED_AT = datetime(2026, 4, 21, 0, 0, tzinfo=UTC)
TEXT = "特権的アクセス権の割当ては、情報セキュリティ委員会が四半期ごとに点検し、差異があれば是正の期限を定める。"
SERVICE = {
    "name": "みなと文書共有クラウド（見本）",
    "name_kana": "ミナトブンショキョウユウクラウド",
    "delivery_model": "saas",
    "overview": "文書を安全に共有し、承認を記録するクラウドサービスです。\n全文検索を備えます。",
    "regions": "東日本、西日本",
    "base_services": "",
    "uncovered_services": "",
    "target_businesses": ["部内資料の作成・共有"],
}
ORGANISATION = {
    "name": "株式会社みなと雲技術",
    "corporate_number": "8999900000001",
    "address": "見本県架空市海岸通1丁目2番3号",
    "representative_title": "代表取締役社長",
    "representative_name": "浜野 すみれ",
    "profile": "2009年設立。",
}
BODY = {
    "version": 2,
    "scope": "文書の登録、共有、版管理の各機能",
    "out_of_scope": "利用者の端末",
    "subsequent_events": "",
    "special_notes": "",
    "signer_title": "取締役CISO",
    "signer_name": "𠮷野 﨑子",
    "period_start": "2025-04-01",
    "period_end": "2026-03-31",
}


def statement(number: str, **changes) -> dict:
    objective = ".".join(number.split(".")[:3])
    return {
        "number": number,
        "title": "特権的アクセス権の管理",
        "suffix": "",
        "is_mandatory": False,
        "standard": "control_measure",
        "section": ".".join(number.split(".")[:2]),
        "objective": objective,
        "adoption": "adopted",
        "reason": "",
        "individual_control": TEXT,
        "base_service": None,
        "inherited_note": "",
        "is_released": False,
        "evidence": [],
    } | changes


BASE = {
    "list_name": "ismap", "number": "見本-C1", "name": "見本クラウド基盤", "provider_name": "見本基盤",
    "listed_from": "2022-04-01", "listed_until": None,
}  # fmt: skip


def snapshot(statements: list[dict] | None = None, **changes) -> dict:
    rows = statements or [
        statement("3.1.2.1", standard="governance", title="経営者による評価"),
        statement("9.2.3.2", base_service=BASE, inherited_note="物理的対策の部分"),
        statement("9.2.3.10", adoption="not_selected", individual_control="", reason="物理媒体を使わないため。"),
        statement("9.4.2.3.P", is_released=True, reason="残した理由"),
    ]  # fmt: skip
    objectives = {row["objective"]: row for row in rows}
    sections = sorted(
        {row["section"] for row in rows}, key=lambda n: [int(x) for x in n.split(".")]
    )
    content = {
        "service": SERVICE,
        "organisation": ORGANISATION,
        "declaration": BODY,
        "edition": {"code": "2024-07", "name": "ISMAP管理基準（見本版）"},
        "sections": [{"number": number, "title": "利用者アクセスの管理"} for number in sections],
        "objectives": [
            {"number": n, "title": "特権的アクセス権の管理", "section": row["section"], "standard": row["standard"]}
            for n, row in objectives.items()
        ],
        "exclusions": [
            {"number": row["objective"], "title": "ログオン手順", "reason": "端末を貸与しないため。"}
            for row in rows if row["is_released"]
        ],
        "statements": rows,
    }  # fmt: skip
    return copy.deepcopy(content) | changes


def paper(content: dict | None = None) -> dict:
    return declaration_paper(
        content or snapshot(),
        declared_on=date(2026, 4, 20),
        addressee="見本運営委員会",
        form_number="様式番号未確認",
        snapshot_sha256="0" * 64,
    ).to_data()


def html_of(data: dict, *, is_demo: bool = False) -> str:
    context = {
        "title": "言明書",
        "number": "D-1",
        "issued_at": ISSUED_AT,
        "is_demo": is_demo,
        "data": data,
    }
    return render_to_string(DECLARATION_FORM.template, context)


def printed(data: dict, **options) -> pdf.Rendered:
    return pdf.render(
        html=html_of(data, **options), identifier="D-1", issued_at=ISSUED_AT, data=data
    )


def lines(data: dict) -> dict[str, dict]:
    return {
        line["number"]: line
        for part in data["parts"] for section in part["sections"]
        for objective in section["objectives"] for line in objective["statements"]
    }  # fmt: skip


def test_the_three_standards_are_counted():
    counts = [
        (p["title"], p["objectives"], p["excluded"], p["details"], p["adopted"], p["not_selected"], p["released"])
        for p in paper()["parts"]
    ]  # fmt: skip

    assert counts == [("ガバナンス基準", 1, 0, 1, 1, 0, 0), ("管理策基準", 2, 1, 3, 1, 1, 1)]


def test_a_line_shows_the_control_or_the_reason_and_nothing_for_a_released_detail():
    found = {number: (line["answer"], line["text"]) for number, line in lines(paper()).items()}

    assert found == {
        "3.1.2.1": ("adopted", TEXT),
        "9.2.3.2": ("adopted", TEXT),
        "9.2.3.10": ("not_selected", "物理媒体を使わないため。"),
        "9.4.2.3.P": ("released", ""),
    }


def test_a_title_that_only_repeats_its_objective_is_not_printed_again():
    titles = {number: line["title"] for number, line in lines(paper()).items()}

    assert titles["3.1.2.1"] == "経営者による評価"
    assert titles["9.2.3.2"] == ""


def test_the_data_are_plain_json_and_survive_the_database():
    data = paper()

    assert canonical_json(json.loads(canonical_json(data))) == canonical_json(data)


def test_what_was_typed_is_text_in_the_html():
    hostile = '<script>alert(1)</script><img src=x onerror="a">{{7*7}}{% load %}</td>'
    html = html_of(paper(snapshot([statement("9.2.3.2", individual_control=hostile)])))

    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    assert "{{7*7}}" in html


@pytest.mark.parametrize("text", ["なし", "", "𠮷"])
def test_short_texts_stay_whole(text):
    assert "<h1>" in html_of(paper(snapshot([statement("9.2.3.2", individual_control=text)])))


@pytest.mark.django_db
def test_the_data_come_from_the_snapshot_and_the_day_of_fixing(small_edition):
    declaration = fixed_declaration(small_edition)

    data = declaration_data(declaration)

    assert data["declared_on"] == "2026-04-21"
    assert data["addressee"] == "見本運営委員会"
    assert data["form_number"] == "様式番号未確認"
    assert data["service"]["delivery_model"] == "SaaS"
    assert data["snapshot_sha256"] == declaration.snapshot_sha256


@pytest.mark.django_db
def test_data_do_not_move_from_day_to_day_nor_cost_more(
    small_edition, django_assert_max_num_queries
):
    declaration = fixed_declaration(small_edition)

    with django_assert_max_num_queries(6):
        first, second = declaration_data(declaration), declaration_data(declaration)

    assert first == second


@pytest.mark.django_db
def test_only_a_confirmed_form_number_is_printed_bare():
    rules = Rules.at(date(2026, 4, 1))

    assert printed_form_number(rules, "incident_report") == "様式7"
    assert printed_form_number(rules, "application") == "様式3［未確認］"
    assert SchemeParameter.objects.get(name="form.declaration").value is None
    assert printed_form_number(rules, "declaration") == "様式番号未確認"


def fixed_declaration(edition) -> Declaration:
    """A fixed declaration with a snapshot of our own making."""
    approver = person(Role.CSP_APPROVER)
    OrganisationFactory(committee=True)
    service = CloudService.objects.create(
        organisation=approver.organisation, name="みなと", name_kana="ミナト", search_key="みなと",
        contact_email="contact@example.jp", creation_key="00000000-0000-4000-8000-000000000001",
        created_at=ISSUED_AT,
    )  # fmt: skip
    content = canonical_json(snapshot())
    declaration = Declaration.objects.create(
        service=service, edition=edition, period_start="2025-04-01", period_end="2026-03-31",
        state="fixed", snapshot_sha256=sha256_hex(content), fixed_by=approver, fixed_at=ISSUED_AT,
        created_at=ISSUED_AT,
    )  # fmt: skip
    DeclarationSnapshot.objects.create(declaration=declaration, content=content)
    return declaration


@pytest.mark.pdf
def test_every_statement_is_printed_and_can_be_read_back():
    rows = [
        statement(f"9.2.3.{n}", individual_control=f"{n}番目の記載：{TEXT}") for n in range(1, 41)
    ]
    paper_made = printed(paper(snapshot(rows)))
    text = "".join(reading.page_texts(paper_made.content))

    for row in rows:
        assert row["number"] + "採用" + row["individual_control"] in text


@pytest.mark.pdf
def test_the_head_of_a_table_is_repeated_and_pages_are_numbered():
    rows = [statement(f"9.2.3.{n}") for n in range(1, 60)]
    made = printed(paper(snapshot(rows)))
    texts = reading.page_texts(made.content)
    annex = [text for text in texts if "9.2.3." in text]

    assert len(annex) >= 3
    assert all("番号・管理策採否個別管理策又は選択しない理由" in text for text in annex)
    assert all("9.2利用者アクセスの管理" in text for text in annex)
    assert [f"{n}/{made.pages}" in text for n, text in enumerate(texts, 1)] == [True] * made.pages
    assert all("D-1" in text and "様式番号未確認" in text for text in texts)


@pytest.mark.pdf
def test_bookmarks_lead_to_body_and_annex():
    body, annex = reading.outline(printed(paper()).content)

    assert body[0] == "言明書"
    assert [title for title, _children in body[1]][:2] == [
        "1　クラウドサービスの概要",
        "2　言明の対象範囲",
    ]
    assert annex[0] == "別添　管理策の一覧"
    assert annex[1] == [
        ["ガバナンス基準", [["3.1　利用者アクセスの管理", []]]],
        ["管理策基準", [["9.2　利用者アクセスの管理", []], ["9.4　利用者アクセスの管理", []]]],
    ]  # fmt: skip


@pytest.mark.pdf
def test_tables_are_tables_for_assistive_technology():
    assert {"/Table", "/THead", "/TH", "/TD", "/H1", "/H2", "/H3"} <= reading.structure_types(
        printed(paper()).content
    )


@pytest.mark.pdf
def test_a_demo_marks_every_page_and_names_no_ministry():
    made = printed(paper(), is_demo=True)

    texts = reading.page_texts(made.content)
    assert all(text.count("見本") >= 2 for text in texts)
    assert not any(word in "".join(texts) for word in ("省", "庁", "独立行政法人", "IPA"))


CORPUS = [
    "ＡＢＣ１２３", "ｶﾞｷﾞｸﾞ", "か\u3099", "㈱㍿①㋿㎡", "𠮷野家", "葛\U000e0100", "神神", "髙﨑德瀨", "～〜－−‐ー",
    "e\u0301",    "שלום مرحبا", "a\u00a0b\u00adc", "口ロ工エ", '<script>alert(1)</script>', '"><img src=x onerror=a>',
    "{{7*7}}{% load x %}%s{0.__class__}", "' OR 1=1--\\%_", "=HYPERLINK(1)＝1+1+81-3@SUM\t=1",
    "https://169.254.169.254/latest/ file:///etc/passwd javascript:alert(1)",
    '<link rel=attachment href="file:///etc/passwd">', '<style>@import "http://169.254.169.254/";</style>',
    "url(http://169.254.169.254/)", "&amp;&lt;&#x3c;", "一行目\r\n二行目\u2028三行目\x85四行目", "A" * 3000, "□■✓◯",
]  # fmt: skip


@pytest.mark.pdf
def test_the_whole_corpus_in_every_field_is_printed_as_text():
    one_line = [text for text in CORPUS if not re.search("[\n\t]", text)]

    def fill(value):
        return " ".join([value, *one_line]) if isinstance(value, str) else value

    content = snapshot(
        [statement("9.2.3.2", individual_control="\n".join(CORPUS), inherited_note=CORPUS[-2])]
    )
    content["service"] |= {k: fill(v) for k, v in SERVICE.items() if k != "delivery_model"}
    content["organisation"] |= {
        k: fill(v) for k, v in ORGANISATION.items() if k != "corporate_number"
    }
    content["declaration"] |= {k: fill(v) for k, v in BODY.items() if not k.startswith("period")}
    data = paper(content)

    made = printed(data)

    text = "".join(reading.page_texts(made.content))
    for literal in (
        "<script>alert(1)</script>",
        "{{7*7}}{%loadx%}",
        "file:///etc/passwd",
        "&amp;&lt;&#x3c;",
        "𠮷野家",
    ):
        assert text.count(literal) >= 8, literal
    with reading.opened(made.content) as document:
        assert list(document.attachments) == ["data.json"]
