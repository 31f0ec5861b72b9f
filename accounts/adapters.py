"""What allauth asks of us: closed sign-up, Japanese display names."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """People come by invitation only."""

    def is_open_for_signup(self, request) -> bool:
        return False


def display_name(user) -> str:
    """The name that mails and pages of allauth show."""
    return user.name
