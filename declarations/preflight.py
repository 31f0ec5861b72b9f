"""The pre-flight check of the basic declaration requirements (基本言明要件; criteria 2.2): one pure function per rule.

The audit body does not check these; the review does, when mending is dear. So they are checked here, before anybody
is asked to approve. Errors block, warnings do not.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.calendar import format_wareki
from core.exceptions import DomainError
from core.labels import field_label
from declarations.coverage import ends_before
from declarations.enums import Adoption, Severity
from declarations.facts import BaseFacts, DeclarationFacts, StatementFacts
from declarations.periods import check_period


@dataclass(frozen=True, slots=True)
class Issue:
    """One message: what is wrong, where, how to mend it.

    `place` is `statement` with the `number` of its control, or `declaration`, `body`, `organisation`, `service`.
    """

    code: str
    severity: Severity
    message: str
    mend: str
    number: str = ""
    place: str = "statement"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `key` names it in addresses, `title` heads its messages, `check` finds them."""

    key: str
    title: Promise
    check: Callable[[DeclarationFacts], Iterator[Issue]]


def run(facts: DeclarationFacts) -> list[Issue]:
    """All messages, in the order of the rules and of the catalogue."""
    return [issue for rule in RULES for issue in rule.check(facts)]


def run_by_rule(facts: DeclarationFacts) -> list[tuple[Rule, list[Issue]]]:
    """Every rule with its messages."""
    return [(rule, list(rule.check(facts))) for rule in RULES]


def errors(issues: list[Issue]) -> list[Issue]:
    """Those that block."""
    return [issue for issue in issues if issue.severity == Severity.ERROR]


def period_is_proper(facts: DeclarationFacts) -> Iterator[Issue]:
    """2.2.5: three months to a year, no gap (parameters)."""
    declaration = facts.declaration
    try:
        check_period(
            declaration.period_start,
            declaration.period_end,
            previous_end=facts.previous_end,
            rules=facts.rules,
        )
    except DomainError as error:
        yield Issue(
            "period",
            Severity.ERROR,
            str(error),
            _("制度パラメータが変わった可能性があります。事務局に相談してください。"),
            place="declaration",
        )


def period_has_ended(facts: DeclarationFacts) -> Iterator[Issue]:
    """Controls operate throughout the period, so a declaration fixed before its end may still change."""
    if facts.declaration.period_end >= facts.today:
        yield Issue(
            "period_running",
            Severity.WARNING,
            _("監査対象期間がまだ終わっていません。"),
            _("確定した後、期間の末日までに内容が変わったときは、新しい版を作ってください。"),
            place="declaration",
        )


def edition_holds(facts: DeclarationFacts) -> Iterator[Issue]:
    """The criteria edition is in force at the end of the period."""
    edition, end = facts.declaration.edition, facts.declaration.period_end
    ended = edition.in_force_until is not None and edition.in_force_until < end
    if edition.in_force_from > end or ended:
        yield Issue(
            "edition",
            Severity.WARNING,
            _("%(edition)s は、監査対象期間の末日に適用されている版ではありません。")
            % {"edition": edition},
            _("どの版を適用するかを、事務局に確認してください。"),
            place="declaration",
        )


# Without these the official form cannot be filled in.
REQUIRED_BODY = ("scope", "signer_title", "signer_name")
REQUIRED_PROVIDER = ("address", "representative_name", "profile")


def body_is_complete(facts: DeclarationFacts) -> Iterator[Issue]:
    """2.2.2 and 2.2.8: scope and signer."""
    for name in REQUIRED_BODY:
        if not getattr(facts.declaration, name):
            yield Issue(
                f"body_{name}",
                Severity.ERROR,
                _("「%(field)s」が未入力です。") % {"field": field_label(facts.declaration, name)},
                _("言明の記載事項に入力してください。"),
                place="body",
            )


def provider_is_described(facts: DeclarationFacts) -> Iterator[Issue]:
    """2.2.3: the provider's profile and address belong to the declaration."""
    organisation = facts.declaration.service.organisation
    for name in REQUIRED_PROVIDER:
        if not getattr(organisation, name):
            yield Issue(
                f"provider_{name}",
                Severity.ERROR,
                _("事業者の「%(field)s」が未入力です。")
                % {"field": field_label(organisation, name)},
                _("組織の情報に入力してください。"),
                place="organisation",
            )


