"""Keeping bytes and issuing forms. Who may do it is asked by the owning app before it calls: a file or a form has no
permissions of its own beyond those of what it belongs to."""

import logging
import secrets
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core import jobs
from core.calendar import jst_date
from core.canonical import sha256_hex
from core.db import lock_name
from core.exceptions import DomainError
from core.models import Job
from core.templatetags.numbers import filesize_ja
from documents import blobs, pdf, tasks
from documents.enums import DocumentState, FileState
from documents.limits import LIMITS
from documents.models import Document, StoredFile
from documents.registry import FormSpec, data_digest, form_of
from documents.typesetting import Rendered
from documents.uploads import CheckedUpload

log = logging.getLogger(__name__)

# Crockford's alphabet: no letter that is read as a digit or as another letter.
_NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NUMBER_LENGTH = 6


@transaction.atomic
def store_upload(*, upload: CheckedUpload, organisation_id: uuid.UUID, actor: User) -> StoredFile:
    """Keep a checked upload for an organisation, not yet scanned. DomainError when its space or number is used up.

    The same bytes are kept once, under their hash; each upload has its own row.
    """
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation_id)
    _refuse_beyond_quota(organisation_id, upload.size)
    stored = StoredFile(
        organisation_id=organisation_id,
        sha256=upload.sha256,
        size=upload.size,
        media_type=upload.media_type,
        label=upload.label,
        state=FileState.QUARANTINE,
        stored_by=actor,
        stored_at=timezone.now(),
    )
    _keep(stored, upload.file.chunks())
    return stored


@transaction.atomic
def store_issued(*, content: bytes, label: str, organisation_id: uuid.UUID) -> StoredFile:
    """Keep a PDF that we made ourselves. It needs no scan and takes none of the organisation's space."""
    stored = StoredFile(
        organisation_id=organisation_id,
        sha256=sha256_hex(content),
        size=len(content),
        media_type="application/pdf",
        label=label,
        state=FileState.CLEAN,
        stored_at=timezone.now(),
    )
    _keep(stored, [content])
    return stored


@transaction.atomic
def request_document(
    *, form: FormSpec, subject: str, organisation_id: uuid.UUID, data: dict[str, Any], actor: User
) -> Document:
    """Ask for a form. The same form, subject, template version and data give the document that exists already.

    One that had failed is tried again. The file is made by a worker (queue `pdf`).
    """
    now = timezone.now()
    document, created = Document.objects.get_or_create(
        form=form.key,
        subject=subject,
        template_version=form.template_version,
        data_sha256=data_digest(data),
        defaults={
            "organisation_id": organisation_id,
            "number": _new_number(form, now),
            "data": data,
            "requested_by": actor,
            "created_at": now,
        },
    )
    if created:
        document.job = _enqueue(document, actor)
        document.save(update_fields=["job"])
    elif document.is_failed:
        return retry_document(document_id=document.pk, actor=actor)
    return document


@transaction.atomic
def retry_document(*, document_id: uuid.UUID, actor: User) -> Document:
    """Try a failed document again. One that waits or is issued is left as it is (double click)."""
    document = (
        Document.objects.with_progress()
        .select_for_update(of=("self",), no_key=True)
        .get(pk=document_id)
    )
    if document.is_failed:
        document.state = DocumentState.PENDING
        document.job = _enqueue(document, actor)
        document.save(update_fields=["state", "job"])
    return document


def render_document(*, document_id: uuid.UUID) -> None:
    """Make and keep the file of one document. Safe to run twice: the same bytes come out, and one row stays.

    Not atomic: progress is seen while it runs, and a failure is recorded.
    """
    document = Document.objects.with_progress().filter(pk=document_id).first()
    if document is None or document.state == DocumentState.ISSUED:
        log.info("document %s is gone or issued already", document_id)
        return
    try:
        rendered = _typeset(document)
        _tell(document, 95, _("保管しています"))
        _issue(document, rendered)
    except DomainError:
        _mark_failed(document)
        raise
    except Exception:
        if document.job is None or document.job.attempts >= jobs.MAX_ATTEMPTS:
            _mark_failed(document)
        raise


