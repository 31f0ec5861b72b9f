"""A report and a confirmation as plain data, long enough to fill pages, for tests of how they are printed."""

from typing import Any

from audits.documents.report import ConfirmationPaper, ReportPaper, Signature

HASH = "c0ffee" * 10 + "abcd"
LONG = "権限の申請と承認の記録を抽出し、承認者が申請者と異なること、付与の前に承認されたことを確かめました。"
DECLARATION = {
    "version": 2,
    "edition": "管理基準 2024年7月版",
    "period_start": "2025-04-01",
    "period_end": "2026-03-31",
    "snapshot_sha256": "ab" * 32,
}
PROVIDER = {
    "name": "株式会社みなと雲技術",
    "corporate_number": "8999900000001",
    "address": "見本県みなと市青葉町一丁目2番3号",
    "representative_title": "代表取締役社長",
    "representative_name": "浜野 すみれ",
}


def control(number: str, **changes: Any) -> dict[str, Any]:
    """The result of one control."""
    return {
        "number": number,
        "title": "特権的アクセス権の割当て",
        "basis": "監査計画",
        "basis_note": "",
        "design_procedure": "規程と手順書を閲覧し、担当者に質問しました。",
        "design": {"code": "effective", "label": "有効"},
        "operating_procedure": LONG,
        "operating": {"code": "effective", "label": "有効"},
        "population": "期間中の権限付与",
        "population_size": 1240,
        "sample_size": 25,
        "sample_method": "無作為抽出",
        "skip_reason": "",
        "inherited_from": "",
        "tested_by": "日下部 葵",
        "tested_on": "2026-05-20",
        "findings": [],
    } | changes


def finding(number: int, **changes: Any) -> dict[str, Any]:
    """A finding with its answer."""
    return {
        "number": f"2026-{number}",
        "is_earlier": False,
        "control": "9.2.3.2",
        "title": "",
        "evaluation": "運用状況評価",
        "severity": "中",
        "fact": "25件のうち2件で、付与の前の承認の記録がありませんでした。",
        "effect": "承認のない権限で情報が閲覧されるおそれがあります。",
        "sample_note": "2件はいずれも夜間の障害対応でした。",
        "state": "改善中",
        "issued_on": "2026-05-25",
        "answer": {
            "root_cause": "夜間の承認者が定められていませんでした。",
            "plan": "当直の承認者を定め、手順書を改めます。",
            "owner": "佐伯 美咲",
            "due_on": "2026-07-31",
            "done_on": "",
            "result": "",
        },
        "retests": [],
    } | changes


def content(**changes: Any) -> dict[str, Any]:
    """What a report says."""
    skipped = {
        "design": {"code": "", "label": ""},
        "operating": {"code": "", "label": ""},
        "population_size": None,
        "skip_reason": "基盤クラウドサービスから継承しているため、手続を省略しました。",
        "inherited_from": "みほん基盤クラウド",
    }
    return {
        "form_number": "様式番号未確認",
        "service": {
            "name": "みなと文書共有クラウド",
            "name_kana": "ミナトブンショキョウユウクラウド",
        },
        "provider": PROVIDER,
        "firm": PROVIDER | {"name": "見本きさらぎ監査法人"},
        "declaration": DECLARATION,
        "commissioned_on": "2026-04-20",
        "team": ["日下部 葵", "相良 泰之"],
        "scope": [
            {"label": "ガバナンス基準", "details": 18, "clean": 18, "deficient": 0, "skipped": 0},
            {"label": "アクセス管理", "details": 62, "clean": 58, "deficient": 1, "skipped": 3},
        ],
        "sections": [
            {
                "number": "9.2",
                "title": "利用者アクセスの管理",
                "tests": [
                    control(
                        "9.2.3.2",
                        operating={"code": "deficient", "label": "不備あり"},
                        findings=[1],
                    ),
                    *(control(f"9.2.3.{n}") for n in range(3, 12)),
                    control("9.2.3.12.PB", basis="監査人の判断", basis_note="前年の変更のため"),
                ],
            },
            {
                "number": "11.1",
                "title": "安全区域",
                "tests": [control(f"11.1.{n}.1", **skipped) for n in range(1, 5)],
            },
        ],
        "findings": [
            finding(1),
            finding(
                3,
                is_earlier=True,
                state="完了",
                retests=[
                    {"tested_on": "2026-05-22", "result": "改善を確認", "procedure": LONG},
                ],
            ),
        ],
        "confirmation": {
            "version": 1,
            "dated_on": "2026-06-01",
            "signer_title": "代表取締役社長",
            "signer_name": "浜野 すみれ",
            "content_sha256": HASH,
        },
        "parameters": [
            {"label": "実施結果報告書", "value": [], "status": "未確認", "source": "見本"},
            {
                "label": "重点領域",
                "value": ["アクセス管理", "開発・変更管理", "運用管理", "委託先管理"],
                "status": "確認済み",
                "source": "見本",
            },
            {
                "label": "経営者確認書で確認する事項",
                "value": list("12345678"),
                "status": "推定",
                "source": "見本",
            },
        ],
    } | changes


def report(status: str = "signed", **changes: Any) -> dict[str, Any]:
    """The data of a report."""
    is_signed = status != "draft"
    return ReportPaper(
        form_number="様式番号未確認",
        author="見本きさらぎ監査法人",
        subtitle="みなと文書共有クラウド",
        status=status,
        version=2,
        reference="見監報-2026-KIS" if is_signed else "",
        dated_on="2026-06-10" if is_signed else "",
        content=content(**changes),
        content_sha256=HASH,
        signatures=(
            Signature("prepared", "日下部 葵", "2026-06-05 10:00 JST"),
            Signature("reviewed", "桐原 詩織", "2026-06-08 14:30 JST"),
            Signature("signed", "相良 泰之", "2026-06-10 09:15 JST")
            if is_signed
            else Signature("signed", "", ""),
        ),
    ).to_data()


def confirmation(points: list[dict[str, Any]]) -> dict[str, Any]:
    """The data of a confirmation with these points."""
    return ConfirmationPaper(
        form_number="様式番号未確認",
        author=PROVIDER["name"],
        subtitle="みなと文書共有クラウド",
        content={
            "form_number": "様式番号未確認",
            "version": 1,
            "dated_on": "2026-06-01",
            "firm": "見本きさらぎ監査法人",
            "provider": PROVIDER,
            "service": "みなと文書共有クラウド",
            "declaration": DECLARATION,
            "points": points,
            "points_status": "推定",
            "signer_title": "代表取締役社長",
            "signer_name": "浜野 すみれ",
        },
        content_sha256=HASH,
        signed=Signature("signed", "北条 いづみ", "2026-06-01 11:00 JST"),
    ).to_data()
