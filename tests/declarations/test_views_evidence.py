"""Files of a row over HTTP."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from declarations.models import StatementEvidence
from tests.declarations import builders
from tests.documents.files import pdf

FREE, SCRIPT = "9.2.3.2", {"HX-Request": "true"}


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


@pytest.fixture
def editor(client, members):
    client.force_login(members.editor)
    return client


def upload(client, declaration, *, headers=SCRIPT, name="点検記録.pdf", content=None, **sent):
    file = SimpleUploadedFile(name, pdf() if content is None else content)
    where = reverse("declarations:evidence-add", args=[declaration.pk, FREE])
    key = {"creation_key": str(uuid.uuid4())}
    return client.post(where, {"upload": file} | key | sent, headers=headers)


def of(name, tie):
    declaration = tie.statement.declaration_id
    return reverse(f"declarations:{name}", args=[declaration, tie.pk])


def test_upload_answers_the_list_with_size_digest_and_state(editor, draft):
    response = upload(editor, draft, note="第2四半期")

    tie = StatementEvidence.objects.get()
    assert response.status_code == 200
    for shown in ("点検記録.pdf", "第2四半期", tie.file.sha256[:8], "未検査", "追加しました"):
        assert shown in response.text
    assert "<html" not in response.text


def test_without_a_script_it_leads_back_to_the_page_of_the_row(editor, draft):
    response = upload(editor, draft, headers={})

    assert response.headers["Location"] == reverse("declarations:statement", args=[draft.pk, FREE])


@pytest.mark.parametrize("headers", [SCRIPT, {}])
@pytest.mark.parametrize(
    ("name", "content"), [("点検.pdf", b""), ("点検.pdf", b"<html>"), ("点検.exe", b"MZ")]
)
def test_refused_file_is_told_at_its_field(editor, draft, headers, name, content):
    response = upload(editor, draft, headers=headers, name=name, content=content)

    assert response.status_code == 422
    assert "field__error" in response.text
    assert not StatementEvidence.objects.exists()


def test_missing_file_is_told(editor, draft):
    where = reverse("declarations:evidence-add", args=[draft.pk, FREE])

    assert editor.post(where, {}, headers=SCRIPT).status_code == 422


def test_file_is_served_as_attachment_under_a_closed_policy(editor, draft):
    upload(editor, draft)

    response = editor.get(of("evidence", StatementEvidence.objects.get()))

    assert b"".join(response.streaming_content) == pdf()
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_file_is_taken_off_and_put_back(editor, draft):
    upload(editor, draft)
    tie = StatementEvidence.objects.get()

    removed = editor.post(of("evidence-remove", tie), headers=SCRIPT)
    assert "外しました" in removed.text
    assert "元に戻す" in removed.text
    restored = editor.post(of("evidence-restore", tie))

    assert restored.status_code == 302
    tie.refresh_from_db()
    assert tie.removed_at is None


@pytest.mark.parametrize("name", ["evidence", "evidence-remove", "evidence-restore"])
def test_strangers_get_404(client, editor, draft, name):
    upload(editor, draft)
    tie = StatementEvidence.objects.get()
    client.force_login(builders.team(name="別の見本組織").editor)
    method = client.get if name == "evidence" else client.post

    assert method(of(name, tie)).status_code == 404


def test_file_of_another_declaration_is_not_found(client, editor, draft, small_edition):
    upload(editor, draft)
    tie = StatementEvidence.objects.get()
    other = builders.team(name="別の見本組織")
    foreign = builders.draft(other, small_edition)
    client.force_login(other.editor)

    where = reverse("declarations:evidence", args=[foreign.pk, tie.pk])
    assert client.get(where).status_code == 404
    where = reverse("declarations:evidence-remove", args=[foreign.pk, tie.pk])
    assert client.post(where).status_code == 404


@pytest.mark.parametrize("headers", [SCRIPT, {}])
def test_fixed_declaration_keeps_its_files(editor, members, small_edition, headers):
    draft = builders.complete(members, small_edition)
    upload(editor, draft)
    tie = StatementEvidence.objects.get()
    builders.approved(
        builders.submit_declaration(declaration_id=draft.pk, actor=members.editor), members
    )

    response = editor.post(of("evidence-remove", tie), headers=headers, follow=True)

    tie.refresh_from_db()
    assert tie.removed_at is None
    assert "編集できません" in response.text
    assert upload(editor, draft, headers=headers).status_code == 422
    assert editor.get(of("evidence", tie)).status_code == 200


def test_staff_see_that_there_is_a_file_but_not_the_file(client, filed):
    declaration = filed.application.declaration
    client.force_login(filed.secretary)
    missing = reverse("declarations:evidence", args=[declaration.pk, declaration.pk])

    assert client.get(missing).status_code == 403
