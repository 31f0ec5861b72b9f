"""Work that audits leaves to a worker."""

import uuid

from celery import shared_task

from core import jobs


@shared_task(name="audits.chase_evidence_requests")
def chase_evidence_requests() -> None:
    """Ask for the mails about evidence requests that are due. Started every morning by beat."""
    from audits.services import request_chaser  # noqa: PLC0415 -- task is a leaf

    request_chaser.chase_evidence_requests()


@shared_task(name="audits.remind_of_overdue_remedies")
def remind_of_overdue_remedies() -> None:
    """Ask for the mails about remedies that are overdue. Started every morning by beat."""
    from audits.services import remedy_reminders  # noqa: PLC0415 -- task is a leaf

    remedy_reminders.remind_of_overdue_remedies()


@jobs.handler("audits.send_engagement_mail", queue="mail")
def send_engagement_mail(*, history_id: int) -> None:
    """Tell the other side of an engagement what happened."""
    from audits.notifications.engagement import send_engagement_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id)


@jobs.handler("audits.send_team_mail", queue="mail")
def send_team_mail(*, history_id: int, member_id: str) -> None:
    """Tell a person of the firm what happened in the team."""
    from audits.notifications.engagement import send_team_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id, member_id=member_id)


@jobs.handler("audits.send_request_mail", queue="mail")
def send_request_mail(*, history_id: int) -> None:
    """Tell the other side of an evidence request that something happened."""
    from audits.notifications.engagement import send_request_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id)


@jobs.handler("audits.send_finding_mail", queue="mail")
def send_finding_mail(*, history_id: int) -> None:
    """Tell the other side of a finding what happened."""
    from audits.notifications.finding import send_finding_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id)


@jobs.handler("audits.send_confirmation_mail", queue="mail")
def send_confirmation_mail(*, history_id: int) -> None:
    """Tell the firm that the provider signed its confirmation."""
    from audits.notifications.report import send_confirmation_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id)


@jobs.handler("audits.send_request_chaser", queue="mail")
def send_request_chaser(*, request_id: str, due_on: str, stage: str) -> None:
    """Remind people of an evidence request, once for each last day and stage."""
    from audits.notifications.engagement import send_request_chaser as send  # noqa: PLC0415 -- task is a leaf

    send(request_id=request_id, due_on=due_on, stage=stage)


@jobs.handler("audits.send_overdue_notice", queue="mail")
def send_overdue_notice(*, answer_id: str) -> None:
    """Tell the provider that a remedy is overdue."""
    from audits.notifications.finding import send_overdue_notice as send  # noqa: PLC0415 -- task is a leaf

    send(answer_id=answer_id)


@jobs.handler("audits.send_nonconformity_mail", queue="mail")
def send_nonconformity_mail(*, history_id: int, nonconformity_id: str) -> None:
    """Tell who has to act next on a nonconformity of an internal audit."""
    from audits.notifications.internal import send_nonconformity_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id, nonconformity_id=nonconformity_id)


@jobs.handler("audits.send_action_overdue_notice", queue="mail")
def send_action_overdue_notice(*, action_id: str) -> None:
    """Tell the owner and the approvers that a corrective action is overdue."""
    from audits.notifications.internal import send_action_overdue_notice as send  # noqa: PLC0415 -- task is a leaf

    send(action_id=action_id)


@jobs.handler("audits.send_report_mail", queue="mail")
def send_report_mail(*, history_id: int) -> None:
    """Tell who prepared a report that it is void."""
    from audits.notifications.report import send_report_mail as send  # noqa: PLC0415 -- task is a leaf

    send(history_id=history_id)


@jobs.handler("audits.read_test_workbook", queue="imports")
def read_test_workbook(*, import_id: str) -> None:
    """Read one uploaded workbook of working papers."""
    from audits.services.workbook_reading import read_import  # noqa: PLC0415 -- task is a leaf

    read_import(import_id=uuid.UUID(import_id))
