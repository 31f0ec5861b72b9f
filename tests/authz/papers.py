"""Issued papers: their names and contents are canaries, a short PDF stands for the typeset one."""

from typing import TYPE_CHECKING

from django.utils import timezone

from declarations.documents import DECLARATION_FORM, declaration_data, declaration_subject
from documents.models import Document
from documents.services import request_document, store_issued
from registrations.documents import APPLICATION_FORM, application_data, application_subject
from tests.authz.cases import Case
from tests.authz.people import OTHER
from tests.documents.files import pdf

if TYPE_CHECKING:
    from tests.authz.world import World

DECLARATION, APPLICATION = "declaration_paper", "application_paper"


def put_papers(world: "World") -> None:
    """言明書 and 登録申請書 in several states, one of each that could not be made, and one of the other provider."""
    for about, states in (
        (DECLARATION, ("fixed", "filed", "accepted")),
        (APPLICATION, ("filed", "accepted")),
    ):
        for state in states:
            case = world.cases[state]
            put_paper(world, about, state, case, case.readers(firm=False))
        put_paper(world, about, "other", world.other_cases["preparing"], OTHER)
        failed = _requested(about, world.cases["preparing"])
        failed.state = "failed"
        failed.save(update_fields=["state"])
        _put(world, about, "failed", world.cases["preparing"], failed)


def put_paper(world: "World", about: str, state: str, case: Case, readers: tuple[str, ...]) -> None:
    """One issued paper."""
    document = _requested(about, case)
    put_file(document, case, f"{about}-{state}", readers)
    _put(world, about, state, case, document)


def put_file(document: Document, case: Case, name: str, readers: tuple[str, ...]) -> None:
    """The document as issued, with a file that only these read."""
    document.file = store_issued(
        content=pdf(case.keep(f"{name}-bytes", readers).encode()),
        label=f"{case.keep(name, readers)}.pdf",
        organisation_id=document.organisation_id,
    )
    document.state, document.pages, document.issued_at = "issued", 1, timezone.now()
    document.save()


def _requested(about: str, case: Case) -> Document:
    if about == APPLICATION:
        form = APPLICATION_FORM
        subject, data = application_subject(case.application), application_data(case.application)
    else:
        form = DECLARATION_FORM
        subject, data = declaration_subject(case.declaration), declaration_data(case.declaration)
    return request_document(
        form=form,
        subject=subject,
        organisation_id=case.service.organisation_id,
        data=data,
        actor=case.party.approver,
    )


def _put(world: "World", about: str, state: str, case: Case, document: Document) -> None:
    if about == APPLICATION:
        world.put(about, state, pk=case.application.pk, paper=document.pk)
    else:
        world.put(about, state, pk=case.declaration.pk, document=document.pk)
