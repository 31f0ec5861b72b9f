from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EngagementState(TextChoices):
    """States of an engagement; the steps between commission and report come with the audit work."""

    COMMISSIONED = "commissioned", _("委嘱済")
    FIELDWORK = "fieldwork", _("監査実施中")
    REPORTED = "reported", _("報告済")
    DECLINED = "declined", _("辞退")
    TERMINATED = "terminated", _("中止")


LIVE_STATES = (EngagementState.COMMISSIONED, EngagementState.FIELDWORK, EngagementState.REPORTED)
ENDED_STATES = (EngagementState.DECLINED, EngagementState.REPORTED, EngagementState.TERMINATED)
# The firm has taken the work, so it reads what it audits.
ACCEPTED_STATES = (EngagementState.FIELDWORK, EngagementState.REPORTED)


class EngagementMove(TextChoices):
    """Moves of an engagement, also the actions of its history."""

    COMMISSION = "commission", _("監査を委嘱")
    ACCEPT = "accept", _("受嘱")
    DECLINE = "decline", _("辞退")
    REPORT = "report", _("実施結果報告書を提出")
    TERMINATE = "terminate", _("委嘱を中止")


class EngagementAction(TextChoices):
    """Acts on the team of an engagement; its history holds them beside the moves."""

    ASSIGNED = "assigned", _("監査チームに割当て")
    ENDED = "ended", _("監査チームから除外")
    CONFIRMED = "confirmed", _("独立性を確認")
    REFUSED = "refused", _("独立性に問題あり")


class StatementOutcome(TextChoices):
    """What became of a statement of independence."""

    PASSED = "passed", _("確認済")
    REFUSED = "refused", _("独立性に問題あり")


class IndependenceRule(TextChoices):
    """What the independence of an auditor is checked for."""

    ADVISORY = "advisory", _("助言業務")
    FORMER_MEMBER = "former_member", _("事業者への所属")
    YEARS = "years", _("続けて担当した年数")
    INTERESTS = "interests", _("利害関係")


class CheckResult(TextChoices):
    """What one rule says; a rule without a value says nothing."""

    OK = "ok", _("問題なし")
    REFUSED = "refused", _("担当できない")
    UNKNOWN = "unknown", _("値がなく判定しない")


class InterestKind(TextChoices):
    """Interests that a member may have in the audited provider."""

    FINANCIAL = "financial", _("経済的な利害関係")
    FAMILY = "family", _("家族・親族の関係")
    EMPLOYMENT = "employment", _("雇用・役員の関係")


class InternalAuditAction(TextChoices):
    """What the act history of an internal-audit submission records."""

    FILED = "filed", _("内部監査の記録を提出")


class CycleState(TextChoices):
    """A plan is worked on until the audit lead fixes it; then nothing moves, nor in a cycle that was ended early."""

    DRAFT = "draft", _("計画中")
    AGREED = "agreed", _("計画を確定")
    ENDED = "ended", _("打切り")


class CycleAction(TextChoices):
    """Acts on an audit cycle; `agree`, `reopen` and `end` are its moves."""

    OPENED = "opened", _("監査サイクルを開始")
    PROPOSED = "proposed", _("計画案を作成")
    UPDATED = "updated", _("計画を言明に合わせて更新")
    MOVED = "moved", _("監査する年度を変更")
    INCLUDED = "included", _("監査する項目を追加")
    REBALANCED = "rebalanced", _("割当てをやり直し")
    AGREE = "agree", _("計画を確定")
    REOPEN = "reopen", _("計画の確定を解除")
    END = "end", _("監査サイクルを打切り")


class PlanBasis(TextChoices):
    """Why a control stands in a year of the plan (audits.planning.facts.Basis)."""

    ALWAYS = "always", _("毎年")
    FORCED = "forced", _("理由による")
    ROTATION = "rotation", _("割当て")


class InclusionKind(TextChoices):
    """Why a control has to be audited in a certain year."""

    CHANGED = "changed", _("期間中の統制変更")
    ADOPTED = "adopted", _("新たに採用")
    INCIDENT = "incident", _("インシデント")
    FINDING = "finding", _("前年の発見事項")
    CHOICE = "choice", _("監査人の判断")


# What the auditor enters, moves and takes back; the others follow from facts.
AUDITOR_KINDS = (InclusionKind.CHOICE,)


class ScopeBasis(TextChoices):
    """Why a control is in the scope of an engagement."""

    PLAN = "plan", _("監査計画")
    ALWAYS = "always", _("毎年監査する基準")
    PULLED = "pulled", _("監査人の判断")
    FINDING = "finding", _("未解決の発見事項")


