"""What the people of a provider do with a declaration on its way to the fixed version."""

from tests.e2e.visitor import Visitor


def confirm_rows(writer: Visitor) -> None:
    """Everything that the page shows of what was carried over."""
    writer.choose("表示した管理策の内容が")
    writer.press("件を確認済みにする")
    writer.page.wait_for_url("**/carried/")


def ask_for_approval(writer: Visitor) -> None:
    """From the check before approval, which finds nothing that blocks."""
    writer.press("承認を依頼")
    writer.sees("承認待ち")


def approve(approver: Visitor, declaration: str, *, look: str = "") -> None:
    """Who edited cannot approve; an approver who edited nothing fixes the version."""
    approver.open(f"{declaration}approval/")
    if look:
        approver.look(look)
    approver.page.locator("[name=confirmed]").check()
    approver.press("承認して確定する")
    approver.sees("言明を確定しました")
