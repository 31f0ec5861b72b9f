from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EditionState(TextChoices):
    """A loaded edition is a draft until a second person publishes it; then nothing in it changes."""

    DRAFT = "draft", _("下書き")
    PUBLISHED = "published", _("公開")


class Level(TextChoices):
    """Levels of the criteria: the detail is what a CSP declares on."""

    CHAPTER = "chapter", _("章")
    SECTION = "section", _("節")
    OBJECTIVE = "objective", _("統制目標")
    DETAIL = "detail", _("詳細管理策")


class Standard(TextChoices):
    """The three standards of the criteria."""

    GOVERNANCE = "governance", _("ガバナンス基準")
    MANAGEMENT = "management", _("マネジメント基準")
    CONTROL_MEASURE = "control_measure", _("管理策基準")


class Area(TextChoices):
    """The critical areas (重点領域) of the LIU audit."""

    ACCESS = "access", _("アクセス管理")
    CHANGE = "change", _("開発・変更管理")
    OPERATIONS = "operations", _("運用管理")
    OUTSOURCING = "outsourcing", _("委託先管理")


class Relation(TextChoices):
    """What became of a control in the next edition (新旧対照)."""

    SAME = "same", _("変更なし")
    EDITORIAL = "editorial", _("字句の修正")
    REWORDED = "reworded", _("内容の変更")
    SPLIT = "split", _("分割")
    MERGED = "merged", _("統合")
    MOVED = "moved", _("番号の変更")
    WITHDRAWN = "withdrawn", _("廃止")
    NEW = "new", _("新設")


# The control asks the same as before, so an answer to it carries over as it is.
UNCHANGED_RELATIONS = (Relation.SAME, Relation.EDITORIAL, Relation.MOVED)


class ParameterStatus(TextChoices):
    """How sure we are of a scheme parameter. Only a confirmed value may be stated as law."""

    CONFIRMED = "confirmed", _("確認済み")
    LIKELY = "likely", _("推定")
    UNCONFIRMED = "unconfirmed", _("未確認")


class ParameterState(TextChoices):
    """A changed parameter waits for a second person."""

    DRAFT = "draft", _("公開待ち")
    PUBLISHED = "published", _("公開")
    WITHDRAWN = "withdrawn", _("取下げ")


class TextImportState(TextChoices):
    """How far an official workbook has come."""

    READING = "reading", _("読取り中")
    REFUSED = "refused", _("読取り不可")
    READY = "ready", _("列の指定待ち")
    APPLIED = "applied", _("反映済み")


class ControlsAction(TextChoices):
    """What the act history of editions, lineages and parameters records."""

    LOADED = "loaded", _("読込み")
    PUBLISHED = "published", _("公開")
    PROPOSED = "proposed", _("変更を提案")
    WITHDRAWN = "withdrawn", _("提案を取下げ")
    ENDED = "ended", _("適用終了日を設定")
    CORRECTED = "corrected", _("新旧対照の行を訂正")
    TEXTS_IMPORTED = "texts_imported", _("管理基準の本文を反映")
    COMPARISON_PROPOSED = "comparison_proposed", _("公式の管理基準と照合済みと提案")
    COMPARISON_CONFIRMED = "comparison_confirmed", _("公式の管理基準と照合済みと確認")