class TestResult(TextChoices):
    """What an evaluation of the design or of the operation of a control came to."""

    __test__ = False  # no test class, whatever pytest makes of its name

    EFFECTIVE = "effective", _("有効")
    DEFICIENT = "deficient", _("不備あり")
    NOT_APPLICABLE = "not_applicable", _("対象事象なし")


class SampleMethod(TextChoices):
    """How a sample is taken from its population."""

    RANDOM = "random", _("無作為抽出")
    SYSTEMATIC = "systematic", _("等間隔抽出")
    JUDGEMENT = "judgement", _("監査人の判断による抽出")
    ALL = "all", _("全件")


# The seed decides these, so it is kept.
SEEDED_METHODS = (SampleMethod.RANDOM, SampleMethod.SYSTEMATIC)


class FieldworkAction(TextChoices):
    """Acts on the working papers of an engagement."""

    SCOPED = "scoped", _("監査計画から対象を設定")
    PULLED = "pulled", _("項目を対象に追加")
    ASSIGNED = "assigned", _("担当者を変更")
    RECORDED = "recorded", _("監査手続を記録")
    SAMPLED = "sampled", _("サンプルを抽出")
    SKIPPED = "skipped", _("手続を省略")
    RESUMED = "resumed", _("手続の省略を取消し")
    REVIEWED = "reviewed", _("証跡の閲覧を記録")


class RequestState(TextChoices):
    """States of an evidence request."""

    ASKED = "asked", _("依頼中")
    PROVIDED = "provided", _("提出済")
    RETURNED = "returned", _("差戻し")
    ACCEPTED = "accepted", _("受領")
    WITHDRAWN = "withdrawn", _("取消し")


OPEN_REQUESTS = (RequestState.ASKED, RequestState.PROVIDED, RequestState.RETURNED)
# The provider's turn: the clock runs.
WAITING_REQUESTS = (RequestState.ASKED, RequestState.RETURNED)
CLOSED_REQUESTS = (RequestState.ACCEPTED, RequestState.WITHDRAWN)


class RequestMove(TextChoices):
    """Moves of an evidence request, also the actions of its history."""

    ASK = "ask", _("資料を依頼")
    PROVIDE = "provide", _("資料を提出")
    ACCEPT = "accept", _("受領")
    RETURN = "return", _("差戻し")
    WITHDRAW = "withdraw", _("依頼を取消し")


class ChaserStage(TextChoices):
    """When the provider is reminded of a request."""

    DUE = "due", _("期限が近づいています")
    OVERDUE = "overdue", _("期限を過ぎました")


class Evaluation(TextChoices):
    """Which of the two evaluations of a control a finding is about."""

    DESIGN = "design", _("整備状況評価")
    OPERATING = "operating", _("運用状況評価")


class Severity(TextChoices):
    """How much a finding weighs, in the auditor's judgement."""

    HIGH = "high", _("高")
    MEDIUM = "medium", _("中")
    LOW = "low", _("低")


class FindingState(TextChoices):
    """States of a finding: open from its issue until a retest finds it remedied."""

    DRAFT = "draft", _("起票中")
    ISSUED = "issued", _("回答待ち")
    ANSWERED = "answered", _("改善中")
    DONE = "done", _("再評価待ち")
    CLOSED = "closed", _("完了")
    DROPPED = "dropped", _("取下げ")


OPEN_FINDINGS = (FindingState.ISSUED, FindingState.ANSWERED, FindingState.DONE)
ENDED_FINDINGS = (FindingState.CLOSED, FindingState.DROPPED)


class FindingMove(TextChoices):
    """Moves of a finding, also the actions of its history."""

    RAISE = "raise", _("発見事項を起票")
    EDIT = "edit", _("内容を変更")
    ISSUE = "issue", _("事業者に通知")
    DROP = "drop", _("取下げ")
    ANSWER = "answer", _("回答")
    COMPLETE = "complete", _("改善の完了を報告")
    CLOSE = "close", _("再評価で改善を確認")
    REOPEN = "reopen", _("再評価で改善を確認できず")


# Acts of which nobody outside the firm hears.
INSIDE_MOVES = (FindingMove.RAISE, FindingMove.EDIT)


class ConfirmationAction(TextChoices):
    """What the act history of a management confirmation records."""

    SIGNED = "signed", _("経営者確認書に署名")


