"""Work that audits leaves to a worker."""

from core import jobs


@jobs.handler("audits.send_engagement_mail", queue="mail")
def send_engagement_mail(*, history_id: int) -> None:
    """Tell the other side of an engagement what happened."""
    from audits.notifications import send_engagement_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id)
