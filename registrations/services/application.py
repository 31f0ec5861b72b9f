"""Acts that carry an application up to the review: prepare, file, accept, begin the review."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from controls.rules import Rules
from core import history, jobs
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text
from core.workflow import Move
from declarations.enums import DeclarationState
from declarations.models import CloudService, Declaration
from registrations import tasks
from registrations.completeness import requirements
from registrations.enums import ApplicationMove
from registrations.models import Application, ApplicationHistory
from registrations.particulars import current_particulars
from registrations.policies import application as policies
from registrations.selectors.register import current_registration, kind_for
from registrations.workflow import APPLICATION


@transaction.atomic
def open_application(
    *, service_id: uuid.UUID, declaration_id: uuid.UUID, actor: User
) -> Application:
    """Begin an application for a fixed declaration: a renewal while a registration is in force, else a new one.

    Asking again while one is being prepared gives that one (double click).
    """
    service = CloudService.objects.select_for_update(of=("self",), no_key=True).get(pk=service_id)
    require(policies.can_prepare_application, actor, service)
    declaration = fixed_declaration(service, declaration_id)
    open_one = Application.objects.filter(service=service).open().first()
    if open_one:
        if open_one.declaration_id == declaration.pk:
            return open_one
        raise DomainError(
            _("このサービスには手続中の申請があります。先にその申請を終えてください。")
        )
    now = timezone.now()
    application = Application.objects.create(
        organisation_id=service.organisation_id,
        service=service,
        declaration=declaration,
        kind=kind_for(service, now),
        created_at=now,
    )
    _record(application, actor, now, ApplicationMove.OPEN, to_state=application.state)
    return application


@transaction.atomic
def file_application(
    *, application_id: uuid.UUID, actor: User, version: int, note: str = ""
) -> Application:
    """File the application (article.application). The receipt is its number and time; a second click finds it.

    Raises DomainError while a requirement is not met.
    """
    application = locked(application_id)
    require(policies.can_file_application, actor, application)
    if application.filed_by_id == actor.pk and application.is_open:
        return application
    move = APPLICATION.check(ApplicationMove.FILE, application.state)
    require_version(application, version)
    now = timezone.now()
    rules = Rules.at(timezone.localdate(now))
    refuse_incomplete(application, now, rules)
    application.note = clean_text(note)
    application.filing_number = _next_filing_number(application)
    application.filed_at = now
    hand_over(application, actor, now)
    return advance(
        application, move, actor=actor, at=now, article=str(rules.article("application"))
    )


@transaction.atomic
def accept_application(*, application_id: uuid.UUID, actor: User, version: int) -> Application:
    """Formally complete (article.acceptance): the target time for the decision begins."""
    application = locked(application_id)
    require(policies.can_review, actor, application)
    move = APPLICATION.check(ApplicationMove.ACCEPT, application.state)
    require_version(application, version)
    now = timezone.now()
    application.accepted_at = now
    Declaration.objects.filter(pk=application.declaration_id, reached_committee_at=None).update(
        reached_committee_at=now
    )
    article = str(Rules.at(timezone.localdate(now)).article("acceptance"))
    return advance(application, move, actor=actor, at=now, article=article)


@transaction.atomic
def start_review(*, application_id: uuid.UUID, actor: User, version: int) -> Application:
    """Begin the technical review (article.review)."""
    application = locked(application_id)
    require(policies.can_review, actor, application)
    move = APPLICATION.check(ApplicationMove.START_REVIEW, application.state)
    require_version(application, version)
    now = timezone.now()
    article = str(Rules.at(timezone.localdate(now)).article("review"))
    return advance(application, move, actor=actor, at=now, article=article)


def locked(application_id: uuid.UUID) -> Application:
    """The application with its relations, locked for an act."""
    return (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "service", "declaration__service")
        .get(pk=application_id)
    )


def require_version(application: Application, version: int) -> None:
    """EditConflictError when somebody acted since the page was shown."""
    if application.row_version != version:
        raise EditConflictError(
            _(
                "この申請は、画面を開いた後にほかの人が手続を進めました。最新の状態を確認してください。"
            ),
            current=application,
        )


def advance(
    application: Application, move: Move, *, actor: User, at: datetime, **facts: str
) -> Application:
    """Write the new state, its history line and the job that tells the addressee, in the caller's transaction."""
    before, application.state = application.state, move.target
    application.row_version += 1
    application.save()
    entry = _record(
        application, actor, at, move.name, from_state=before, to_state=move.target, **facts
    )
    jobs.enqueue(
        tasks.send_application_mail, subject=f"application:{application.pk}", history_id=entry.pk
    )
    return application


def fixed_declaration(service: CloudService, declaration_id: uuid.UUID) -> Declaration:
    """The fixed declaration of this service, or DomainError: nothing else can be filed."""
    declaration = (
        Declaration.objects.select_related("service")
        .filter(service=service, pk=declaration_id)
        .first()
    )
    if declaration is None or declaration.state != DeclarationState.FIXED:
        raise DomainError(_("申請には、このサービスの確定した言明が必要です。"))
    return declaration


def refuse_incomplete(application: Application, now: datetime, rules: Rules) -> None:
    """DomainError that names every requirement that is not met and blocks."""
    registration = current_registration(application.service, now)
    unmet = [
        item.label
        for item in requirements(
            application,
            today=timezone.localdate(now),
            valid_until=registration.valid_until if registration else None,
            rules=rules,
        )
        if item.blocks and not item.is_met
    ]
    if unmet:
        raise DomainError(
            _("申請に必要なものがそろっていません：%(items)s") % {"items": "、".join(unmet)}
        )


def hand_over(application: Application, actor: User, now: datetime) -> None:
    """What filing and filing again share: who files, the particulars frozen, the declaration opened to the secretariat.

    Committee members read the declaration from acceptance on.
    """
    application.filed_by = actor
    application.particulars = current_particulars(application)
    Declaration.objects.filter(pk=application.declaration_id, reached_secretariat_at=None).update(
        reached_secretariat_at=now
    )


def _record(
    application: Application, actor: User, at: datetime, action: str, **facts: Any
) -> ApplicationHistory:
    return ApplicationHistory.objects.create(
        application=application, **history.line(actor=actor, at=at, action=action, **facts)
    )


def _next_filing_number(application: Application) -> int:
    """Numbers run per applicant, so that a number tells nothing about others. The organisation is locked for it."""
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=application.organisation_id
    )
    filed = Application.objects.filter(organisation=application.organisation_id)
    return (filed.aggregate(last=Max("filing_number"))["last"] or 0) + 1