class ReportState(TextChoices):
    """States of a version of the report; a void one keeps its signatures and says why."""

    PREPARED = "prepared", _("査閲待ち")
    REVIEWED = "reviewed", _("署名待ち")
    SIGNED = "signed", _("署名済み")
    ISSUED = "issued", _("発行済み")
    VOID = "void", _("無効")


# Nothing that these rest on may change any more.
SIGNED_REPORTS = (ReportState.SIGNED, ReportState.ISSUED)


LIVE_REPORTS = (
    ReportState.PREPARED, ReportState.REVIEWED, ReportState.SIGNED, ReportState.ISSUED,
)  # fmt: skip


class ReportMove(TextChoices):
    """Moves of a report, also the actions of its history."""

    PREPARE = "prepare", _("報告書を作成")
    REVIEW = "review", _("査閲")
    RETURN = "return", _("査閲で差戻し")
    SIGN = "sign", _("署名")
    ISSUE = "issue", _("発行")
    REOPEN = "reopen", _("取り消して作り直し")


class InternalAuditState(TextChoices):
    """States of the provider's own audit of a declaration."""

    PLANNED = "planned", _("計画中")
    RUNNING = "running", _("実施中")
    REPORTED = "reported", _("報告書を承認済み")
    FILED = "filed", _("提出済み")


# While these last, items and findings are worked on; afterwards only corrective actions go on.
WORKED_ON_STATES = (InternalAuditState.PLANNED, InternalAuditState.RUNNING)


class InternalAuditAct(TextChoices):
    """What the act history of an internal audit records; `start`, `approve`, `reopen` and `file` are its moves."""

    PLANNED = "planned", _("実施計画を作成")
    EDITED = "edited", _("実施計画を変更")
    AUDITOR_ADDED = "auditor_added", _("内部監査人を指名")
    AUDITOR_REMOVED = "auditor_removed", _("内部監査人の指名を取消し")
    ITEMS_ADDED = "items_added", _("監査する項目を追加")
    ITEMS_REMOVED = "items_removed", _("監査する項目を除外")
    ASSIGNED = "assigned", _("内部監査人を割当て")
    START = "start", _("内部監査を開始")
    RECORDED = "recorded", _("監査の結果を記録")
    RAISED = "raised", _("不適合を記録")
    REWORDED = "reworded", _("不適合の記載を変更")
    WITHDRAWN = "withdrawn", _("不適合を取下げ")
    ANSWERED = "answered", _("是正処置を計画")
    DONE = "done", _("是正処置の完了を記録")
    VERIFIED = "verified", _("是正処置を検証")
    APPROVE = "approve", _("報告書を承認")
    REOPEN = "reopen", _("報告書の承認を取消し")
    FILE = "file", _("報告書を提出")


class ItemReason(TextChoices):
    """Why a control is audited internally, the weightiest first: past results, importance, what nobody else tests."""

    NONCONFORMITY = "nonconformity", _("前回の内部監査で不適合")
    ALWAYS = "always", _("毎回監査する基準")
    MANDATORY = "mandatory", _("基本言明要件")
    UNCOVERED = "uncovered", _("今年度の外部監査の対象外")
    CHANGED = "changed", _("期間中の統制変更")
    AREA = "area", _("重点領域")
    CHOSEN = "chosen", _("個別に選択")


class ItemMethod(TextChoices):
    """How an auditor came to the result."""

    DOCUMENTS = "documents", _("規程・記録の閲覧")
    INTERVIEW = "interview", _("聞取り")
    OBSERVATION = "observation", _("現場・画面の観察")
    REPERFORMANCE = "reperformance", _("再実施")
    COMPARISON = "comparison", _("設定値・データの突合")


class ItemResult(TextChoices):
    """The result for one control; empty until it is tested."""

    CONFORMS = "conforms", _("適合")
    NONCONFORMS = "nonconforms", _("不適合")
    OBSERVATION = "observation", _("観察")


class Gravity(TextChoices):
    """How grave a nonconformity is."""

    MAJOR = "major", _("重大")
    MINOR = "minor", _("軽微")


class Verification(TextChoices):
    """What the auditor found when verifying a corrective action."""

    EFFECTIVE = "effective", _("有効")
    INEFFECTIVE = "ineffective", _("不十分")


class Coverage(TextChoices):
    """By whom a control is looked at this year (網羅表)."""

    EXTERNAL = "external", _("外部監査")
    INTERNAL = "internal", _("内部監査")
    INHERITED = "inherited", _("継承")
    NOT_COVERED = "not_covered", _("未実施")
