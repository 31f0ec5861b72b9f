"""Refusals. Each carries one sentence in Japanese that a page can show as it is."""

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """An act is not possible now; the message says why and how to go on.

    `field` names the form field that it is about, where there is one.
    """

    field: str | None = None


class TransitionNotAllowedError(DomainError):
    """The object is not in a state from which this move starts."""

    def __init__(self, *, name: str, state: str | None):
        super().__init__(
            _(
                "この操作は、いまの状態では行えません。画面を読み直して、現在の状態を確認してください。"
            )
        )
        self.name, self.state = name, state


class EditConflictError(DomainError):
    """Somebody else saved first: the version that the screen showed is no longer the current one."""

    def __init__(self, message=None, *, current=None):
        super().__init__(
            message
            or _(
                "ほかの人が先に更新しました。入力した内容は保存していません。最新の内容と見比べてください。"
            )
        )
        self.current = current
