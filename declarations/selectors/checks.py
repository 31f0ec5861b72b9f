"""The pre-flight page and the approver's page: the same facts, once as work to do and once as numbers to approve."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from declarations import preflight
from declarations.enums import Adoption, Severity
from declarations.facts import DeclarationFacts, ObjectiveFacts
from declarations.preflight import Issue

# Messages of one rule that stand on the page at first; the rest is one link away.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class IssueLine:
    """Where something is to be mended: a control by its number, with its title, or a page by its name."""

    url: str
    label: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class IssuePart:
    """Messages of one rule that are mended in the same way: said once, then every place."""

    mend: str
    messages: list[str]
    lines: list[IssueLine]
    count: int


@dataclass(frozen=True, slots=True)
class IssueGroup:
    """The messages of one rule. `parts` are those on the page, `count` says how many there are."""

    key: str
    title: str
    is_error: bool
    count: int
    parts: list[IssuePart]

    @property
    def anchor(self) -> str:
        """Id of the group in the page; a rule may have errors and warnings."""
        return f"{self.key}-{'errors' if self.is_error else 'warnings'}"

    @property
    def shown(self) -> int:
        """How many messages are on the page."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The whole result; errors first."""

    groups: list[IssueGroup]
    errors: int
    warnings: int
    passed: list[str]


def check_result(facts: DeclarationFacts, *, show_all: str = "") -> CheckResult:
    """Run the check. `show_all` names the rule whose messages are all shown."""
    places = Places(facts)
    groups, passed = [], []
    for rule, issues in preflight.run_by_rule(facts):
        if not issues:
            passed.append(str(rule.title))
        for is_error in (True, False):
            same = [issue for issue in issues if (issue.severity == Severity.ERROR) == is_error]
            if same:
                shown = same if rule.key == show_all else same[:SHOWN]
                parts = _parts(shown, places)
                groups.append(IssueGroup(rule.key, str(rule.title), is_error, len(same), parts))
    groups.sort(key=lambda group: not group.is_error)
    return CheckResult(
        groups=groups,
        errors=sum(group.count for group in groups if group.is_error),
        warnings=sum(group.count for group in groups if not group.is_error),
        passed=passed,
    )


class Places:
    """Where the messages of one declaration are mended. Addresses are made once per section."""

    def __init__(self, facts: DeclarationFacts):
        self.declaration = facts.declaration
        self.rows = {row.number: row for row in facts.statements}
        self.sections: dict[str, str] = {}

    def line(self, place: str, number: str) -> IssueLine:
        """The line for an issue's `place` and `number`."""
        if number:
            row = self.rows[number]
            url = f"{self._section(row.objective.section)}?at={number}#c-{number}"
            return IssueLine(url, number, row.title)
        declaration, service = self.declaration, self.declaration.service
        body = reverse("declarations:declaration-edit", args=[declaration.pk])
        pages = {
            "declaration": (declaration.get_absolute_url(), _("言明の画面を開く")),
            "body": (body, _("言明の記載事項を開く")),
            "service": (service.get_absolute_url(), _("サービスの情報を開く")),
            "organisation": (service.organisation.get_absolute_url(), _("組織の情報を開く")),
        }
        return IssueLine(*pages[place])

    def _section(self, number: str) -> str:
        if number not in self.sections:
            address = reverse("declarations:section", args=[self.declaration.pk, number])
            self.sections[number] = address
        return self.sections[number]


def _parts(issues: list[Issue], places: Places) -> list[IssuePart]:
    parts: dict[str, list[Issue]] = {}
    for issue in issues:
        parts.setdefault(issue.mend, []).append(issue)
    return [
        IssuePart(
            mend=mend,
            messages=list(dict.fromkeys(issue.message for issue in same)),
            lines=[
                places.line(place, number)
                for place, number in dict.fromkeys((issue.place, issue.number) for issue in same)
            ],
            count=len(same),
        )
        for mend, same in parts.items()
    ]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What an approver is asked to confirm, in numbers."""

    details: int
    adopted: int
    not_selected: int
    released: int
    required: int
    required_adopted: int
    required_released: int
    excluded: list[ObjectiveFacts]


def numbers(facts: DeclarationFacts) -> Numbers:
    """Count the declaration. Released details count neither as adopted nor as not selected."""
    kept = [row for row in facts.statements if not row.is_released]
    required = [row for row in facts.statements if row.is_required]
    return Numbers(
        details=len(facts.statements),
        adopted=sum(row.is_adopted for row in kept),
        not_selected=sum(row.adoption == Adoption.NOT_SELECTED for row in kept),
        released=len(facts.statements) - len(kept),
        required=len(required),
        required_adopted=sum(row.is_adopted for row in required),
        required_released=sum(row.is_released for row in required),
        excluded=[objective for objective in facts.objectives if objective.is_excluded],
    )
