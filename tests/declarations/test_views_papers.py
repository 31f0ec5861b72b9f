"""The 言明書 of a fixed declaration: asking for it, watching it, keeping the file."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.models import Job
from declarations.documents import DECLARATION_FORM, declaration_subject
from declarations.services.declaration import revise_declaration
from documents.models import Document
from tests.accounts.factories import person
from tests.counting import counted_queries
from tests.declarations.builders import complete, fixed, superseded, team

pytestmark = pytest.mark.django_db


def request_url(declaration):
    return reverse("declarations:document-request", args=[declaration.pk])


def paper_url(name, declaration, document):
    return reverse(f"declarations:document-{name}", args=[declaration.pk, document.pk])


@pytest.fixture
def members(db):
    return team()


@pytest.fixture
def declaration(members, small_edition):
    """A fixed declaration that the secretariat may read."""
    made = fixed(members, small_edition)
    made.reached_secretariat_at = made.fixed_at
    made.save(update_fields=["reached_secretariat_at"])
    return made


@pytest.fixture
def paper(client, members, declaration):
    """A 言明書 that was asked for."""
    client.force_login(members.editor)
    client.post(request_url(declaration))
    return Document.objects.get()


class TestRequest:
    def test_one_content_gives_one_paper(self, client, members, declaration):
        client.force_login(members.editor)
        answers = [client.post(request_url(declaration)) for _ in range(2)]

        paper = Document.objects.get()
        assert {answer.url for answer in answers} == {f"{declaration.get_absolute_url()}#documents"}
        assert (paper.form, paper.subject) == (
            DECLARATION_FORM.key,
            declaration_subject(declaration),
        )
        assert paper.data["snapshot_sha256"] == declaration.snapshot_sha256
        assert Job.objects.get().queue == "pdf"

    def test_while_it_is_made_no_second_is_offered(self, client, members, declaration, paper):
        page = client.get(declaration.get_absolute_url()).text
        assert paper.number in page
        assert f'action="{request_url(declaration)}"' not in page

    def test_a_draft_has_no_paper(self, client, members, small_edition):
        draft = complete(members, small_edition)
        client.force_login(members.editor)
        refused = client.post(request_url(draft))
        assert refused.status_code == 422
        assert "確定してから作成できます" in refused.text
        assert not Document.objects.exists()

    def test_an_old_version_keeps_its_paper(self, client, members, small_edition):
        old = superseded(members, small_edition)
        client.force_login(members.editor)
        client.post(request_url(old))
        assert Document.objects.get().data["snapshot_sha256"] == old.snapshot_sha256

    def test_strangers_and_readers(self, client, declaration):
        client.force_login(person(Role.CSP_EDITOR))
        assert client.post(request_url(declaration)).status_code == 404
        client.force_login(person(Role.SECRETARIAT))
        assert client.post(request_url(declaration)).status_code == 403
        assert client.get(request_url(declaration)).status_code == 405


class TestPaper:
    def test_its_row_is_asked_for_by_script(self, client, declaration, paper):
        address = paper_url("status", declaration, paper)
        row = client.get(address, headers={"HX-Request": "true"})
        assert (row.status_code, "<html" in row.text) == (200, False)
        assert paper.number in row.text
        assert client.get(address).url.endswith("#documents")

    def test_asking_how_far_it_is_reads_neither_snapshot_nor_data(self, client, declaration, paper):
        address = paper_url("status", declaration, paper)
        with counted_queries() as queries:
            client.get(address, headers={"HX-Request": "true"})
        # Session, person, membership, declaration, paper.
        assert len(queries) == 5
        assert not any(
            '"data"' in query or "snapshot" in query.partition("FROM")[2] for query in queries
        )

    def test_until_it_is_made_the_page_says_so(self, client, declaration, paper):
        answer = client.get(paper_url("download", declaration, paper), follow=True)
        assert "この帳票のファイルはまだありません" in answer.text

    def test_readers_may_keep_it_and_not_retry(self, client, declaration, paper):
        client.force_login(person(Role.SECRETARIAT))
        assert client.get(paper_url("download", declaration, paper)).status_code == 302
        assert client.post(paper_url("retry", declaration, paper)).status_code == 403

    def test_its_own_people_may_retry(self, client, declaration, paper):
        answer = client.post(paper_url("retry", declaration, paper))
        assert answer.url.endswith("#documents")

    @pytest.mark.parametrize("name", ["status", "download", "retry"])
    def test_strangers_find_nothing(self, client, declaration, paper, name):
        client.force_login(person(Role.CSP_APPROVER))
        address = paper_url(name, declaration, paper)
        answer = client.post(address) if name == "retry" else client.get(address)
        assert answer.status_code == 404

    def test_a_paper_belongs_to_its_declaration(self, client, members, declaration, paper):
        other = revise_declaration(declaration_id=declaration.pk, actor=members.editor)
        assert client.get(paper_url("download", other, paper)).status_code == 404
