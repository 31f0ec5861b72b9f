"""What a statement inherits: the service that it names, on every page and in every act that touches statements."""

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.exceptions import DomainError
from declarations.documents import declaration_data
from declarations.enums import BatchKind
from declarations.models import Declaration, StatementHistory
from declarations.selectors.frozen import FrozenDeclaration
from declarations.selectors.rows import editor_rows
from declarations.selectors.statement import changes_of
from declarations.services.batches import undo_batch
from declarations.services.confirming import confirm_statements
from declarations.services.declaration import create_declaration, revise_declaration
from declarations.services.fixing import fix_declaration, submit_declaration
from declarations.services.listed_services import end_listing, follow_register
from tests.accounts.factories import person
from tests.declarations import builders
from tests.declarations.builders import END, START, inherit, listed
from tests.declarations.workbooks import press_apply, save, statement, typed

pytestmark = pytest.mark.django_db
A, B = "9.2.3.2", "9.2.3.10"
NEXT = (date(2026, 4, 1), date(2027, 3, 31))


@pytest.fixture
def members():
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


@pytest.fixture
def base():
    return listed()


@pytest.fixture
def editor(client, members):
    client.force_login(members.editor)
    return client


def ended(base, last_day):
    """The secretariat records that the service has left the list."""
    return end_listing(
        listed_id=base.pk,
        actor=person("secretariat"),
        version=base.row_version,
        last_day=last_day,
        reason="廃止の公表を確認",
    )


def put(row, base):
    """Past the services."""
    row.base_service = base
    with transaction.atomic():
        row.save(update_fields=["base_service"])


class TestNaming:
    def test_a_service_listed_over_the_period_can_be_named(self, draft, members, base):
        inherit(draft, members.editor, base, A, adoption="adopted")
        row = next(row for row in editor_rows(draft) if row.number == A)
        assert "継承：見本基盤クラウド" in row.facts
        assert row.state == "complete"

    @pytest.mark.parametrize(
        "days",
        [
            {"since": date(2025, 4, 2)},
            {"until": date(2026, 3, 30)},
            {"until": date(2025, 3, 31)},
        ],
    )
    def test_one_that_missed_a_day_is_refused_by_service_and_database(self, draft, members, days):
        base = listed(**days)
        with pytest.raises(DomainError, match="監査対象期間を通してリストに掲載されていない"):
            inherit(draft, members.editor, base, A)
        with pytest.raises(IntegrityError, match="statement_base_listed_over_period"):
            put(statement(draft, A), base)

    def test_exactly_the_period_is_enough(self, draft, members):
        base = listed(since=START, until=END)
        inherit(draft, members.editor, base, A)
        put(statement(draft, B), base)

    def test_a_service_inherits_nothing_from_itself(self, editor, draft, members):
        own = follow_register(
            cloud_service_id=draft.service_id, number="見本-L1", name="自分", provider_name="見本",
            listed_from=START, listed_until=None, at=timezone.now(),
        )  # fmt: skip
        with pytest.raises(DomainError, match="サービス自身"):
            inherit(draft, members.editor, own, A)
        with pytest.raises(IntegrityError, match="statement_base_listed_over_period"):
            put(statement(draft, A), own)
        page = editor.get(reverse("declarations:statement", args=[draft.pk, A])).text
        assert "見本-L1" not in page

    @pytest.mark.parametrize("key", ["x", "00000000-0000-0000-0000-000000000000"])
    def test_an_unknown_service_is_refused(self, draft, members, key):
        edit = builders.StatementEdit(A, 1, {"base_service": key})
        with pytest.raises(DomainError, match="一覧から選び直して"):
            builders.save_statements(declaration_id=draft.pk, actor=members.editor, edits=[edit])

    def test_a_row_whose_service_left_can_still_be_written(self, draft, members, base):
        inherit(draft, members.editor, base, A)
        gone = ended(base, date(2025, 12, 31))

        inherit(draft, members.editor, gone, A, inherited_note="分担を見直し中")
        assert statement(draft, A).inherited_note == "分担を見直し中"
        with pytest.raises(DomainError):
            inherit(draft, members.editor, gone, B)
        inherit(draft, members.editor, None, A)
        assert statement(draft, A).base_service is None

    def test_history_names_the_service_as_it_was(self, draft, members, base):
        inherit(draft, members.editor, base, A)
        line = StatementHistory.objects.latest("pk")
        (change,) = changes_of(line)
        assert (change.label, change.before, change.after) == (
            "基盤クラウドサービス", "なし", "見本-C1 見本基盤クラウド",
        )  # fmt: skip
        assert line.changes["base_service_id"] == ["", str(base.pk)]


