from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeclarationState(TextChoices):
    """States of a declaration (言明)."""

    DRAFT = "draft", _("作成中")
    IN_APPROVAL = "in_approval", _("承認待ち")
    FIXED = "fixed", _("確定")
    SUPERSEDED = "superseded", _("旧版")
    MOVED = "moved", _("新しい基準の版へ移行済み")


OPEN_STATES = (DeclarationState.DRAFT, DeclarationState.IN_APPROVAL)
FROZEN_STATES = (DeclarationState.FIXED, DeclarationState.SUPERSEDED)


class DeclarationMove(TextChoices):
    """Moves of a declaration."""

    SUBMIT = "submit", _("承認を依頼")
    HAND_BACK = "hand_back", _("差戻し")
    FIX = "fix", _("承認・確定")
    SUPERSEDE = "supersede", _("新しい版に置換え")
    MOVE = "move", _("新しい管理基準の版へ移行")


class DeclarationAction(TextChoices):
    """What the act history of a declaration records beside its moves."""

    OPENED = "opened", _("言明を開始")
    EDITED = "edited", _("記載事項を変更")
    OBJECTIVE_EXCLUDED = "objective_excluded", _("統制目標を除外")
    OBJECTIVE_INCLUDED = "objective_included", _("統制目標の除外を取消し")
    SUBMIT = "submit", _("承認を依頼")
    HAND_BACK = "hand_back", _("差戻し")
    FIX = "fix", _("承認・確定")
    SUPERSEDE = "supersede", _("新しい版に置換え")
    MOVE = "move", _("新しい管理基準の版へ移行")


# Acts that make a person an editor of the version; so does every line of a statement's history.
EDITING_ACTIONS = (
    DeclarationAction.OPENED.value,
    DeclarationAction.EDITED.value,
    DeclarationAction.OBJECTIVE_EXCLUDED.value,
    DeclarationAction.OBJECTIVE_INCLUDED.value,
)


class ServiceAction(TextChoices):
    """What the act history of a cloud service records."""

    CREATED = "created", _("サービスを登録")
    UPDATED = "updated", _("サービス情報を変更")


class StatementAction(TextChoices):
    """What the act history of a statement records."""

    SAVED = "saved", _("言明を保存")
    FILE_ADDED = "file_added", _("証跡を追加")
    FILE_REMOVED = "file_removed", _("証跡を外す")
    FILE_REPLACED = "file_replaced", _("証跡を新しい版に差替え")
    CONFIRMED = "confirmed", _("引継ぎの内容を確認")
    ASSIGNED = "assigned", _("担当者を変更")
    REVIEW_REQUESTED = "review_requested", _("確認を依頼")
    REVIEW_RETURNED = "review_returned", _("差戻し")
    REVIEW_AGREED = "review_agreed", _("確認済みにする")
    CONTROL_CHANGED = "control_changed", _("統制変更を記録")
    UNDONE = "undone", _("まとめて行った操作を取消し")


# Acts on a statement that write no part of what it says: whoever did only these may still approve.
ORGANISING_ACTIONS = (
    StatementAction.ASSIGNED.value,
    StatementAction.REVIEW_REQUESTED.value,
    StatementAction.REVIEW_RETURNED.value,
    StatementAction.REVIEW_AGREED.value,
)


class CommentAction(TextChoices):
    """What the act history of a comment records."""

    POSTED = "posted", _("コメントを書込み")
    WITHDRAWN = "withdrawn", _("コメントを取下げ")
    RESOLVED = "resolved", _("解決済みに変更")
    REOPENED = "reopened", _("未解決に変更")


class EvidenceAction(TextChoices):
    """What the act history of evidence records."""

    KEPT = "kept", _("証跡を登録")
    VERSION_ADDED = "version_added", _("新しい版を追加")
    EDITED = "edited", _("名称・担当者を変更")
    RETIRED = "retired", _("使用を終了")
    REINSTATED = "reinstated", _("使用を再開")


class ListName(TextChoices):
    """The two lists (together ISMAP等クラウドサービスリスト)."""

    ISMAP = "ismap", _("ISMAPクラウドサービスリスト")
    LIU = "liu", _("ISMAP-LIUクラウドサービスリスト")


class ListedOrigin(TextChoices):
    """How we know of a listed service."""

    ENTERED = "entered", _("事務局が登録")
    REGISTER = "register", _("この登録簿から反映")


class ListedServiceAction(TextChoices):
    """What the act history of a listed service records."""

    ENTERED = "entered", _("基盤クラウドサービスを登録")
    CORRECTED = "corrected", _("記載を訂正")
    ENDED = "ended", _("掲載の終了を記録")
    REGISTER_TOLD = "register_told", _("登録簿から反映")


class ReviewState(TextChoices):
    """Where a statement stands between colleagues (確認). Nothing outside the provider sees it."""

    NONE = "none", _("確認なし")
    REQUESTED = "requested", _("確認待ち")
    RETURNED = "returned", _("差戻し")
    AGREED = "agreed", _("確認済み")


class BatchKind(TextChoices):
    """Acts over many statements at once, which can be undone as a whole."""

    BULK_EDIT = "bulk_edit", _("一括編集")
    IMPORT = "import", _("ブックの取込み")
    CONFIRM = "confirm", _("引継ぎの一括確認")
    ASSIGN = "assign", _("担当者の一括変更")
    EVIDENCE = "evidence", _("証跡の一括紐付け")
    UNDO = "undo", _("取消し")


class Adoption(TextChoices):
    """採否 of a statement. A mandatory detail has no `not_selected`."""

    UNDECIDED = "undecided", _("未入力")
    ADOPTED = "adopted", _("採用する")
    NOT_SELECTED = "not_selected", _("選択しない")


class ChangeKind(TextChoices):
    """What counts as a change of a control (統制変更). A new manager or more systems alone do not."""

    RULES = "rules", _("規程・手順の変更")
    DESIGN = "design", _("設計・設定・構成の変更")
    OPERATION = "operation", _("運用（申請・承認・記録・頻度）の変更")
    TOOLING = "tooling", _("手段の変更（手作業からシステムへなど）")
    ADOPTION = "adoption", _("採用していなかった管理策の採用")


class DeliveryModel(TextChoices):
    """提供形態. The LIU scheme is for SaaS; the others are kept for services that combine them."""

    SAAS = "saas", _("SaaS")
    PAAS = "paas", _("PaaS")
    IAAS = "iaas", _("IaaS")


class Severity(TextChoices):
    """Whether a pre-flight message blocks approval."""

    ERROR = "error", _("エラー")
    WARNING = "warning", _("注意")
