"""Mail to people: plain text from a template, sent by a job and by nothing else."""

import hashlib
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string


def send(*, key: str, to: str, subject: str, template: str, context: dict[str, Any]) -> None:
    """Send one mail. `key` names the occasion and gives the Message-ID.

    A job that dies between the sending and its commit sends a second time, at worst; both mails then
    carry the same Message-ID and the reader's program can show them as one.
    """
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    digest = hashlib.sha256(key.encode()).hexdigest()[:40]
    message = EmailMessage(
        subject=settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + subject,
        body=render_to_string(template, {"site_url": settings.SITE_URL} | context),
        to=[to],
        headers={"Message-ID": f"<{digest}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    message.send()