def every_detail_is_decided(facts: DeclarationFacts) -> Iterator[Issue]:
    """2.2.4: every detail is adopted or not, unless its objective is excluded."""
    for row in facts.statements:
        if row.adoption == Adoption.UNDECIDED and not row.is_released:
            yield Issue(
                "undecided",
                Severity.ERROR,
                _("採否が未入力です。"),
                _mend_undecided(row),
                row.number,
            )


def _mend_undecided(row: StatementFacts) -> str:
    if not row.is_required:
        return _("「採用する」か「選択しない」を選んでください。")
    if not row.can_be_released:
        return _("「採用する」を選んでください。この基準の項目は、すべて採用する必要があります。")
    return _(
        "「採用する」を選んでください。合理的に適用できないときは、統制目標ごと除外してください。"
    )


def carried_rows_are_confirmed(facts: DeclarationFacts) -> Iterator[Issue]:
    """What was carried over is declared anew, so a person has to say that it still holds."""
    for row in facts.statements:
        if row.is_unconfirmed:
            yield Issue(
                "unconfirmed",
                Severity.ERROR,
                _("前回の言明から引き継いだ内容を、まだ確認していません。"),
                _("内容がこの期間も正しいことを確かめ、「内容を確認しました」を押してください。"),
                row.number,
            )


def adopted_has_individual_control(facts: DeclarationFacts) -> Iterator[Issue]:
    """2.2.4: the individual control is written for every adopted detail; an inherited one names its service."""
    for row in facts.statements:
        if row.is_adopted and not (row.individual_control or row.base):
            yield Issue(
                "no_individual_control",
                Severity.ERROR,
                _("「採用する」としていますが、個別管理策が未入力です。"),
                _("実施している内容を入力するか、継承する基盤クラウドサービスを選んでください。"),
                row.number,
            )


def not_selected_has_reason(facts: DeclarationFacts) -> Iterator[Issue]:
    """2.2.4 (3): a reason for every detail that is not selected."""
    for row in facts.statements:
        if row.adoption == Adoption.NOT_SELECTED and not row.reason and not row.is_released:
            yield Issue(
                "no_reason",
                Severity.ERROR,
                _("「選択しない」としていますが、理由が未入力です。"),
                _("この管理策がなくてもよいと判断した理由を入力してください。"),
                row.number,
            )


def basic_requirements_are_adopted(facts: DeclarationFacts) -> Iterator[Issue]:
    """2.2.4 (1) to (3): governance, management and B or PB details are adopted in principle (parameter)."""
    warns = facts.rules.value("basic_requirement_deviation") == "warn"
    for row in facts.statements:
        if row.is_required and row.adoption == Adoption.NOT_SELECTED and not row.is_released:
            yield Issue(
                "basic_requirement",
                Severity.WARNING if warns and row.reason else Severity.ERROR,
                _("基本言明要件ですが、「選択しない」としています。"),
                _mend_deviation(row, warns=warns),
                row.number,
            )


def _mend_deviation(row: StatementFacts, *, warns: bool) -> str:
    if warns:
        return _("原則として採用が必要です。採用しないときは、その理由を詳しく入力してください。")
    if not row.can_be_released:
        return _("「採用する」に改めてください。この基準の項目は、すべて採用する必要があります。")
    return _(
        "「採用する」に改めてください。合理的に適用できないときは、理由を付けて統制目標ごと除外してください。"
    )


def inherited_names_its_base(facts: DeclarationFacts) -> Iterator[Issue]:
    """2.2.2: a base service whose controls are inherited is named with its registration number."""
    inherits = any(row.is_adopted and row.base for row in facts.statements)
    if inherits and not facts.declaration.service.base_services:
        yield Issue(
            "base_services",
            Severity.WARNING,
            _(
                "継承する管理策がありますが、サービスの「基盤クラウドサービスと登録番号」が未入力です。"
            ),
            _("サービスの情報に、基盤クラウドサービスの名称と登録番号を入力してください。"),
            place="service",
        )


