"""What allauth asks of us: closed sign-up, Japanese display names."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """People come by invitation only."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def is_safe_url(self, url) -> bool:
        """Only a path of this site leads on after a sign-in: what a browser may read as a host goes home."""
        return bool(url) and url.startswith("/") and super().is_safe_url(url)


def display_name(user) -> str:
    """The name that mails and pages of allauth show."""
    return user.name
