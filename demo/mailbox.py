"""The mails that the demo would have sent: files in a folder, newest first."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as a reader sees it."""

    to: str
    subject: str
    sent_at: datetime
    text: str


def recent_mails() -> list[Mail]:
    """The last mails; none while nothing was sent."""
    folder = Path(settings.EMAIL_FILE_PATH)  # type: ignore[misc]  # the demo settings have it
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [_read(path) for path in files[:SHOWN]]


def _read(path: Path) -> Mail:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    # Django's file backend ends each message with a rule of dashes.
    text = text.rpartition("-" * 79)[0] or text
    sent_at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    return Mail(str(message["To"]), str(message["Subject"]), sent_at, text.strip())