class TestPanel:
    def test_it_offers_what_was_listed_over_the_period(self, editor, draft, base):
        listed("見本-C2", "途中で外れた基盤", until=date(2025, 12, 31))
        page = editor.get(reverse("declarations:statement", args=[draft.pk, A])).text
        assert "見本-C1 見本基盤クラウド" in page
        assert "途中で外れた基盤" not in page

    def test_it_keeps_offering_what_the_row_names(self, editor, draft, members, base):
        inherit(draft, members.editor, base, A)
        ended(base, date(2025, 12, 31))
        where = reverse("declarations:statement", args=[draft.pk, A])
        assert f'value="{base.pk}" selected' in editor.get(where).text
        sent = {"version": 2, "base_service": str(base.pk), "reason": "残す"}
        assert editor.post(where, sent).status_code == 302

    def test_without_any_it_says_whom_to_ask(self, editor, draft):
        page = editor.get(reverse("declarations:statement", args=[draft.pk, A])).text
        assert "選べるサービスがまだありません" in page
        assert "事務局に連絡" in page

    def test_two_people_see_both_services_by_name(self, editor, draft, members, base):
        other = listed("見本-C2", "別の基盤")
        inherit(draft, members.approver, other, A)
        where = reverse("declarations:statement", args=[draft.pk, A])
        sent = {"version": 1, "base_service": str(base.pk)}
        answer = editor.post(where, sent, headers={"HX-Request": "true"})
        assert answer.status_code == 409
        assert f'data-value="{other.pk}"' in answer.text
        for words in ("見本基盤クラウド", "別の基盤"):
            assert words in answer.text

    def test_the_overview_finds_rows_by_their_service(self, editor, draft, members, base):
        other = listed("見本-C2", "別の基盤")
        inherit(draft, members.editor, base, A)
        inherit(draft, members.editor, other, B)
        where = reverse("declarations:overview", args=[draft.pk])
        assert editor.get(where, {"inherited": "any"}).context["shown"] == 2
        found = editor.get(where, {"inherited": str(base.pk)})
        assert found.context["shown"] == 1
        assert "継承：見本基盤クラウド" in found.text
        assert "条件に" in editor.get(where, {"inherited": "x"}).text


