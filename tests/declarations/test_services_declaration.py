"""Opening a declaration, revising it, editing its body."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.enums import Role
from controls.models import Control
from core.exceptions import DomainError, EditConflictError
from declarations.enums import Adoption, DeclarationAction, DeclarationState
from declarations.models import Declaration, Statement
from declarations.periods import PeriodError
from declarations.services.declaration import (
    create_declaration,
    edit_declaration,
    revise_declaration,
)
from declarations.services.exclusions import exclude_objective
from declarations.services.fixing import submit_declaration
from tests.accounts.factories import person
from tests.controls.factories import CatalogueEditionFactory
from tests.declarations.builders import (
    BODY,
    END,
    START,
    answer,
    approved,
    complete,
    draft,
    fixed,
    service_of,
    superseded,
    team,
    waiting,
)


def open_for(service, actor, edition, start=START, end=END):
    return create_declaration(
        service_id=service.pk,
        actor=actor,
        edition_id=edition.pk,
        period_start=start,
        period_end=end,
    )


@pytest.mark.django_db
class TestCreate:
    def test_every_detail_of_the_edition_gets_an_empty_statement(self, small_edition):
        members = team()
        declaration = draft(members, small_edition)

        details = set(Control.objects.filter(edition=small_edition).details())
        rows = declaration.statements.select_related("control")
        assert {row.control for row in rows} == details
        assert {(row.adoption, row.row_version) for row in rows} == {(Adoption.UNDECIDED, 1)}
        assert (declaration.version, declaration.state) == (1, DeclarationState.DRAFT)
        line = declaration.history.get()
        assert (line.action, line.actor) == (DeclarationAction.OPENED, members.editor)

    @pytest.mark.parametrize("role", Role)
    def test_only_people_of_the_provider_may(self, small_edition, role):
        service = service_of(team())
        with pytest.raises(PermissionDenied):
            open_for(service, person(role), small_edition)
        assert not Declaration.objects.exists()

    @pytest.mark.parametrize(
        ("end", "field"),
        [
            (date(2025, 6, 29), "period_end"),
            (date(2026, 4, 1), "period_end"),
            (date(2024, 4, 1), "period_end"),
        ],
    )
    def test_the_length_is_checked_and_the_range_is_told(self, small_edition, end, field):
        members = team()
        with pytest.raises(PeriodError, match="3か月以上12か月以内") as caught:
            draft(members, small_edition, end=end)
        assert caught.value.field == field
        assert "令和7年6月30日から令和8年3月31日まで" in str(caught.value)

    @pytest.mark.parametrize("end", [date(2025, 6, 30), END])
    def test_the_shortest_and_the_longest_period_are_allowed(self, small_edition, end):
        assert draft(team(), small_edition, end=end).period_end == end

    @pytest.mark.parametrize(
        ("start", "sentence"),
        [
            (date(2026, 4, 2), "前の監査対象期間の翌日から"),
            (date(2026, 3, 31), "重なっています"),
        ],
    )
    def test_the_next_period_follows_without_gap_or_overlap(self, small_edition, start, sentence):
        members = team()
        service = service_of(members)
        fixed(members, small_edition, service=service)

        with pytest.raises(PeriodError, match=sentence) as caught:
            open_for(service, members.editor, small_edition, start, date(2026, 12, 31))
        assert caught.value.field == "period_start"
        assert "令和8年4月1日" in str(caught.value)
        following = open_for(
            service, members.editor, small_edition, date(2026, 4, 1), date(2027, 3, 31)
        )
        assert following.version == 1

    def test_asking_again_for_the_open_one_gives_it(self, small_edition):
        members = team()
        service = service_of(members)
        first = open_for(service, members.editor, small_edition)
        again = open_for(service, members.approver, small_edition)

        assert (again, Declaration.objects.count(), again.history.count()) == (first, 1, 1)

    def test_another_one_waits_until_the_open_one_is_fixed(self, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        with pytest.raises(DomainError, match="作成中の言明があります"):
            open_for(
                declaration.service,
                members.editor,
                small_edition,
                date(2026, 4, 1),
                date(2027, 3, 31),
            )

    def test_a_draft_edition_is_refused(self):
        with pytest.raises(DomainError, match="公開されている管理基準の版"):
            draft(team(), CatalogueEditionFactory())
        assert not Declaration.objects.exists()

    def test_the_database_allows_one_open_declaration_of_a_service(self, small_edition):
        declaration = draft(team(), small_edition)
        with (
            pytest.raises(IntegrityError, match="declaration_one_open_per_service"),
            transaction.atomic(),
        ):
            Declaration.objects.create(
                service=declaration.service,
                edition=small_edition,
                period_start=date(2026, 4, 1),
                period_end=date(2027, 3, 31),
                created_at=declaration.created_at,
            )


@pytest.mark.django_db(transaction=True)
def test_two_opened_at_once_are_one(small_edition):
    members = team()
    service = service_of(members)
    start, opened = threading.Barrier(2), []

    def click(actor):
        try:
            start.wait()
            opened.append(open_for(service, actor, small_edition).pk)
        finally:
            connection.close()

    people = (members.editor, members.approver)
    clicks = [threading.Thread(target=click, args=[actor]) for actor in people]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()

    declaration = Declaration.objects.get()
    assert opened == [declaration.pk] * 2
    details = Control.objects.filter(edition=small_edition).details().count()
    assert (declaration.statements.count(), declaration.history.count()) == (details, 1)


@pytest.mark.django_db
class TestRevise:
    def test_the_new_version_says_everything_that_the_old_one_says(self, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        answer(declaration, members.editor, not_selected=("6.1.1.1",))
        exclude_objective(
            declaration_id=declaration.pk,
            actor=members.editor,
            number="9.4.2",
            reason="ログオンの機能がないため。",
            version=0,
        )
        edit_declaration(declaration_id=declaration.pk, actor=members.editor, version=1, facts=BODY)
        submitted = submit_declaration(declaration_id=declaration.pk, actor=members.editor)
        old = approved(submitted, members)
        new = revise_declaration(declaration_id=old.pk, actor=members.approver)

        assert (new.version, new.state) == (2, DeclarationState.DRAFT)
        assert texts(new) == texts(old)
        assert {name: getattr(new, name) for name in BODY} == BODY
        assert list(new.exclusions.values_list("objective__number", "reason")) == [
            ("9.4.2", "ログオンの機能がないため。")
        ]
        assert new.history.get().actor == members.approver

    def test_asking_twice_gives_one_version(self, small_edition):
        members = team()
        old = fixed(members, small_edition)
        first = revise_declaration(declaration_id=old.pk, actor=members.editor)
        again = revise_declaration(declaration_id=old.pk, actor=members.approver)

        assert (again, Declaration.objects.count()) == (first, 2)

    @pytest.mark.parametrize("make", [complete, waiting, superseded])
    def test_only_the_fixed_version_is_revised(self, small_edition, make):
        members = team()
        declaration = make(members, small_edition)
        before = Declaration.objects.count()
        with pytest.raises(DomainError, match="確定した最新の版から"):
            revise_declaration(declaration_id=declaration.pk, actor=members.editor)
        assert Declaration.objects.count() == before

    def test_strangers_are_refused(self, small_edition):
        old = fixed(team(), small_edition)
        with pytest.raises(PermissionDenied):
            revise_declaration(declaration_id=old.pk, actor=person(Role.CSP_EDITOR))

    def test_an_older_period_waits_while_another_declaration_is_open(self, small_edition):
        members = team()
        old = fixed(members, small_edition)
        open_for(old.service, members.editor, small_edition, date(2026, 4, 1), date(2027, 3, 31))
        with pytest.raises(DomainError, match="作成中の言明があります"):
            revise_declaration(declaration_id=old.pk, actor=members.editor)


@pytest.mark.django_db
class TestEdit:
    def test_it_records_each_field_from_what_to_what(self, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        edit_declaration(
            declaration_id=declaration.pk,
            actor=members.editor,
            version=1,
            facts=BODY | {"special_notes": ""},
        )

        declaration.refresh_from_db()
        line = declaration.history.last()
        assert line.changes == {name: ["", value] for name, value in BODY.items()}
        assert (line.action, declaration.row_version) == (DeclarationAction.EDITED, 2)

    def test_a_stale_version_saves_nothing(self, small_edition):
        members = team()
        declaration = complete(members, small_edition)
        with pytest.raises(EditConflictError):
            edit_declaration(
                declaration_id=declaration.pk,
                actor=members.editor,
                version=1,
                facts={"scope": "古い画面の内容"},
            )
        declaration.refresh_from_db()
        assert declaration.scope == BODY["scope"]

    def test_the_same_text_again_is_no_act(self, small_edition):
        members = team()
        declaration = complete(members, small_edition)
        edit_declaration(declaration_id=declaration.pk, actor=members.editor, version=1, facts=BODY)
        assert declaration.history.count() == 2

    @pytest.mark.parametrize(
        ("make", "way_out"),
        [(waiting, "差戻しを依頼"), (fixed, "新しい版"), (superseded, "新しい版")],
    )
    def test_only_a_draft_is_edited(self, small_edition, make, way_out):
        members = team()
        declaration = make(members, small_edition)
        with pytest.raises(DomainError, match=way_out):
            edit_declaration(
                declaration_id=declaration.pk,
                actor=members.editor,
                version=declaration.row_version,
                facts={"scope": "書換え"},
            )

    def test_strangers_are_refused(self, small_edition):
        declaration = draft(team(), small_edition)
        with pytest.raises(PermissionDenied):
            edit_declaration(
                declaration_id=declaration.pk,
                actor=person(Role.CSP_APPROVER),
                version=1,
                facts=BODY,
            )

    def test_the_state_and_times_are_no_facts(self, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        edit_declaration(
            declaration_id=declaration.pk,
            actor=members.editor,
            version=1,
            facts={"state": "fixed", "period_end": END, "scope": "すべての機能"},
        )
        declaration.refresh_from_db()
        assert (declaration.state, declaration.scope) == (DeclarationState.DRAFT, "すべての機能")


def texts(declaration):
    return list(
        Statement.objects.filter(declaration=declaration)
        .order_by("control__sort_key")
        .values_list(
            "control", "adoption", "reason", "individual_control", "base_service", "inherited_note"
        )
    )
