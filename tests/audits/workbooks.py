"""Workbooks of working papers for tests: taken by the button, typed into, brought back, applied."""

from django.urls import reverse

from audits.models import TestImport
from audits.workbook.sheet import LAYOUT
from core import jobs
from tests.declarations import workbooks
from tests.documents.files import uploaded

NAME = "調書.xlsx"
HEADINGS = [LAYOUT.headers[name] for name in ("number", *LAYOUT.typed)]


def taken(client, found, **query) -> bytes:
    """The workbook by the button."""
    address = reverse("audits:fieldwork_workbook", args=[found.engagement.pk])
    return client.get(address, query).content


def retyped(content: bytes, changes: dict[tuple[str, str], str], **options) -> bytes:
    """After somebody typed into it: `changes` by control number and column."""
    by_heading = {(n, LAYOUT.headers[name]): text for (n, name), text in changes.items()}
    return workbooks.retyped(content, by_heading, title=LAYOUT.sheet, **options)


def handmade(*lines: list[str]) -> bytes:
    """A workbook without hidden columns: number, then the typed columns, as far as each line goes."""
    rows = [workbooks.line(n, line) for n, line in enumerate(lines, 2)]
    return workbooks.handmade({LAYOUT.sheet: workbooks.page(*rows, head=HEADINGS)})


def brought(client, found, content: bytes, name: str = NAME) -> TestImport:
    """Upload through the page, and read as the worker does."""
    address = reverse("audits:fieldwork_imports", args=[found.engagement.pk])
    response = client.post(address, {"upload": uploaded(name, content)})
    assert response.status_code == 302, response.text
    imported = TestImport.objects.latest("uploaded_at")
    assert response.url == imported.get_absolute_url()
    jobs.run(imported.job_id)
    imported.refresh_from_db()
    return imported


def typed(client, found, changes, **options) -> TestImport:
    """The exported workbook with what somebody typed, brought back."""
    return brought(client, found, retyped(taken(client, found), changes, **options))


def preview(client, imported):
    """What the page shows."""
    return client.get(imported.get_absolute_url()).context["preview"]


def press_apply(client, imported, response=None, **choices):
    """Press the button on the page as it is shown."""
    shown = response or client.get(imported.get_absolute_url())
    data = {"act": "apply", "digest": shown.context["digest"]}
    data |= {f"choice-{number}": choice for number, choice in choices.items()}
    return client.post(imported.get_absolute_url(), data)


def act(client, imported, name: str):
    """Press another button."""
    where = [imported.engagement_id, imported.pk]
    return client.post(reverse(f"audits:fieldwork_import_{name}", args=where), follow=True)