class TestManyRows:
    def bulk(self, editor, draft, **data):
        where = reverse("declarations:bulk-edit", args=[draft.pk])
        return editor.post(where, {"numbers": f"{A} {B}", "step": "check"} | data)

    def test_bulk_edit_names_it_everywhere_and_undoing_takes_it_back(self, editor, draft, base):
        data = {"base_mode": "replace", "base": str(base.pk)}
        check = self.bulk(editor, draft, **data)
        assert "なし → 見本-C1 見本基盤クラウド" in check.text
        confirm = check.context["confirm"].initial
        key = check.context["confirm"].fields["batch"].initial()
        self.bulk(editor, draft, **data, step="apply", rows=confirm["rows"], batch=str(key))

        assert statement(draft, A).base_service == statement(draft, B).base_service == base
        batch = draft.batches.get()
        assert "見本-C1 見本基盤クラウド" in batch.summary
        undo_batch(batch_id=batch.pk, actor=draft.batches.get().actor)
        assert statement(draft, A).base_service is None

    @pytest.mark.parametrize("by", ["bulk edit", "workbook"])
    def test_undoing_gives_back_a_service_that_has_left_since(
        self, editor, draft, members, base, by
    ):
        other = listed("見本-C2", "別の基盤")
        inherit(draft, members.editor, base, A, individual_control="前の文")
        if by == "workbook":
            cells = {
                (A, "基盤クラウドサービス"): str(other),
                (A, "個別管理策"): "新しい文",
                (B, "基盤クラウドサービス"): str(other),
            }
            press_apply(editor, typed(editor, draft, cells))
        else:
            data = {
                "base_mode": "replace",
                "base": str(other.pk),
                "text_mode": "replace",
                "text": "新しい文",
            }
            confirm = self.bulk(editor, draft, **data).context["confirm"]
            key = str(confirm.fields["batch"].initial())
            self.bulk(editor, draft, **data, step="apply", rows=confirm.initial["rows"], batch=key)
        assert statement(draft, A).base_service == statement(draft, B).base_service == other
        ended(base, date(2025, 12, 31))

        undone = undo_batch(batch_id=draft.batches.get().pk, actor=members.editor)

        row = statement(draft, A)
        assert (row.base_service, row.individual_control) == (base, "前の文")
        assert statement(draft, B).base_service is None
        assert (undone.batch.rows, undone.left) == (2, ())

    def test_only_an_undo_names_again_what_has_left(self, draft, members, base):
        inherit(draft, members.editor, base, A)
        inherit(draft, members.editor, None, A)
        gone = ended(base, date(2025, 12, 31))
        for number in (A, B):
            with pytest.raises(DomainError, match="掲載されていないため選べません"):
                inherit(draft, members.editor, gone, number)
        # The database knows what a row has named, and holds every other to the list.
        with pytest.raises(IntegrityError, match="statement_base_listed_over_period"):
            put(statement(draft, B), gone)
        put(statement(draft, A), gone)

    def test_a_refused_undo_does_not_speak_of_input(self, editor, draft, members, base):
        edits = [builders.StatementEdit(A, 1, {"base_service": str(base.pk)})]
        saved = builders.save_statements(
            declaration_id=draft.pk, actor=members.editor, edits=edits, kind=BatchKind.BULK_EDIT
        )
        inherit(draft, members.editor, None, A)
        answer = editor.post(reverse("declarations:batch-undo", args=[draft.pk, saved.batch]))
        assert answer.status_code == 422
        assert "取り消せませんでした" in answer.text
        assert "入力内容を確かめてください" not in answer.text

    def test_what_is_not_selected_inherits_nothing(self, editor, draft, members, base):
        inherit(draft, members.editor, base, A, adoption="not_selected", reason="提供していない")
        row = next(row for row in editor_rows(draft) if row.number == A)
        assert "継承" not in row.facts
        where = reverse("declarations:overview", args=[draft.pk])
        assert "継承：" not in editor.get(where, {"adoption": "not_selected"}).text
        for asked in ("any", str(base.pk)):
            assert editor.get(where, {"inherited": asked}).context["shown"] == 0

    def test_bulk_edit_gives_no_service_to_what_is_not_selected(self, editor, draft, members, base):
        gives = {"base_mode": "replace", "base": str(base.pk)}
        refused = self.bulk(
            editor, draft, adoption="not_selected", reason="提供していない", **gives
        )
        assert refused.status_code == 422
        assert "選択しない項目には基盤クラウドサービスを付けられません" in refused.text
        takes = {"adoption": "not_selected", "reason": "提供していない", "base_mode": "replace"}
        assert self.bulk(editor, draft, **takes).status_code == 200

        save(draft, members.editor, A, adoption="not_selected", reason="提供していない")
        plan = self.bulk(editor, draft, **gives).context["plan"]
        assert ([row.number for row in plan.rows], [row.number for row in plan.left_out]) == (
            [B],
            [A],
        )

    def test_a_workbook_takes_number_or_name(self, editor, draft, members, base):
        other = listed("見本-C2", "別の基盤")
        inherit(draft, members.editor, base, "3.1.2.1")
        imported = typed(
            editor,
            draft,
            {
                (A, "基盤クラウドサービス"): " 見本-Ｃ１ ",
                (B, "基盤クラウドサービス"): "別の 基盤",
                ("3.1.2.1", "基盤クラウドサービス"): "",
            },
        )
        press_apply(editor, imported)
        assert statement(draft, A).base_service == base
        assert statement(draft, B).base_service == other
        assert statement(draft, "3.1.2.1").base_service is None

    def test_a_workbook_with_the_name_of_yesterday_changes_nothing(
        self, editor, draft, members, base
    ):
        inherit(draft, members.editor, base, A)
        imported = typed(editor, draft, {(A, "基盤クラウドサービス"): "見本-C1 前の名前"})
        preview = editor.get(imported.get_absolute_url()).context["preview"]
        assert (preview.changed, preview.rejected) == ([], [])


