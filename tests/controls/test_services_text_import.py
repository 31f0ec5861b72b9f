"""An official workbook from upload to texts in force."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import Role
from controls.enums import EditionState, TextImportState
from controls.models import ControlText, TextImport
from controls.selectors.text_import import guessed_columns, obstacles, text_report
from controls.services.text_import import apply_texts, read_workbook, upload_workbook
from core import jobs
from core.enums import JobState
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from documents.uploads import check_upload
from tests.accounts.factories import person
from tests.controls.factories import SMALL_CATALOGUE, load_text, small_edition
from tests.controls.workbooks import (
    COLUMNS,
    applied_import,
    apply,
    far_corner,
    job_of,
    official_rows,
    ready_import,
    sentence,
    uploaded_import,
    workbook,
)
from tests.documents.files import pdf, uploaded

pytestmark = pytest.mark.django_db

FREE = "9.2.3.10"


@pytest.fixture
def edition():
    return small_edition()


def report_of(made: TextImport):
    return text_report(made.edition, made.sheets.get(position=1), COLUMNS)


def text_of(edition, number=FREE) -> str:
    return edition.controls.get(number=number).texts.get(superseded_at__isnull=True).text


class TestUpload:
    def test_file_is_kept_and_read_by_the_worker(self, edition):
        made = uploaded_import(edition, workbook(official_rows(edition)))
        assert made.state == TextImportState.READING

        jobs.run(made.job_id)

        made.refresh_from_db()
        assert (made.state, job_of(made).state) == (TextImportState.READY, JobState.DONE)
        assert [sheet.name for sheet in made.sheets.all()] == ["表紙", "管理策基準"]
        assert made.file.organisation_id == made.created_by.organisation_id

    def test_double_click_is_one_import(self, edition):
        content, actor = workbook(official_rows(edition)), person(Role.SECRETARIAT)
        first = uploaded_import(edition, content, actor=actor)
        assert uploaded_import(edition, content, actor=actor) == first

    def test_reading_twice_keeps_the_cells_once(self, edition):
        made = ready_import(edition)
        read_workbook(import_id=made.pk)
        assert made.sheets.count() == 2

    def test_what_cannot_be_read_is_refused_with_the_reason(self, edition):
        rows = [["番号"]] + [[str(number)] for number in range(20_001)]
        made = ready_import(edition, rows)
        assert made.state == TextImportState.REFUSED
        assert "行か文字が多すぎます" in made.problem
        with pytest.raises(TransitionNotAllowedError):
            apply_texts(
                import_id=made.pk, position=1, columns=COLUMNS, seen="",
                actor=person(Role.SECRETARIAT),
            )  # fmt: skip

    def test_a_cell_in_the_far_corner_ends_in_a_refusal(self, edition):
        made = uploaded_import(edition, far_corner())
        read_workbook(import_id=made.pk)
        made.refresh_from_db()
        assert made.state == TextImportState.REFUSED
        assert "メモリーが上限を超えた" in made.problem

    def test_other_kinds_and_draft_editions_are_refused(self, edition):
        actor = person(Role.SECRETARIAT)
        with pytest.raises(DomainError, match="Excelブック"):
            upload_workbook(
                edition_id=edition.pk, upload=check_upload(uploaded("a.pdf", pdf())), actor=actor
            )
        draft = load_text(SMALL_CATALOGUE, code="見本-2")
        assert draft.state == EditionState.DRAFT
        with pytest.raises(DomainError, match="公開した版"):
            uploaded_import(draft, workbook([["5.1", "文"]]), actor=actor)

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
    def test_only_the_secretariat_uploads_and_applies(self, edition, role):
        with pytest.raises(PermissionDenied):
            uploaded_import(edition, workbook([["5.1", "文"]]), actor=person(role))
        with pytest.raises(PermissionDenied):
            apply(ready_import(edition), actor=person(role))


class TestReport:
    def test_says_what_matches_and_what_does_not(self, edition):
        rows = official_rows(edition)
        rows = [row for row in rows if row[1] != f"A.{FREE}"]
        rows += [["", "9.2.3.1", "欠番の疑い"], ["", "99.1", "版にない"], ["", "注記", "説明"]]
        report = report_of(ready_import(edition, rows))

        assert (len(report.added), report.changed, report.same) == (19, (), ())
        assert [row.number for row in report.without] == [FREE]
        assert [(row.number, row.is_detail) for row in report.unknown] == [
            ("9.2.3.1", True),
            ("99.1", False),
        ]
        assert report.gaps == ("9.2.3.1",)
        assert [fault.cell for fault in report.faults] == ["B24"]

    def test_columns_are_guessed_from_what_stands_in_them(self, edition):
        sheet = ready_import(edition).sheets.get(position=1)
        assert guessed_columns(sheet) == COLUMNS

    def test_needs_two_queries(self, edition, django_assert_num_queries):
        sheet = ready_import(edition).sheets.get(position=1)
        with django_assert_num_queries(2):
            text_report(edition, sheet, COLUMNS)


class TestApply:
    def test_texts_are_in_force_and_the_act_is_recorded(self, edition):
        made = applied_import(edition)

        assert text_of(edition) == sentence(FREE)
        assert (made.state, made.counts["added"], made.counts["details"]) == ("applied", 20, 13)
        assert not made.sheets.exists()
        entry = edition.history.last()
        assert (entry.action, entry.actor) == ("texts_imported", made.applied_by)
        assert "追加20件" in entry.reason

    def test_a_later_file_supersedes_what_it_changes_and_keeps_it(self, edition):
        applied_import(edition)
        made = applied_import(edition, official_rows(edition, **{FREE: "見本の文を改めた。"}))

        assert (made.counts["added"], made.counts["changed"], made.counts["same"]) == (0, 1, 19)
        assert text_of(edition) == "見本の文を改めた。"
        old = edition.controls.get(number=FREE).texts.get(superseded_at__isnull=False)
        assert old.text == sentence(FREE)
        assert ControlText.objects.count() == 21

    def test_other_blanks_and_widths_are_the_same_text(self, edition):
        applied_import(edition)
        spaced = sentence(FREE).replace("、", "、 \n").replace("9", "９")
        made = applied_import(edition, official_rows(edition, **{FREE: spaced}))
        assert (made.counts["changed"], made.counts["same"]) == (0, 20)

    def test_texts_that_changed_since_the_report_are_a_conflict(self, edition):
        made = ready_import(edition)
        seen = report_of(made).fingerprint
        applied_import(edition, official_rows(edition, **{FREE: "ほかの人の文"}))
        with pytest.raises(EditConflictError):
            apply(made, seen=seen)
        assert text_of(edition) == "ほかの人の文"

    def test_nothing_is_applied_twice(self, edition):
        made = applied_import(edition)
        with pytest.raises(TransitionNotAllowedError):
            apply_texts(
                import_id=made.pk, position=1, columns=COLUMNS, seen="",
                actor=person(Role.SECRETARIAT),
            )  # fmt: skip

    def test_a_sheet_without_any_known_number_is_refused(self, edition):
        made = ready_import(edition, [["", ""], ["", ""], ["", "99.1", "版にない"]])
        with pytest.raises(DomainError, match="1件もありません"):
            apply(made)
        assert not ControlText.objects.exists()

    def test_a_whole_file_is_no_obstacle_and_a_short_one_is(self, edition):
        assert obstacles(applied_import(edition)) == {}
        rows = [*official_rows(edition)[:-1], ["", "9.2.3.1", "欠番の疑い"], ["", "5.1.1.x", "文"]]
        assert obstacles(applied_import(edition, rows)) == {
            "details_without": 1,
            "unknown_details": 1,
            "hidden_numbers": 1,
        }

    def test_cost_does_not_grow_with_the_texts(self, edition, django_assert_num_queries):
        actor = person(Role.SECRETARIAT)
        short = ready_import(edition, official_rows(edition)[:6], actor=actor)
        seen = report_of(short).fingerprint
        with django_assert_num_queries(14):
            apply(short, actor=actor, seen=seen)
        long = ready_import(edition, actor=actor)
        seen = report_of(long).fingerprint
        with django_assert_num_queries(14):
            apply(long, actor=actor, seen=seen)


def test_database_ties_state_and_facts(edition):
    made = ready_import(edition)
    for wrong in (
        {"state": TextImportState.APPLIED},
        {"applied_at": timezone.now(), "applied_by": made.created_by},
        {"problem": "理由"},
        {"state": TextImportState.REFUSED},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            TextImport.objects.filter(pk=made.pk).update(**wrong)


def test_database_keeps_one_text_in_force(edition):
    applied_import(edition)
    row = ControlText.objects.first()
    with pytest.raises(IntegrityError, match="one_current"), transaction.atomic():
        ControlText.objects.create(
            control=row.control, text="別の文", digest="0" * 64, source_sha256="0" * 64,
            imported_by=row.imported_by, imported_at=row.imported_at,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_leave_one_text_for_each_control(edition):
    people = [person(Role.SECRETARIAT), person(Role.SECRETARIAT)]
    made = [
        ready_import(edition, official_rows(edition, **{FREE: text}), actor=actor)
        for text, actor in zip(("一方の文", "他方の文"), people, strict=True)
    ]
    seen = [report_of(row).fingerprint for row in made]
    barrier, refused = threading.Barrier(2), []

    def act(number):
        barrier.wait()
        try:
            apply(made[number], actor=people[number], seen=seen[number])
        except EditConflictError:
            refused.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert ControlText.objects.count() == 20
    assert edition.history.filter(action="texts_imported").count() == 1
