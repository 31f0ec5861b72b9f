"""登録申請書 as a PDF: asked for once, watched, taken, stale when the content moved."""

import pytest
from lxml import html

from core import jobs
from core.enums import JobState
from core.models import Job
from declarations.services.cloud_service import update_service
from documents.enums import DocumentState
from documents.models import Document
from documents.services import paper_html
from registrations.models import Application
from tests.accounts.factories import OrganisationFactory
from tests.counting import counted_queries
from tests.registrations.factories import SERVICE
from tests.registrations.pages import links, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(client, prepared):
    """Asks for the paper as the editor and gives what has been issued."""
    OrganisationFactory(committee=True)

    def ask() -> list[Document]:
        client.force_login(prepared.editor)
        response = client.post(url("request_paper", prepared.application.pk))
        assert response.url == f"{prepared.application.get_absolute_url()}#papers"
        return list(Document.objects.order_by("created_at"))

    return ask


def reworded(found, law: str) -> None:
    found.service.refresh_from_db()
    update_service(
        service_id=found.service.pk,
        actor=found.editor,
        version=found.service.row_version,
        facts={"governing_law": law},
    )


def test_asking_twice_gives_one_paper_and_one_job(papers):
    papers()
    (paper,) = papers()
    assert paper.state == DocumentState.PENDING
    assert Job.objects.filter(kind="documents.render").count() == 1


def test_the_paper_shows_what_is_filed_and_not_what_is_typed_later(papers, prepared):
    prepared.file(note="補足の一文")
    reworded(prepared, "書き換えた準拠法")
    (paper,) = papers()
    page = html.fromstring(paper_html(paper)).text_content()
    assert SERVICE["governing_law"] in page
    assert "補足の一文" in page
    assert "書き換えた準拠法" not in page


def test_a_paper_is_stale_when_the_content_moved(client, papers, prepared):
    (paper,) = papers()
    status = url("paper_status", prepared.application.pk, paper.pk)
    fragment = client.get(status, headers={"HX-Request": "true"})
    assert "作成中" in fragment.content.decode()
    with counted_queries() as queries:
        client.get(status, headers={"HX-Request": "true"})
    # Session, person, membership, application, paper.
    assert len(queries) == 5
    reworded(prepared, "書き換えた準拠法")
    assert len(papers()) == 2


def test_reviewers_see_papers_from_the_filing_on_and_ask_for_none(client, papers, prepared):
    (before,) = papers()
    prepared.file()
    (_before, after) = papers()
    client.force_login(prepared.secretary)
    application = prepared.application
    page = client.get(application.get_absolute_url())
    assert (after.number in text(page), before.number in text(page)) == (True, False)
    assert client.post(url("request_paper", application.pk)).status_code == 403
    for paper, status in ((before, 404), (after, 302)):
        assert client.get(url("paper_file", application.pk, paper.pk)).status_code == status
    assert client.post(url("retry_paper", application.pk, after.pk)).status_code == 403


def test_a_paper_belongs_to_its_application(client, papers, prepared):
    (paper,) = papers()
    prepared.withdraw()
    other = prepared.apply().application
    assert Application.objects.count() == 2
    client.force_login(prepared.editor)
    assert client.get(url("paper_file", other.pk, paper.pk)).status_code == 404


def test_a_failed_paper_is_tried_again(client, papers, prepared):
    (paper,) = papers()
    Job.objects.filter(pk=paper.job_id).update(state=JobState.DEAD, finished_at=paper.created_at)
    Document.objects.filter(pk=paper.pk).update(state=DocumentState.FAILED)
    page = client.get(prepared.application.get_absolute_url())
    assert "もう一度作る" in text(page)
    client.post(url("retry_paper", prepared.application.pk, paper.pk))
    paper.refresh_from_db()
    assert paper.state == DocumentState.PENDING


@pytest.mark.pdf
def test_the_paper_is_made_by_its_job_and_can_be_taken(client, papers, prepared):
    (paper,) = papers()
    jobs.run(paper.job_id)
    page = client.get(prepared.application.get_absolute_url())
    address = url("paper_file", prepared.application.pk, paper.pk)
    assert address in links(page)
    response = client.get(address)
    content = b"".join(response.streaming_content)
    assert content.startswith(b"%PDF")
    assert response["Content-Disposition"].startswith("attachment")
