"""Mails between colleagues: rows given to somebody, a review asked for, a row sent back. One mail for each act."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core import mail
from declarations.enums import StatementAction
from declarations.models import StatementHistory
from declarations.selectors.colleagues import colleagues

SHOWN_NUMBERS = 10


def send_team_mail(*, batch: str) -> None:
    """Send one mail to each addressee of the act that these history lines record."""
    lines = list(
        StatementHistory.objects.filter(batch=batch)
        .select_related(
            "statement__control", "statement__declaration__service", "statement__updated_by"
        )
        .order_by("statement__control__sort_key")
    )
    if not lines:
        return
    first = lines[0]
    declaration = first.statement.declaration
    for person in _addressees(lines):
        own = [line for line in lines if _concerns(line, person)]
        mail.send(
            key=f"statement-batch:{batch}:{person.pk}",
            to=person.email,
            subject=_("%(service)s：%(act)s（%(count)s件）")
            % {
                "service": declaration.service.name,
                "act": first.get_action_display(),
                "count": f"{len(own):,}",
            },
            template="declarations/email/team.txt",
            context={
                "person": person,
                "declaration": declaration,
                "entry": first,
                "count": len(own),
                "numbers": [line.statement.control.number for line in own[:SHOWN_NUMBERS]],
                "has_more": len(own) > SHOWN_NUMBERS,
            },
        )


def _addressees(lines: list[StatementHistory]) -> QuerySet[User]:
    """Who has to act now, without the person who acted and without anybody who has left."""
    keys = {str(key) for line in lines for key in _concerned(line)} - {str(lines[0].actor_id)}
    declaration = lines[0].statement.declaration
    return colleagues(declaration).filter(pk__in=keys)


def _concerns(line: StatementHistory, person: User) -> bool:
    return str(person.pk) in {str(key) for key in _concerned(line)}


def _concerned(line: StatementHistory) -> set:
    """A returned row goes to its owner and to who wrote it last; everything else to who is named in it."""
    if line.action == StatementAction.REVIEW_RETURNED:
        row = line.statement
        return {key for key in (row.owner_id, row.updated_by_id) if key}
    named = (line.changes.get(f"{name}_id", ["", ""])[1] for name in ("owner", "reviewer"))
    return {key for key in named if key}
