"""Work that registrations leaves to a worker."""

from core import jobs


@jobs.handler("registrations.send_application_mail", queue="mail")
def send_application_mail(*, history_id: int) -> None:
    """Tell the addressee of one act on an application."""
    from registrations.notifications import send_application_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id)
