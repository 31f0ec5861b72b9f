"""The 内部監査に係る報告書: what its data say, and that the paper can be read back."""

import pytest

from audits.documents.internal_audit import INTERNAL_AUDIT_FORM, internal_audit_data
from audits.models import CorrectiveAction, InternalAuditSubmission
from controls.rules import Rules
from documents import pdf
from documents.services import paper_html
from tests.audits.internal import CONTROL, TODAY, reported, running
from tests.documents import reading

pytestmark = pytest.mark.django_db


def test_the_paper_has_a_heading_for_every_field_of_the_form(small_edition):
    html = paper_html(reported(small_edition).run.document)
    fields = Rules.at(TODAY).value("form_fields")
    wanted = {row["field"] for row in fields if row["form"] == INTERNAL_AUDIT_FORM.title}
    assert len(wanted) == 11
    assert {field for field in wanted if field not in html} == set()


def test_what_was_approved_does_not_move_with_the_actions(small_edition):
    found = reported(small_edition)
    before = found.run.document.data
    found.finish(found.run.items.get(control__number=CONTROL).nonconformities.get().actions.get())
    found.run.refresh_from_db()
    assert found.run.document.data == before
    (line,) = internal_audit_data(found.run)["nonconformities"]
    assert line["actions"][0]["done_on"] == TODAY.isoformat()


def test_the_filed_record_counts_what_the_paper_shows(small_edition):
    found = reported(small_edition)
    found.verify(found.finish(CorrectiveAction.objects.get()))
    found.file()
    (line,) = found.run.document.data["nonconformities"]
    assert line["actions"][0]["verification"] == ""
    record = InternalAuditSubmission.objects.get()
    assert "是正処置が完了していない不適合は1件です" in record.summary
    assert record.summary.endswith(found.run.document.data["conclusion"])


def test_an_action_verified_before_the_approval_is_not_open_in_the_record(small_edition):
    found = running(small_edition, CONTROL, "9.2.3.10").test("9.2.3.10")
    found.verify(found.finish(found.answer(found.fail())))
    found.approve().issue().file()
    summary = InternalAuditSubmission.objects.get().summary
    assert "2項目を監査しました。適合1件、不適合1件、観察0件です。" in summary
    assert "是正処置が完了していない不適合は0件です" in summary


def test_the_data_before_the_approval_say_what_is_open(small_edition):
    data = internal_audit_data(running(small_edition, CONTROL).run)
    (section,) = data["sections"]
    assert section["items"][0]["result"] == "未確認"
    assert (data["approved_by"], data["audited_from"]) == ("", "")


def test_only_those_who_audited_something_are_named(small_edition):
    found = running(small_edition, CONTROL)
    assert found.run.auditors.count() == 2
    (line,) = internal_audit_data(found.run)["auditors"]
    assert (line["name"], line["items"]) == (found.auditor.name, 1)


@pytest.mark.pdf
def test_the_paper_can_be_read_back(small_edition):
    document = reported(small_edition).run.document
    made = pdf.render(
        html=paper_html(document),
        identifier=document.number,
        issued_at=document.created_at,
        data=document.data,
    )
    text = "".join(reading.page_texts(made.content))
    for words in (
        "棚卸しの記録に承認日がない。",
        "様式に欄がなかった。",
        "実施中（未完了）",
        "情報セキュリティ委員会",
    ):
        assert words in text
    assert reading.outline(made.content)[0][0] == "内部監査に係る報告書"