class TestFixedAndAfter:
    @pytest.fixture
    def fixed(self, members, small_edition, base):
        written = builders.complete(members, small_edition)
        inherit(written, members.editor, base, A, inherited_note="物理的対策")
        submitted = submit_declaration(declaration_id=written.pk, actor=members.editor)
        return builders.approved(submitted, members)

    def next_year(self, fixed, members) -> Declaration:
        return create_declaration(
            service_id=fixed.service_id,
            actor=members.editor,
            edition_id=fixed.edition_id,
            period_start=NEXT[0],
            period_end=NEXT[1],
            carry_from=fixed.pk,
        )

    def test_the_snapshot_names_the_service_and_its_place_on_the_list(self, fixed, base):
        content = json.loads(bytes(fixed.snapshot.content))
        row = next(row for row in content["statements"] if row["number"] == A)
        assert content["schema"] == "ismap-liu/declaration/3"
        assert row["base_service"] == {
            "list_name": "ismap", "number": "見本-C1", "name": "見本基盤クラウド",
            "provider_name": "見本基盤株式会社", "listed_from": "2022-04-01", "listed_until": None,
        }  # fmt: skip
        frozen = FrozenDeclaration(content).objectives("9.2")
        said = next(s for o in frozen for s in o.statements if s["number"] == A)
        assert (said["base_service"], said["inherited_note"]) == (str(base), "物理的対策")

    def test_the_paper_says_it_too_and_reads_older_snapshots(self, fixed, base):
        lines = json.dumps(declaration_data(fixed), ensure_ascii=False)
        assert f'"base_service": "{base}"' in lines
        old = FrozenDeclaration(
            {"exclusions": [], "objectives": [{"number": "9.2.3", "title": "", "section": "9.2"}],
             "statements": [{"objective": "9.2.3", "inherited_from": "昔の基盤"}]}
        )  # fmt: skip
        (said,) = old.objectives("9.2")[0].statements
        assert (said["base_service"], said["inherited_note"]) == ("昔の基盤", "")

    def test_a_revision_keeps_a_service_that_has_left_since(self, fixed, members, base):
        ended(base, date(2025, 12, 31))
        revised = revise_declaration(declaration_id=fixed.pk, actor=members.editor)
        assert statement(revised, A).base_service == base

    def test_next_year_carries_a_service_that_is_still_listed(self, fixed, members, base):
        row = statement(self.next_year(fixed, members), A)
        assert (row.base_service, row.inherited_note) == (base, "物理的対策")

    def test_next_year_leaves_out_one_that_has_left_and_says_so(self, fixed, members, base, editor):
        ended(base, date(2026, 6, 30))
        draft = self.next_year(fixed, members)
        assert statement(draft, A).base_service is None

        panel = editor.get(reverse("declarations:statement", args=[draft.pk, A])).text
        assert "前回は「見本-C1 見本基盤クラウド」から継承していました" in panel
        page = editor.get(reverse("declarations:carried", args=[draft.pk]))
        assert [row.number for row in page.context["page"].singly] == [A]
        assert "継承できなかったサービス：見本-C1" in page.text
        versions = dict(draft.statements.values_list("control__number", "row_version"))
        with pytest.raises(DomainError, match="1件ずつ確認"):
            confirm_statements(declaration_id=draft.pk, actor=members.editor, versions=versions)
        confirm_statements(declaration_id=draft.pk, actor=members.editor, versions={A: 1})
        del versions[A]
        confirm_statements(declaration_id=draft.pk, actor=members.editor, versions=versions)

    def test_the_difference_names_both(self, fixed, members, base, editor):
        other = listed("見本-C2", "別の基盤")
        draft = self.next_year(fixed, members)
        assert list(draft.statements.changed_since_carried()) == []
        inherit(draft, members.editor, other, A)
        changed = draft.statements.changed_since_carried()
        assert [row.control.number for row in changed] == [A]
        page = editor.get(reverse("declarations:difference", args=[draft.pk]))
        (field,) = page.context["result"].rows[0].fields
        assert (field.before, field.after) == (str(base), str(other))
        inherit(draft, members.editor, None, A)
        assert draft.statements.changed_since_carried().count() == 1

    def test_leaving_after_the_period_warns_and_blocks_nothing(self, members, small_edition, base):
        written = builders.complete(members, small_edition)
        inherit(written, members.editor, base, A)
        ended(base, date(2025, 12, 31))
        submitted = submit_declaration(declaration_id=written.pk, actor=members.editor)
        fixed = fix_declaration(
            declaration_id=written.pk, actor=members.approver, version=submitted.row_version
        )
        assert fixed.is_frozen