def paper_html(document: Document) -> str:
    """The HTML that is typeset: the form's template with the document's data and nothing else."""
    form = form_of(document.form)
    return render_to_string(
        form.template,
        {
            "title": form.title,
            "number": document.number,
            "issued_at": document.created_at,
            "is_demo": settings.IS_DEMO,
            "data": document.data,
        },
    )


def _keep(stored: StoredFile, chunks: Iterable[bytes]) -> None:
    """Bytes first, then the row; the clean-up (`housekeeping`) waits until both are committed."""
    lock_name(stored.path)
    blobs.keep(stored.path, chunks)
    stored.save(force_insert=True)


def _refuse_beyond_quota(organisation_id: uuid.UUID, size: int) -> None:
    used, files = StoredFile.objects.owned_by(organisation_id).uploaded().usage()
    if files >= LIMITS.organisation_files:
        raise DomainError(
            _(
                "組織で保管できるファイルは%(max)s件までです。すでに%(max)s件あるため、保存できません。事務局に相談してください。"
            )
            % {"max": f"{LIMITS.organisation_files:,}"}
        )
    if used + size > LIMITS.organisation_bytes:
        raise DomainError(
            _(
                "組織の保管容量（%(max)s）を超えるため、保存できません。いま%(used)sを使っています。事務局に相談してください。"
            )
            % {
                "max": filesize_ja(LIMITS.organisation_bytes),
                "used": filesize_ja(used),
            }
        )


def _new_number(form: FormSpec, now: datetime) -> str:
    """Letter of the form, day in Japan, and six random characters, which tell nothing about how many there are."""
    tail = "".join(secrets.choice(_NUMBER_ALPHABET) for _index in range(_NUMBER_LENGTH))
    return f"{form.letter}-{jst_date(now):%Y%m%d}-{tail}"


def _enqueue(document: Document, actor: User) -> Job:
    return jobs.enqueue(
        tasks.render,
        subject=_job_subject(document),
        requested_by=actor,
        document_id=str(document.pk),
    )


def _job_subject(document: Document) -> str:
    return f"document:{document.pk}"


def _typeset(document: Document) -> Rendered:
    html = paper_html(document)
    _tell(document, 5, _("版面を組んでいます"))
    return pdf.render(
        html=html,
        identifier=document.number,
        issued_at=document.created_at,
        data=document.data,
        on_page=_page_teller(document, len(html)),
    )


# About this many characters of HTML fill a page, measured on full declarations; only the progress bar depends on it.
_HTML_PER_PAGE = 4_600
_PAGES_PER_NOTE = 5


def _page_teller(document: Document, length: int) -> Callable[[int], None]:
    expected = max(1, length // _HTML_PER_PAGE)

    def on_page(page: int) -> None:
        if page % _PAGES_PER_NOTE == 1:
            percent = min(85, 10 + 75 * page // expected)
            _tell(document, percent, _("%(page)dページ目を組んでいます") % {"page": page})

    return on_page


def _tell(document: Document, percent: int, text: str) -> None:
    jobs.progress(tasks.render.kind, _job_subject(document), percent, text)


@transaction.atomic
def _issue(document: Document, rendered: Rendered) -> None:
    """Bytes first, then the rows. Whoever comes second finds the document issued and changes nothing."""
    locked = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
    if locked.state == DocumentState.ISSUED:
        return
    locked.file = store_issued(
        content=rendered.content,
        label=f"{form_of(locked.form).title}_{locked.number}.pdf",
        organisation_id=locked.organisation_id,
    )
    locked.pages, locked.issued_at = rendered.pages, timezone.now()
    locked.state = DocumentState.ISSUED
    locked.save(update_fields=["file", "pages", "issued_at", "state"])


@transaction.atomic
def _mark_failed(document: Document) -> None:
    locked = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
    if locked.state == DocumentState.PENDING:
        locked.state = DocumentState.FAILED
        locked.save(update_fields=["state"])
