"""A form of our own for tests, and documents asked for through the real service."""

from django.utils import timezone

from accounts.enums import Role
from documents.models import Document, StoredFile
from documents.registry import FormSpec
from documents.services import request_document, store_issued, store_upload
from documents.uploads import check_upload
from tests.accounts.factories import person
from tests.documents import files

# The smallest paper: the shared base with an empty content block.
NOTE_FORM = FormSpec(
    key="test_note",
    letter="T",
    title="試験票",
    template="components/pdf_base.html",
    template_version="1",
)
SUBJECT = "test:1"


def note_data(text: str = "本文") -> dict:
    """Data of the test form; `text` stands in the running head."""
    return {"author": "見本組織", "form_number": "様式番号未確認", "subtitle": text}


def note_document(text: str = "本文", *, actor=None) -> Document:
    """A requested document, not yet made."""
    actor = actor or person(Role.CSP_EDITOR)
    return request_document(
        form=NOTE_FORM,
        subject=SUBJECT,
        organisation_id=actor.organisation_id,
        data=note_data(text),
        actor=actor,
    )


def issued_document(text: str = "本文", *, actor=None) -> Document:
    """An issued document whose file was not typeset: a short PDF takes its place."""
    document = note_document(text, actor=actor)
    document.file = store_issued(
        content=files.pdf(), label="試験票.pdf", organisation_id=document.organisation_id
    )
    document.state, document.pages, document.issued_at = "issued", 1, timezone.now()
    document.save()
    return document


def upload(name: str = "証跡.pdf", content: bytes | None = None, *, actor=None) -> StoredFile:
    """A stored upload of the actor's organisation."""
    actor = actor or person(Role.CSP_EDITOR)
    checked = check_upload(files.uploaded(name, files.pdf() if content is None else content))
    return store_upload(upload=checked, organisation_id=actor.organisation_id, actor=actor)