def base_is_on_the_list(facts: DeclarationFacts) -> Iterator[Issue]:
    """2.2.2: a base service is on the list over the whole period; one that has left since is worth a second look."""
    start, end = facts.declaration.period_start, facts.declaration.period_end
    for row in facts.statements:
        if not row.is_adopted:
            continue
        if row.base is None:
            if row.inherited_note:
                yield Issue(
                    "base_unnamed",
                    Severity.WARNING,
                    _("継承の内容がありますが、基盤クラウドサービスを選んでいません。"),
                    _("基盤クラウドサービスを選ぶか、継承の内容を消してください。"),
                    row.number,
                )
        elif not row.base.covers(start, end):
            yield Issue(
                "base_not_listed",
                Severity.WARNING,
                _(
                    "基盤クラウドサービス「%(base)s」は、監査対象期間を通してはリストに掲載されていません（%(days)s）。"
                )
                % {"base": row.base, "days": _days_on_the_list(row.base)},
                _("継承をやめて個別管理策を書くか、ほかの基盤クラウドサービスを選んでください。"),
                row.number,
            )
        elif row.base.listed_until is not None and row.base.listed_until < facts.today:
            yield Issue(
                "base_left_the_list",
                Severity.WARNING,
                _(
                    "基盤クラウドサービス「%(base)s」は、監査対象期間の後にリストから外れました（%(days)s）。"
                )
                % {"base": row.base, "days": _days_on_the_list(row.base)},
                _("次の期間には継承できません。この管理策をどう満たすかを検討してください。"),
                row.number,
            )


def _days_on_the_list(base: BaseFacts) -> str:
    first = format_wareki(base.listed_from, weekday=False)
    if base.listed_until is None:
        return _("掲載は%(first)sから") % {"first": first}
    last = format_wareki(base.listed_until, weekday=False)
    return _("掲載は%(first)sから%(last)sまで") % {"first": first, "last": last}


def evidence_covers_the_period(facts: DeclarationFacts) -> Iterator[Issue]:
    """Evidence of an adopted detail speaks of the audited period, and one of its files to the end of it."""
    start, end = facts.declaration.period_start, facts.declaration.period_end
    for row in facts.statements:
        if not row.is_adopted:
            continue
        beside = [file for file in row.evidence if not file.cover.touches(start, end)]
        for file in beside:
            yield Issue(
                "evidence_beside_period",
                Severity.WARNING,
                _("証跡「%(label)s」の対象期間が、監査対象期間と1日も重なりません。")
                % {"label": file.label},
                _("監査対象期間の証跡に差し替えるか、証跡の対象期間を確かめてください。"),
                row.number,
            )
        last = ends_before((f.cover for f in row.evidence if f not in beside), end)
        if last is not None:
            yield Issue(
                "evidence_ends_early",
                Severity.WARNING,
                _("証跡の対象期間が、監査対象期間の末日より前（%(last)s）に終わります。")
                % {"last": format_wareki(last, weekday=False)},
                _("末日までの期間を示す証跡を追加してください。"),
                row.number,
            )


def included_objective_has_a_control(facts: DeclarationFacts) -> Iterator[Issue]:
    """An objective that is kept needs controls that bring the risk down; none adopted is worth a second look."""
    for objective, rows in facts.by_objective():
        decided = all(row.adoption != Adoption.UNDECIDED for row in rows)
        if decided and not objective.is_excluded and not any(row.is_adopted for row in rows):
            yield Issue(
                "empty_objective",
                Severity.WARNING,
                _("統制目標を除外していませんが、採用する管理策がありません。"),
                _("残るリスクを受け入れられるかを確かめ、必要な管理策を採用してください。"),
                rows[0].number,
            )


RULES = (
    Rule("period", gettext_lazy("監査対象期間"), period_is_proper),
    Rule("body", gettext_lazy("言明の記載事項"), body_is_complete),
    Rule("provider", gettext_lazy("事業者の情報"), provider_is_described),
    Rule("undecided", gettext_lazy("採否の入力"), every_detail_is_decided),
    Rule("unconfirmed", gettext_lazy("引継ぎの確認"), carried_rows_are_confirmed),
    Rule(
        "individual_control",
        gettext_lazy("個別管理策の入力"),
        adopted_has_individual_control,
    ),
    Rule("reason", gettext_lazy("選択しない理由の入力"), not_selected_has_reason),
    Rule(
        "basic_requirement",
        gettext_lazy("基本言明要件の採用"),
        basic_requirements_are_adopted,
    ),
    Rule("objective", gettext_lazy("統制目標ごとの管理策"), included_objective_has_a_control),
    Rule("evidence", gettext_lazy("証跡の対象期間"), evidence_covers_the_period),
    Rule("base_listed", gettext_lazy("基盤クラウドサービスの掲載"), base_is_on_the_list),
    Rule("base_services", gettext_lazy("基盤クラウドサービスの記載"), inherited_names_its_base),
    Rule("period_running", gettext_lazy("監査対象期間の終了"), period_has_ended),
    Rule("edition", gettext_lazy("適用する管理基準の版"), edition_holds),
)
