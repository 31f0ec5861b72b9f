"""What an applicant may know of the acts on the own application: no proposal, no vote, no member's name."""

from typing import Any

from django.utils.translation import gettext as _

from registrations.enums import ApplicationMove as A

# Steps between secretariat and committee that the applicant does not see at all.
INTERNAL = frozenset({A.AMEND, A.RETURN})
# The reason of a referral is the text of the proposal.
WITHOUT_REASON = frozenset({A.REFER})
# Acts that a member's vote completed: the committee acted, not that member.
BY_COMMITTEE = frozenset({A.GRANT, A.REFUSE})


def actor_for_applicant(entry: Any) -> str:
    """Who acted, as an applicant may read it."""
    return _("運営委員会") if entry.action in BY_COMMITTEE else entry.actor_label


def reason_for_applicant(entry: Any) -> str:
    """Why, as an applicant may read it."""
    return "" if entry.action in WITHOUT_REASON else entry.reason
