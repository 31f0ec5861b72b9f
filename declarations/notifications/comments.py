"""Mails about comments. They say that there is one and where, never what it says: a mailbox is not private enough."""

import logging

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core import mail
from declarations.models import StatementComment
from declarations.selectors.colleagues import colleagues

log = logging.getLogger(__name__)


def send_comment_mail(*, comment_id: str) -> None:
    """Tell everybody who takes part in the thread, but the author and whoever has left. Withdrawn, nobody is told."""
    comment = (
        StatementComment.objects.said()
        .filter(pk=comment_id)
        .select_related("author", "statement__control", "statement__declaration__service")
        .first()
    )
    if comment is None:
        log.info("comment %s is withdrawn, no mail", comment_id)
        return
    statement = comment.statement
    context = {
        "comment": comment,
        "number": statement.control.number,
        "service": statement.declaration.service.name,
        "link": settings.SITE_URL + comment.get_absolute_url(),
    }
    for person in _addressees(comment):
        mail.send(
            key=f"comment:{comment_id}:{person.pk}",
            to=person.email,
            subject=_("%(service)s：%(number)s にコメントがあります") % context,
            template="declarations/email/comment.txt",
            context=context | {"person": person},
        )


def _addressees(comment: StatementComment) -> QuerySet[User]:
    """Who is addressed here or earlier in the thread, and who has said something in it."""
    said = StatementComment.objects.inside(comment.thread or comment).said()
    keys = {key for pair in said.values_list("author", "mentions__person") for key in pair if key}
    return colleagues(comment.statement.declaration).filter(pk__in=keys - {comment.author_id})
