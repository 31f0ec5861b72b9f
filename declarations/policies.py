"""Who may do what with services and declarations (docs/workflows.md, table of permissions)."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from declarations.enums import EDITING_ACTIONS, ORGANISING_ACTIONS
from declarations.models import (
    CloudService,
    Declaration,
    DeclarationHistory,
    Statement,
    StatementComment,
    StatementHistory,
)

WRITERS = {Role.CSP_EDITOR, Role.CSP_APPROVER}


def can_see_services(user: User) -> bool:
    """Providers see their own services; secretariat and committee those that have reached them."""
    return user.kind == OrganisationKind.CSP or bool(
        user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER}
    )


def can_create_service(user: User) -> bool:
    """People of a cloud service provider describe its services."""
    return bool(user.roles & WRITERS)


def can_see_listed_services(user: User) -> bool:
    """Providers, who build on listed services, and the committee side."""
    staff = user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER}
    return user.kind == OrganisationKind.CSP or bool(staff)


def can_read_listed_history(user: User) -> bool:
    """The committee side; providers see what is in force and not who recorded it."""
    return bool(user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER})


def can_keep_listed_services(user: User) -> bool:
    """The secretariat enters listed services from the published lists."""
    return Role.SECRETARIAT in user.roles


def can_edit_service(user: User, service: CloudService) -> bool:
    """The provider's own people."""
    return bool(user.roles & WRITERS) and user.organisation_id == service.organisation_id


def can_open_declaration(user: User, service: CloudService) -> bool:
    """Whoever may edit the service may begin a declaration or a new version of it."""
    return can_edit_service(user, service)


def can_edit_declaration(user: User, declaration: Declaration) -> bool:
    """The provider's own people; the workflow says when."""
    return can_edit_service(user, declaration.service)


def can_read_work(user: User, declaration: Declaration) -> bool:
    """Evidence files and the history of statements are the provider's own, also after filing."""
    return can_edit_service(user, declaration.service)


def can_comment(user: User, declaration: Declaration) -> bool:
    """Colleagues of the provider read and write comments, in every state; nobody else learns that there are any."""
    return can_edit_service(user, declaration.service)


def can_withdraw_comment(user: User, comment: StatementComment) -> bool:
    """Its author, as long as he or she is a colleague."""
    return comment.author_id == user.pk and can_comment(user, comment.statement.declaration)


def can_keep_evidence(user: User, organisation: Organisation | None) -> bool:
    """The provider's own people look after its evidence."""
    return (
        organisation is not None
        and bool(user.roles & WRITERS)
        and user.organisation_id == organisation.pk
    )


def can_review_statement(user: User, statement: Statement) -> bool:
    """The colleague who was asked, and who may edit the declaration; not who wrote the row last."""
    return (
        statement.reviewer_id == user.pk
        and statement.updated_by_id != user.pk
        and can_edit_declaration(user, statement.declaration)
    )


def can_see_own_work(user: User) -> bool:
    """People of a provider have a page with what waits for them."""
    return bool(user.roles & WRITERS)


def can_approve_declaration(user: User, declaration: Declaration) -> bool:
    """Approvers of the provider look at it, hand it back, and see why they cannot fix it."""
    return (
        Role.CSP_APPROVER in user.roles
        and user.organisation_id == declaration.service.organisation_id
    )


def can_fix_declaration(user: User, declaration: Declaration) -> bool:
    """An approver who edited nothing in this version: a fact about persons, not roles."""
    return can_approve_declaration(user, declaration) and not has_edited(user, declaration)


def can_issue_document(user: User, declaration: Declaration) -> bool:
    """The provider has its 言明書 made; whoever sees the declaration may read what was made."""
    return can_edit_service(user, declaration.service)


def has_edited(user: User, declaration: Declaration) -> bool:
    """Whether this person changed anything in this version, by its history and by that of drafts moved into it."""
    worded = Declaration.objects.worded_in(declaration).order_by().values("pk")
    return (
        User.objects.filter(pk=user.pk)
        .filter(Exists(_body_edits(worded, user)) | Exists(_statement_edits(worded, user)))
        .exists()
    )


def users_who_can_fix_declaration(declaration: Declaration) -> QuerySet[User]:
    """The approvers of the provider, in force today, who edited nothing in this version."""
    memberships = Membership.objects.in_force(timezone.localdate()).filter(
        user=OuterRef("pk"),
        role=Role.CSP_APPROVER,
        organisation=declaration.service.organisation_id,
    )
    worded = Declaration.objects.worded_in(declaration).order_by().values("pk")
    return User.objects.filter(Exists(memberships), is_active=True).exclude(
        Exists(_body_edits(worded, OuterRef("pk")))
        | Exists(_statement_edits(worded, OuterRef("pk")))
    )


def _body_edits(declarations: Any, actor: Any) -> QuerySet[DeclarationHistory]:
    return DeclarationHistory.objects.filter(
        declaration__in=declarations, actor=actor, action__in=EDITING_ACTIONS
    )


def _statement_edits(declarations: Any, actor: Any) -> QuerySet[StatementHistory]:
    return StatementHistory.objects.filter(
        statement__declaration__in=declarations, actor=actor
    ).exclude(action__in=ORGANISING_ACTIONS)
