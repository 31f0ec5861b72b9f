from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ApplicationKind(TextChoices):
    """登録申請 for a new registration or its renewal (更新申請)."""

    NEW = "new", _("新規")
    RENEWAL = "renewal", _("更新")


class ApplicationState(TextChoices):
    """Stored states of an application; the steps before filing are derived from the other records."""

    PREPARING = "preparing", _("準備中")
    FILED = "filed", _("申請済")
    IN_CORRECTION = "in_correction", _("補正中")
    ACCEPTED = "accepted", _("受理")
    UNDER_REVIEW = "under_review", _("技術的審査中")
    IN_INQUIRY = "in_inquiry", _("照会中")
    REFERRED = "referred", _("運営委員会付議")
    GRANTED = "granted", _("登録（決定）")
    REFUSED = "refused", _("登録不可")
    WITHDRAWN = "withdrawn", _("取下げ")


DECIDED_STATES = (ApplicationState.GRANTED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN)
OPEN_STATES = tuple(state for state in ApplicationState if state not in DECIDED_STATES)


class ApplicationMove(TextChoices):
    """Moves of an application, also the actions of its history."""

    OPEN = "open", _("申請の準備を開始")
    FILE = "file", _("申請")
    REQUEST_CORRECTION = "request_correction", _("補正の求め")
    RESUBMIT = "resubmit", _("補正して再提出")
    ACCEPT = "accept", _("受理")
    START_REVIEW = "start_review", _("技術的審査を開始")
    INQUIRE = "inquire", _("照会")
    ANSWER = "answer", _("照会への回答")
    REFER = "refer", _("運営委員会へ付議")
    AMEND = "amend", _("決定案を変更")
    RETURN = "return", _("事務局へ差戻し")
    GRANT = "grant", _("登録を決定")
    REFUSE = "refuse", _("登録不可を決定")
    WITHDRAW = "withdraw", _("申請を取下げ")


class RequestKind(TextChoices):
    """What the secretariat asks of the applicant: repair (補正) before acceptance, an answer (照会) in review."""

    CORRECTION = "correction", _("補正")
    INQUIRY = "inquiry", _("照会")


class ClearanceKind(TextChoices):
    """Which audit is finished (監査完了の記録)."""

    EXTERNAL_AUDIT = "external_audit", _("外部監査")
    INTERNAL_AUDIT = "internal_audit", _("内部監査")


class DecisionKind(TextChoices):
    """What the committee decides."""

    REGISTER = "register", _("登録")
    RENEW = "renew", _("登録の更新")
    REFUSE = "refuse", _("登録不可")


class DecisionState(TextChoices):
    """A decision begins as an open proposal; one dissent closes it, two agreeing votes carry it."""

    OPEN = "open", _("表決中")
    CARRIED = "carried", _("可決")
    DISSENTED = "dissented", _("反対により終了")
    SUPERSEDED = "superseded", _("新しい案に置換え")
    DROPPED = "dropped", _("取下げ")


class DecisionMove(TextChoices):
    """How an open proposal ends."""

    CARRY = "carry", _("2名目の賛成")
    DISSENT = "dissent", _("反対")
    SUPERSEDE = "supersede", _("決定案を変更")
    DROP = "drop", _("申請の取下げ")


class RegistrationState(TextChoices):
    """States folded from listing events."""

    REGISTERED = "registered", _("登録")
    SUSPENDED = "suspended", _("一時停止")
    WITHDRAWN = "withdrawn", _("取下げ")
    DISCONTINUED = "discontinued", _("廃止")
    CANCELLED = "cancelled", _("取消し")


class RegistrationMove(TextChoices):
    """Kinds of listing events."""

    REGISTER = "register", _("登録")
    RENEW = "renew", _("更新")
    SUSPEND = "suspend", _("一時停止")
    REINSTATE = "reinstate", _("一時停止の解除")
    WITHDRAW = "withdraw", _("取下げ")
    DISCONTINUE = "discontinue", _("廃止")
    CANCEL = "cancel", _("取消し")


class FlagKind(TextChoices):
    """What marks a control for the next audit plan. What declarations say themselves is no mark."""

    INCIDENT = "incident", _("インシデント")
