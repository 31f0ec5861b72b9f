"""Work that audits leaves to a worker."""

from core import jobs


@jobs.handler("audits.send_engagement_mail", queue="mail")
def send_engagement_mail(*, history_id: int) -> None:
    """Tell the other side of an engagement what happened."""
    from audits.notifications import send_engagement_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id)


@jobs.handler("audits.send_team_mail", queue="mail")
def send_team_mail(*, history_id: int, member_id: str) -> None:
    """Tell a person of the firm what happened in the team."""
    from audits.notifications import send_team_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id, member_id=member_id)
