"""Texts of individual controls for the demo: plausible, varied, and the same at every run.

They are put together from parts that fit the chapter, so that 1,156 rows read like the work of a team and not like
one sentence repeated.
"""

import hashlib
from dataclasses import dataclass

# chapter → who acts, by which rule, with what, leaving which record
PARTS: dict[int, tuple[str, str, str, str]] = {
    3: (
        "情報セキュリティ委員会",
        "情報セキュリティ基本方針",
        "四半期ごとの委員会資料",
        "委員会議事録",
    ),
    4: (
        "品質保証室",
        "情報セキュリティマネジメント規程",
        "年間計画表と課題管理票",
        "マネジメントレビュー記録",
    ),
    5: ("情報セキュリティ委員会", "情報セキュリティ方針群", "社内ポータル", "改訂履歴と承認記録"),
    6: ("品質保証室", "組織・職務分掌規程", "役割一覧表", "任命書と役割一覧の更新記録"),
    7: ("人事部", "人的セキュリティ規程", "研修管理システム", "誓約書と受講記録"),
    8: ("情報システム部", "情報資産管理規程", "資産台帳", "棚卸記録"),
    9: ("運用部", "アクセス管理規程", "認証基盤と権限申請のワークフロー", "権限申請書と棚卸記録"),
    10: ("開発部", "暗号利用規程", "鍵管理サービス", "鍵の生成・更新の記録"),
    11: ("総務部", "物理的セキュリティ規程", "入退室管理装置と監視カメラ", "入退室記録"),
    12: ("運用部", "運用管理規程", "監視基盤と構成管理の仕組み", "作業申請書と監視記録"),
    13: ("運用部", "ネットワーク管理規程", "ファイアウォールと通信監視", "設定変更記録"),
    14: ("開発部", "開発・変更管理規程", "版管理と自動試験の環境", "変更申請書と試験結果"),
    15: ("調達部", "委託先管理規程", "委託先評価票", "契約書と評価記録"),
    16: (
        "セキュリティ対応チーム",
        "インシデント対応手順書",
        "連絡体制図と対応記録票",
        "対応記録と再発防止の報告書",
    ),
    17: ("事業継続推進室", "事業継続計画書", "二拠点の待機系", "訓練計画と訓練結果"),
    18: ("法務部", "法令順守規程", "法令一覧表", "点検結果報告書"),
}
FREQUENCY = ("年に1回", "半年ごとに", "四半期ごとに", "毎月", "変更の都度", "入社時と年に1回")
FOLLOW_UP = (
    "逸脱を見つけたときは是正期限を定め、完了までを部門長が確認しています。",
    "結果は情報セキュリティ委員会に報告し、改善が要るものは次の計画に反映しています。",
    "例外を認めるときは、理由と期限を記して責任者の承認を得ています。",
    "記録は5年間保管し、内部監査で毎年確かめています。",
    "担当者の交代時には、引継書に沿って後任が手順を確認しています。",
    "自動で検知した内容は当番者に通知され、翌営業日までに一次対応を終えています。",
)
REASONS = (
    "本サービスでは該当する機能を提供していないため、対象となる資産がありません。",
    "同じ統制目標のほかの管理策で、リスクを受け入れられる水準まで下げているためです。",
    "対象となる作業を自社で行わず、登録済みの基盤クラウドサービスの範囲で行われるためです。",
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a statement of the demo says."""

    individual_control: str
    reason: str
    chance: int  # 0 to 99, decides which details the demo company did not select


def wording(service: str, number: str, title: str) -> Wording:
    """The texts for one detail, always the same for the service of this name and this number."""
    seed = int(hashlib.sha256(f"{service}{number}".encode()).hexdigest()[:12], 16)
    who, rule, means, record = PARTS[int(number.split(".")[0])]
    frequency = FREQUENCY[seed % len(FREQUENCY)]
    sentences = [
        f"「{title}」について、{who}が「{rule}」に定めた手順により{frequency}実施しています。",
        f"実施には{means}を用い、{record}を残しています。",
        FOLLOW_UP[seed // 7 % len(FOLLOW_UP)],
    ]
    if seed // 11 % 3 == 0:
        sentences.append("対象には本サービスの本番環境と、その運用に用いる管理端末を含みます。")
    return Wording(
        individual_control="".join(sentences),
        reason=REASONS[seed // 13 % len(REASONS)],
        chance=seed // 17 % 100,
    )
