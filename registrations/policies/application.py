"""Who may do what with applications (docs/workflows.md, table of permissions)."""

from accounts.enums import Role
from accounts.models import User
from declarations.models import CloudService
from declarations.policies import WRITERS, has_edited
from registrations.models import Application


def can_prepare_application(user: User, service: CloudService) -> bool:
    """The provider's own people begin an application."""
    return bool(user.roles & WRITERS) and user.organisation_id == service.organisation_id


def can_see_own_applications(user: User) -> bool:
    """The applicant's list is for people of providers."""
    return bool(user.roles & WRITERS)


def can_file_application(user: User, application: Application) -> bool:
    """An approver of the applicant who edited nothing in the declaration that is filed: four eyes, by person."""
    return can_withdraw_application(user, application) and not has_edited(
        user, application.declaration
    )


def can_resubmit_application(user: User, application: Application) -> bool:
    """An approver of the applicant answers a correction; for the version filed `can_file_application` holds."""
    return can_withdraw_application(user, application)


def can_withdraw_application(user: User, application: Application) -> bool:
    """An approver of the applicant."""
    return Role.CSP_APPROVER in user.roles and user.organisation_id == application.organisation_id


def can_answer(user: User, application: Application) -> bool:
    """The applicant's people answer inquiries."""
    return is_applicant(user, application) and bool(user.roles & WRITERS)


def is_applicant(user: User, application: Application) -> bool:
    """Whether this person acts for the provider that applies."""
    return user.organisation_id == application.organisation_id


def can_review(user: User, application: Application) -> bool:
    """The secretariat accepts, asks, reviews and refers."""
    return Role.SECRETARIAT in user.roles


def can_request_paper(user: User, application: Application) -> bool:
    """The applicant's people issue 登録申請書; reviewers read what was issued."""
    return can_answer(user, application)
