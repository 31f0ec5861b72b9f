"""Uploading a workbook: who may, what is taken, and what is told while it is read and after."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core import jobs
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job
from declarations.models import WorkbookImport
from declarations.services import workbook as acts
from declarations.services.fixing import submit_declaration
from documents.enums import ImportState
from documents.uploads import check_upload
from tests.accounts.factories import person
from tests.declarations import builders
from tests.declarations.workbooks import (
    LINE,
    MAIN,
    NAME,
    brought,
    handmade,
    line,
    page,
    press_apply,
    taken,
)
from tests.documents.files import incompressible, pdf, uploaded

A, B = "9.2.3.2", "9.2.3.10"
TEXT, ADOPTION, REASON = "個別管理策", "採否", "選択しない理由"


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


class TestUpload:
    def test_an_untouched_workbook_changes_nothing(self, editor, draft):
        imported = brought(editor, draft, taken(editor, draft))
        shown = editor.get(imported.get_absolute_url())
        preview = shown.context["preview"]
        assert imported.state == ImportState.READY
        assert (preview.same, preview.missing, preview.changed) == (13, 0, [])
        assert "いまの言明と同じ内容です" in shown.text
        assert imported.is_own

    def test_while_it_is_read_the_page_asks_again(self, editor, draft):
        address = reverse("declarations:workbook-imports", args=[draft.pk])
        editor.post(address, {"upload": uploaded(NAME, taken(editor, draft))})
        imported = WorkbookImport.objects.get()
        assert "hx-trigger" in editor.get(imported.get_absolute_url()).text
        asked = editor.get(imported.get_absolute_url(), headers={"HX-Request": "true"})
        assert "<html" not in asked.text
        jobs.run(imported.job_id)
        done = editor.get(imported.get_absolute_url(), headers={"HX-Request": "true"})
        assert done["HX-Refresh"] == "true"

    def test_the_same_file_twice_is_one_import(self, editor, draft):
        content = taken(editor, draft)
        first, second = brought(editor, draft, content), brought(editor, draft, content)
        assert first == second
        assert Job.objects.filter(kind="declarations.read_workbook").count() == 1

    def test_uploads_are_found_again_on_the_page(self, editor, draft):
        brought(editor, draft, taken(editor, draft))
        listed = editor.get(reverse("declarations:workbook-imports", args=[draft.pk]))
        assert NAME in listed.text
        assert "確認待ち" in listed.text

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("言明.xls", b"x", "Excelブック（.xlsx）だけ"),
            ("言明.pdf", pdf(), "Excelブック（.xlsx）だけ"),
            ("言明.xlsx", b"PK\x03\x04", "壊れているか、開けない形式"),
        ],
    )
    def test_what_is_no_workbook_is_told_at_the_field(self, editor, draft, name, content, words):
        address = reverse("declarations:workbook-imports", args=[draft.pk])
        response = editor.post(address, {"upload": uploaded(name, content)})
        assert response.status_code == 422
        assert words in response.text
        assert not WorkbookImport.objects.exists()

    def test_nothing_chosen_is_told(self, editor, draft):
        address = reverse("declarations:workbook-imports", args=[draft.pk])
        assert editor.post(address).status_code == 422

    def test_a_file_that_cannot_be_read_says_why(self, editor, draft):
        imported = brought(editor, draft, handmade({"別名": page(line(2, LINE))}))
        assert imported.state == ImportState.REFUSED
        assert "シート「言明」がありません" in editor.get(imported.get_absolute_url()).text
        assert Job.objects.get(pk=imported.job_id).state == JobState.DONE

    def test_a_file_that_eats_memory_is_refused_with_a_sentence(self, editor, draft):
        # Three million short texts: noise enough to pass the gate, too many to keep.
        noise = incompressible(2 * 3_000_000).hex()
        texts = "".join(f"<si><t>{noise[at : at + 4]}</t></si>" for at in range(0, len(noise), 4))
        imported = brought(editor, draft, handmade(strings=f"<sst {MAIN}>{texts}</sst>"))
        assert imported.state == ImportState.REFUSED
        assert imported.refusal.startswith("処理に")

    def test_a_workbook_of_another_template_or_service_is_refused(
        self, editor, members, draft, small_edition
    ):
        facts = page(head=["書式の版", "99"])
        imported = brought(
            editor, draft, handmade({"言明": page(line(2, LINE)), "管理情報": facts})
        )
        assert "書式の版（99）は読み取れません" in imported.refusal
        other = builders.draft(
            members, small_edition, service=builders.service_of(members, name="別のサービス")
        )
        imported = brought(editor, draft, taken(editor, other))
        assert "ほかのサービスの言明" in imported.refusal

    def test_a_broken_reader_ends_in_a_sentence(self, editor, draft):
        address = reverse("declarations:workbook-imports", args=[draft.pk])
        editor.post(address, {"upload": uploaded(NAME, taken(editor, draft))})
        imported = WorkbookImport.objects.get()
        Job.objects.filter(pk=imported.job_id).update(
            state=JobState.DEAD, finished_at=timezone.now()
        )
        assert "内部の不具合" in editor.get(imported.get_absolute_url()).text

    def test_only_a_draft_takes_one(self, editor, members, small_edition):
        declaration = builders.complete(members, small_edition)
        content = taken(editor, declaration)
        waiting = brought(editor, declaration, content)
        submit_declaration(declaration_id=declaration.pk, actor=members.editor)
        address = reverse("declarations:workbook-imports", args=[declaration.pk])
        assert "承認者に差戻しを依頼" in editor.get(address).text
        response = editor.post(address, {"upload": uploaded("別.xlsx", content)})
        assert response.status_code == 422
        assert editor.get(waiting.get_absolute_url()).status_code == 200
        assert press_apply(editor, waiting).status_code == 422

    def test_others_find_nothing_and_may_do_nothing(self, client, members, draft, editor):
        imported = brought(editor, draft, taken(editor, draft))
        stranger = builders.team(name="別の事業者").editor
        client.force_login(stranger)
        assert client.get(imported.get_absolute_url()).status_code == 404
        with pytest.raises(PermissionDenied):
            acts.discard_import(import_id=imported.pk, actor=stranger)
        with pytest.raises(PermissionDenied):
            acts.start_import(
                declaration_id=draft.pk,
                actor=person(Role.SECRETARIAT),
                upload=check_upload(uploaded(NAME, handmade())),
            )

    def test_a_service_refuses_other_kinds(self, members, draft):
        with pytest.raises(DomainError, match="だけを取り込めます"):
            acts.start_import(
                declaration_id=draft.pk,
                actor=members.editor,
                upload=check_upload(uploaded("a.pdf", pdf())),
            )
