"""Work that registrations leaves to a worker."""

from celery import shared_task

from core import jobs


@shared_task(name="registrations.tell_listings")
def tell_listings() -> None:
    """Say where every registration stands. Started every night by beat, as a registration lapses by date."""
    from registrations.services import listing  # noqa: PLC0415 -- task is a leaf

    listing.tell_listings()


@jobs.handler("registrations.send_application_mail", queue="mail")
def send_application_mail(*, history_id: int) -> None:
    """Tell the addressee of one act on an application."""
    from registrations.notifications import send_application_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id)
