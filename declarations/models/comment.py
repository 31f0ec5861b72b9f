"""Comments on statements (コメント): what colleagues say to each other. Nothing outside the provider sees it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import HistoryEntry, UUIDModel
from declarations.enums import CommentAction
from declarations.models.statement import Statement
from declarations.querysets import CommentQuerySet

# Code points of one comment.
COMMENT_LIMIT = 2_000

# A reply stands below the first comment of a thread on the same statement: there is one level and no more.
REFUSE_FOREIGN_THREAD = """
    IF NEW.thread_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM declarations_statementcomment head
        WHERE head.id = NEW.thread_id AND head.thread_id IS NULL AND head.statement_id = NEW.statement_id
    ) THEN
        RAISE EXCEPTION 'comment_belongs_to_a_thread_of_its_statement'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

# What was said stays said. It can be withdrawn, once, and a thread resolved and reopened.
REFUSE_OTHER_WORDS = """
    IF (NEW.statement_id, NEW.thread_id, NEW.author_id, NEW.body, NEW.created_at, NEW.creation_key)
        IS DISTINCT FROM
        (OLD.statement_id, OLD.thread_id, OLD.author_id, OLD.body, OLD.created_at, OLD.creation_key)
        OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at)
    THEN
        RAISE EXCEPTION 'comment_stays_as_it_was_said'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

# Whether a role is in force on a day is for the service to say; here it is enough that the person ever worked there.
_WORKS_THERE = """
    SELECT 1 FROM declarations_statement statement
    JOIN declarations_declaration declaration ON declaration.id = statement.declaration_id
    JOIN declarations_cloudservice service ON service.id = declaration.service_id
    JOIN accounts_membership membership ON membership.organisation_id = service.organisation_id
"""
REFUSE_FOREIGN_AUTHOR = f"""
    IF NOT EXISTS (
        {_WORKS_THERE}
        WHERE statement.id = NEW.statement_id AND membership.user_id = NEW.author_id
    ) THEN
        RAISE EXCEPTION 'comment_by_somebody_outside'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
REFUSE_FOREIGN_MENTION = f"""
    IF NOT EXISTS (
        {_WORKS_THERE}
        JOIN declarations_statementcomment comment ON comment.statement_id = statement.id
        WHERE comment.id = NEW.comment_id AND membership.user_id = NEW.person_id
    ) THEN
        RAISE EXCEPTION 'mention_of_somebody_outside'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


class StatementComment(UUIDModel):
    """What one of the provider's people said about a row. The first comment of a thread (`thread` is null) carries
    whether the thread is resolved. Its words never change; withdrawn, they are shown to nobody.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="comments")
    thread = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.TextField(_("コメント"))
    created_at = models.DateTimeField(_("日時"))
    creation_key = models.UUIDField(editable=False)
    withdrawn_at = models.DateTimeField(_("取下げ日時"), null=True)
    resolved_at = models.DateTimeField(_("解決日時"), null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["author", "creation_key"], name="comment_posted_once"),
            models.CheckConstraint(name="comment_says_something", condition=~Q(body="")),
            models.CheckConstraint(
                name="comment_is_short", condition=LessThanOrEqual(Length("body"), COMMENT_LIMIT)
            ),
            models.CheckConstraint(
                name="comment_thread_resolved_by_a_person",
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(thread__isnull=True, resolved_at__isnull=False, resolved_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["statement"],
                name="comment_open_thread",
                condition=Q(thread__isnull=True, resolved_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="own_thread",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_FOREIGN_THREAD,
            ),
            pgtrigger.Trigger(
                name="own_author",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_FOREIGN_AUTHOR,
            ),
            pgtrigger.Trigger(
                name="same_words",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=REFUSE_OTHER_WORDS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.author}"

    def get_absolute_url(self) -> str:
        """The page of the row at this comment. Load `statement__control` along."""
        where = [self.statement.declaration_id, self.statement.control.number]
        return f"{reverse('declarations:comments', args=where)}#comment-{self.pk}"


class CommentMention(models.Model):
    """A colleague whom a comment is addressed to (宛先)."""

    comment = models.ForeignKey(StatementComment, models.PROTECT, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["comment", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "person"], name="mention_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="own_colleague",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_FOREIGN_MENTION,
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class CommentHistory(HistoryEntry):
    """Act history of a comment: said, withdrawn, its thread resolved or reopened. It never holds the words.

    Apart from the history of statements, since whoever only comments has edited nothing.
    """

    comment = models.ForeignKey(StatementComment, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("コメントの操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(CommentAction(self.action).label)
