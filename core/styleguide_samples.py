"""What the style guide shows. Invented names and figures, in the words of the product."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict

from core.calendar import JST
from core.charts import donut
from core.choice_fields import ChooseManyField, ChooseOneField, ConfirmField
from core.fields import CorporateNumberField, PlainTextField, WarekiDateField
from core.forms import StrictForm

TODAY = date(2026, 11, 22)
TAGS = [
    {"kind": "ok", "label": "完了"},
    {"kind": "run", "label": "作成中"},
    {"kind": "todo", "label": "未着手"},
    {"kind": "wait", "label": "まだ開始できません"},
    {"kind": "ng", "label": "差戻し"},
    {"kind": "warn", "label": "要確認"},
    {"kind": "solid", "label": "登録中"},
    {"kind": "solid-ng", "label": "一時停止中"},
    {"kind": "black", "label": "取消し"},
]


class SampleForm(StrictForm):
    """A field of every kind."""

    name = PlainTextField(label="サービスの名称", max_length=80)
    corporate_number = CorporateNumberField(label="法人番号")
    starts_on = WarekiDateField(label="監査対象期間の開始日")
    kind = ChooseOneField(
        label="申請の種別",
        choices=[("new", "新規の登録"), ("renewal", "更新")],
        widget=forms.RadioSelect,
    )
    region = ChooseOneField(
        label="データを置く地域",
        choices=[("", "選んでください"), ("jp", "国内"), ("abroad", "国外")],
    )
    areas = ChooseManyField(
        label="対象業務",
        choices=[("mail", "連絡"), ("docs", "文書作成"), ("expense", "経費精算")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    description = PlainTextField(
        label="サービスの概要",
        help_text="誰が、何のために使うものかを書いてください。公開リストに載ります。",
        max_length=400,
        widget=forms.Textarea,
    )
    attachment = forms.FileField(label="添付する資料", required=False)
    agreed = ConfirmField(label="記載内容に誤りがないことを確認しました")


class FilterForm(StrictForm):
    """Filters of a list."""

    state = ChooseOneField(
        label="状態", choices=[("", "すべて"), ("registered", "登録中")], required=False
    )
    keyword = PlainTextField(label="番号・語句", required=False)


class DecisionForm(StrictForm):
    """What a decision asks."""

    judgement = ChooseOneField(
        label="判断",
        choices=[("suspend", "登録を一時停止する"), ("keep", "一時停止しない")],
        widget=forms.RadioSelect,
    )
    reason = PlainTextField(
        label="判断の理由",
        help_text="登録者への通知と公開情報に使います。",
        max_length=2000,
        widget=forms.Textarea,
    )


def context() -> dict[str, Any]:
    """Everything that templates/styleguide/ shows."""
    return {**_foundation(), **_forms(), **_desk(), **_lists(), **_review()}


def _foundation() -> dict[str, Any]:
    return {
        "breadcrumb": [
            {"label": "はじめの画面", "url": "#main"},
            {"label": "サンプル経費精算クラウド", "url": "#main"},
            {"label": "画面部品の一覧"},
        ],
        "meta": [
            {"label": "申請種別", "value": "新規登録"},
            {"label": "登録番号", "value": "見本-0107"},
            {"label": "監査対象期間", "value": "令和8年4月1日から令和9年3月31日まで"},
        ],
        "tags": TAGS,
        "icons": [
            "check",
            "circle",
            "half",
            "lock",
            "return",
            "alert",
            "info",
            "error",
            "pause",
            "close",
            "plus",
            "doc",
            "search",
            "chevron",
            "clock",
            "calendar",
            "download",
            "upload",
            "people",
            "person",
            "external",
            "menu",
            "shield",
            "flag",
            "send",
            "edit",
            "print",
            "history",
            "link",
            "mail",
            "spinner",
            "empty",
        ],
        "kinds": ["info", "ok", "warn", "err"],
    }


def _forms() -> dict[str, Any]:
    wrong = {
        "name": "渡\ue000クラウド",
        "corporate_number": "7999900000001",
        "starts_on": "令和元年4月30日",
        "description": "あ" * 412,
    }
    broken = SampleForm(wrong, auto_id="broken_%s", use_required_attribute=False)
    broken.add_error(None, "この期間の申請はすでにあります。既にある申請を開いてください。")
    return {
        "sample_form": SampleForm(
            initial={
                "name": "サンプル経費精算クラウド",
                "corporate_number": "8999900000001",
                "starts_on": date(2026, 4, 1),
                "kind": "new",
            },
            use_required_attribute=False,
        ),
        "broken_form": broken,
        "filter_form": FilterForm(auto_id="filter_%s"),
        "states": [
            {"state": "dirty", "text": "未保存の変更"},
            {"state": "saving", "text": "保存しています"},
            {"state": "saved", "text": "保存済み 14:32"},
            {"state": "error", "text": "保存できません。再試行します"},
        ],
        "their_time": datetime(2026, 11, 22, 14, 32, tzinfo=JST),
        "conflict_mine": "特権IDは専用の管理基盤で一元管理し、申請・承認・貸出・返却を記録している。",
        "conflict_theirs": "特権IDは管理基盤で管理し、貸出は最長4時間で自動的に失効する。",
    }


def _desk() -> dict[str, Any]:
    steps = [
        "サービス情報",
        "言明書の作成",
        "外部監査",
        "内部監査報告",
        "登録申請",
        "事務局の確認",
        "登録",
    ]
    states = [("done", "完了"), ("now", "作成中")] + [("todo", "未着手")] * 5
    return {
        "steps": [
            {"label": label, "state": state, "state_label": state_label}
            for label, (state, state_label) in zip(steps, states, strict=True)
        ],
        "donut": donut(
            [("採用する", 764, "main"), ("選択しない", 48, "gray"), ("未入力", 338, "rest")]
        ),
        "task_groups": _task_groups(),
        "today": TODAY,
        "deadlines": [
            {"title": "差戻し 5 件への対応", "due": date(2026, 11, 20), "detail": "社内期限"},
            {"title": "照会への回答", "due": TODAY, "url": "#main"},
            {"title": "言明書の社内確認", "due": date(2026, 11, 27)},
            {"title": "登録申請の提出", "due": date(2027, 1, 12), "detail": "17:00まで"},
        ],
        "activities": [
            _activity(14, 32, "見本 花子", "9.2.3.1 の実施内容を更新"),
            _activity(13, 58, "見本 太郎", "9.4.2.5 を差戻し「証跡の日付が対象期間外」"),
        ],
        "chapters": [
            {"number": "8", "title": "資産の管理", "done": 76, "total": 76},
            {"number": "9", "title": "アクセス制御", "done": 88, "total": 146},
            {"number": "12", "title": "運用のセキュリティ", "done": 0, "total": 178},
        ],
    }


def _task_groups() -> list[dict[str, Any]]:
    return [
        {
            "title": "申請の準備",
            "count": "1 / 2 完了",
            "tasks": [
                _task("事業者情報", "法人番号・所在地・連絡先", "ok", "完了"),
                _task("言明の対象範囲", "組織とシステムの境界、再委託先", "run", "作成中"),
            ],
        },
        {
            "title": "言明書",
            "count": "0 / 3 完了",
            "tasks": [
                _task("管理策ごとの言明", "全16章・残り 338 件", "run", "812 / 1,150"),
                _task("差戻しへの対応", "確認者から 5 件の差戻しがあります", "ng", "差戻し 5 件"),
                _task(
                    "申請の提出",
                    "すべて完了すると提出できます",
                    "wait",
                    "まだ開始できません",
                    url="",
                ),
            ],
        },
    ]


def _task(title: str, hint: str, kind: str, status: str, *, url: str = "#main") -> dict[str, str]:
    return {"title": title, "hint": hint, "kind": kind, "status": status, "url": url}


def _activity(hour: int, minute: int, actor: str, text: str) -> dict[str, Any]:
    return {"at": datetime(2026, 11, 22, hour, minute, tzinfo=JST), "actor": actor, "text": text}


def _lists() -> dict[str, Any]:
    return {
        "bulk_acts": [
            {"label": "一括編集", "url": "#main"},
            {"label": "担当者を決める", "url": "#main"},
        ],
        "page": Paginator(range(1203), 50).page(7),
        "first_page": Paginator(range(3), 50).page(1),
        "query": QueryDict("state=registered"),
        "facts": [
            {"term": "法人番号", "value": "8-9999-0000-0001（見本）"},
            {"term": "事業者", "value": "株式会社見本クラウド", "url": "#main"},
            {"term": "概要", "value": "経費の申請と承認。\n領収書の保管。", "is_multiline": True},
        ],
        "answers": [
            {"term": "申請の種別", "value": "新規の登録", "url": "#main"},
            {
                "term": "監査対象期間",
                "value": "令和8年4月1日から令和9年3月31日まで",
                "url": "#main",
            },
            {"term": "登録番号", "value": "見本-0107"},
        ],
        "files": [
            {
                "name": "特権ID管理手順書_v3.2.pdf",
                "url": "#main",
                "size": 1_258_291,
                "note": "未検査",
            },
            {"name": "点検記録_見本.pdf", "url": "#main", "size": 348_160, "remove_url": "#main"},
        ],
        "tabs": [
            {"label": "概要", "url": "#main"},
            {"label": "言明書", "url": "#main", "is_current": True},
            {"label": "照会", "url": "#main", "count": 2},
        ],
        "jobs": [
            {"state": "pending", "label": "待機中", "percent": 0, "log": []},
            {"state": "running", "label": "処理中", "percent": 40, "log": ["9章を組版しています"]},
            {
                "state": "dead",
                "label": "失敗",
                "percent": 60,
                "log": ["3回試しましたが終わりませんでした"],
            },
        ],
    }


def _review() -> dict[str, Any]:
    return {
        "decision_form": DecisionForm(auto_id="decision_%s", use_required_attribute=False),
        "timeline": [
            {
                "title": "一時停止の要否を判断",
                "kind": "next",
                "icon": "flag",
                "text": "委員2名の表決を待っています。",
            },
            {
                "title": "インシデントの速報",
                "kind": "ng",
                "icon": "alert",
                "at": datetime(2026, 11, 21, 18, 40, tzinfo=JST),
                "text": "利用機関の管理者が、他機関の申請書の一部を閲覧できる状態であった。",
                "tag_kind": "ng",
                "tag_label": "重大の疑い",
            },
            {
                "title": "照会への回答を受領",
                "kind": "run",
                "icon": "send",
                "at": datetime(2026, 8, 3, 10, 12, tzinfo=JST),
                "url": "#main",
                "link_label": "回答を読む",
            },
            {
                "title": "登録",
                "kind": "ok",
                "icon": "check",
                "at": datetime(2025, 9, 30, 9, 0, tzinfo=JST),
                "text": "公開リストに掲載しました。",
            },
        ],
        "listings": [
            {
                "name": "サンプル経費精算クラウド",
                "provider": "株式会社見本クラウド",
                "number": "見本-0107",
                "valid": "令和9年7月31日まで",
                "kind": "solid",
                "state": "登録中",
            },
            {
                "name": "サンプル電子申請クラウド",
                "provider": "架空システムズ株式会社",
                "number": "見本-0093",
                "valid": "令和9年3月31日まで",
                "kind": "solid-ng",
                "state": "一時停止中",
                "remark": "令和8年11月23日（月）9:00から登録の効力が止まっています。",
            },
        ],
    }
