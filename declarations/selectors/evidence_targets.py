"""To which statements evidence is to be tied: the drafts of a provider, and what typed numbers stand for."""

import re
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from core.normalise import code_text
from declarations.enums import DeclarationState
from declarations.models import Declaration, StatementEvidence

_SEPARATORS = re.compile(r"[\s,、;・/|]+")


@dataclass(frozen=True, slots=True)
class Target:
    """One statement that is chosen."""

    number: str
    title: str
    is_tied: bool


@dataclass(frozen=True, slots=True)
class Targets:
    """The chosen statements in catalogue order, and what was typed that stands for none."""

    rows: list[Target]
    unknown: list[str]

    @property
    def new(self) -> int:
        """How many of them do not have the version yet."""
        return sum(not row.is_tied for row in self.rows)


def drafts_of(user: User) -> QuerySet[Declaration]:
    """The provider's drafts, the newest period first."""
    return (
        Declaration.objects.visible_to(user)
        .filter(state=DeclarationState.DRAFT)
        .select_related("service")
        .order_by("-period_end", "service__name_kana", "pk")
    )


def codes_in(text: str) -> list[str]:
    """The numbers in a text, each once: any width, separated by blanks, lines, commas or the like."""
    codes = (code.strip(".") for code in _SEPARATORS.split(code_text(text)))
    return list(dict.fromkeys(code for code in codes if code))


def targets(declaration: Declaration, codes: list[str], *, version_id: uuid.UUID) -> Targets:
    """The statements that the numbers stand for: a detail by its own, all below any other. Two queries."""
    tied = set(
        StatementEvidence.objects.filter(
            statement__declaration=declaration, version=version_id, removed_at__isnull=True
        ).values_list("statement_id", flat=True)
    )
    statements = declaration.statements.order_by("control__sort_key").values_list(
        "pk", "control__number", "control__title", "control__parent__title"
    )
    rows, used = [], set()
    for pk, number, title, above in statements:
        matching = {code for code in codes if number == code or number.startswith(f"{code}.")}
        if matching:
            used |= matching
            rows.append(Target(number, title or above, pk in tied))
    return Targets(rows, [code for code in codes if code not in used])
