"""Workbooks of working papers that are refused, and who gets none."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from audits.models import TestImport
from audits.services import workbook as acts
from audits.workbook.sheet import LAYOUT
from core.exceptions import DomainError
from documents.enums import ImportState
from documents.uploads import check_upload
from tests.audits.factories import audit, auditor_of
from tests.audits.papers import EVERY, Papers, declared, papers
from tests.audits.reports import NUMBERS, ready
from tests.audits.workbooks import (
    NAME,
    brought,
    handmade,
    press_apply,
    retyped,
    taken,
    typed,
)
from tests.declarations import workbooks
from tests.documents.files import pdf, uploaded

pytestmark = pytest.mark.django_db
SIZE, NOTES, DESIGN, OPERATING = "population_size", "notes", "design_result", "operating_result"


@pytest.fixture
def found(small_edition):
    return papers(small_edition).scope()


@pytest.fixture
def auditor(client, found):
    client.force_login(found.auditor)
    return client


class TestRefusals:
    def test_the_same_file_twice_is_one_import(self, auditor, found):
        content = taken(auditor, found)
        assert brought(auditor, found, content) == brought(auditor, found, content)

    def test_a_file_of_another_engagement_is_refused(self, auditor, found, small_edition, client):
        provider = found.audit.declaration.service.organisation
        again = declared(audit(small_edition, organisation=provider, name="別のサービス"))
        engagement = again.commission().accept().engagement
        other = Papers(again, engagement, auditor_of(engagement)).scope()
        client.force_login(other.auditor)
        content = taken(client, other)
        client.force_login(found.auditor)
        imported = brought(client, found, content)
        assert imported.state == ImportState.REFUSED
        assert "ほかの監査業務から" in client.get(imported.get_absolute_url()).text

    def test_a_workbook_of_statements_is_no_workbook_of_papers(self, auditor, found):
        imported = brought(auditor, found, workbooks.handmade())
        assert "シート「監査手続」がありません" in imported.refusal

    def test_another_template_is_refused_by_name(self, auditor, found):
        content = workbooks.handmade(
            {
                LAYOUT.sheet: workbooks.page(
                    workbooks.line(2, [EVERY]),
                    head=[LAYOUT.headers[name] for name in ("number", *LAYOUT.typed)],
                ),
                "管理情報": workbooks.page(head=["書式の版", "99"]),
            }
        )
        assert "書式の版（99）は読み取れません" in brought(auditor, found, content).refusal

    def test_after_the_report_nothing_comes_back(self, auditor, found):
        stays_closed(auditor, found, EVERY, lambda: found.audit.file_report())

    def test_under_a_signed_report_nothing_comes_back(self, client, small_edition):
        case = ready(small_edition)
        client.force_login(case.preparer)
        stays_closed(client, case, NUMBERS[0], lambda: case.prepare().review().sign())

    def test_other_kinds_are_refused(self, auditor, found):
        upload = check_upload(uploaded("a.pdf", pdf()))
        with pytest.raises(DomainError, match="だけを取り込めます"):
            acts.start_import(**found.by(), upload=upload)

    def test_the_provider_and_who_is_not_confirmed_get_nothing(self, auditor, found, client):
        imported = typed(auditor, found, {(EVERY, NOTES): "監査法人だけの記録"})
        upload = check_upload(uploaded(NAME, handmade([EVERY])))
        for person in (found.audit.editor, found.audit.approver):
            client.force_login(person)
            for name in ("fieldwork_workbook", "fieldwork_imports"):
                address = reverse(f"audits:{name}", args=[found.engagement.pk])
                assert client.get(address).status_code == 403
            assert client.get(imported.get_absolute_url()).status_code == 403
            with pytest.raises(PermissionDenied):
                acts.start_import(**found.by(person), upload=upload)
            with pytest.raises(PermissionDenied):
                acts.discard_import(import_id=imported.pk, actor=person)

    @pytest.mark.parametrize(
        "wrong",
        [{"state": "applied"}, {"written": {"1": {}}}, {"undone_at": "2026-04-01T00:00Z"}],
    )
    def test_the_database_keeps_state_and_facts_together(self, auditor, found, wrong):
        imported = typed(auditor, found, {(EVERY, NOTES): "文"})
        with pytest.raises(IntegrityError), transaction.atomic():
            TestImport.objects.filter(pk=imported.pk).update(**wrong)


def stays_closed(client, found, number, end):
    """A workbook that waits when the papers are closed is not applied, and another one is not taken."""
    content = taken(client, found)
    imported = brought(client, found, retyped(content, {(number, NOTES): "文"}))
    shown = client.get(imported.get_absolute_url())
    end()
    address = reverse("audits:fieldwork_imports", args=[found.engagement.pk])
    assert client.get(address).context["closed"]
    answer = client.post(address, {"upload": uploaded("別.xlsx", content)})
    assert answer.status_code == 422
    assert press_apply(client, imported, shown).status_code == 422
    assert "この内容で取り込む" not in client.get(imported.get_absolute_url()).text
