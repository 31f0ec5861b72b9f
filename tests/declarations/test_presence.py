"""Who is here: colleagues see each other in the chapter of a draft, and nothing follows from it."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from declarations.models import Presence, StatementHistory
from declarations.services.presence import note_presence
from tests.accounts.factories import person
from tests.counting import counted_queries
from tests.declarations import builders


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


def signed_in(somebody):
    client = Client()
    client.force_login(somebody)
    return client


def tell(client, declaration, section="9.2"):
    return client.post(reverse("declarations:presence", args=[declaration.pk, section]))


def seen_before(seconds, somebody):
    Presence.objects.filter(person=somebody).update(
        seen_at=timezone.now() - timedelta(seconds=seconds)
    )


def test_colleagues_in_the_chapter_see_each_other_and_never_themselves(draft, members):
    tell(signed_in(members.approver), draft)
    answer = tell(signed_in(members.editor), draft)

    assert members.approver.name in answer.text
    assert members.editor.name not in answer.text
    assert "いま" in answer.text
    assert members.editor.name in tell(signed_in(members.approver), draft).text


def test_whoever_is_alone_is_told_so(draft, members):
    assert "ほかにいません" in tell(signed_in(members.editor), draft).text


def test_another_section_of_the_chapter_is_named_with_the_way_there(draft, members):
    tell(signed_in(members.approver), draft, "9.4")

    answer = tell(signed_in(members.editor), draft, "9.2")

    assert reverse("declarations:section", args=[draft.pk, "9.4"]) in answer.text
    assert members.approver.name in answer.text


def test_another_chapter_is_out_of_sight(draft, members):
    tell(signed_in(members.approver), draft, "6.1")

    assert members.approver.name not in tell(signed_in(members.editor), draft).text


def test_moving_on_leaves_the_section_before(draft, members):
    mover = signed_in(members.approver)
    tell(mover, draft)
    tell(mover, draft, "6.1")

    assert Presence.objects.count() == 1
    assert members.approver.name not in tell(signed_in(members.editor), draft).text


@pytest.mark.parametrize(("seconds", "shown"), [(20, "いま"), (45, "1分以内"), (61, None)])
def test_how_long_ago_is_told_until_a_minute_has_passed(draft, members, seconds, shown):
    tell(signed_in(members.approver), draft)
    seen_before(seconds, members.approver)

    answer = tell(signed_in(members.editor), draft).text

    assert (members.approver.name in answer) == bool(shown)
    if shown:
        assert shown in answer


def test_a_crowd_is_counted(draft, members):
    for _one in range(9):
        tell(signed_in(person(Role.CSP_EDITOR, organisation=members.organisation)), draft)

    answer = tell(signed_in(members.editor), draft).text

    assert answer.count("data-arrival") == 6
    assert "ほか3名" in answer


def test_a_declaration_that_is_no_draft_any_more_answers_409_and_keeps_nothing(
    members, small_edition
):
    waiting = builders.waiting(members, small_edition)

    answer = tell(signed_in(members.editor), waiting)

    assert (answer.status_code, answer.content) == (409, b"")
    assert not Presence.objects.exists()


@pytest.mark.parametrize("section", ["9.9", "9.2.3"])
def test_an_address_that_is_no_section_is_not_found(draft, members, section):
    assert tell(signed_in(members.editor), draft, section).status_code == 404
    assert not Presence.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_strangers_leave_no_trace(draft, role):
    stranger = person(role)

    assert tell(signed_in(stranger), draft).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        note_presence(draft, stranger, section_id=uuid.uuid4(), at=timezone.now())
    assert not Presence.objects.exists()


def test_a_page_that_is_left_open_does_not_prolong_the_session(draft, members):
    client = signed_in(members.editor)
    ends = timezone.now() + timedelta(hours=1)
    Session.objects.update(expire_date=ends)

    answer = tell(client, draft)

    assert answer.status_code == 200
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert Session.objects.get().expire_date == ends


def test_after_the_session_has_ended_it_asks_for_a_sign_in_and_keeps_nothing(draft, members):
    client = signed_in(members.editor)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    answer = tell(client, draft)

    assert (answer.status_code, answer.url.partition("?")[0]) == (302, reverse("account_login"))
    assert not Presence.objects.exists()


def test_being_there_is_no_act(draft, members):
    version = draft.row_version
    tell(signed_in(members.editor), draft)

    draft.refresh_from_db()
    assert draft.row_version == version
    assert not StatementHistory.objects.exists()


def test_cost_is_small_and_does_not_grow_with_colleagues(draft, members):
    client = signed_in(members.editor)
    costs = []
    for others in (0, 1, 5):
        for _one in range(others):
            tell(signed_in(person(Role.CSP_EDITOR, organisation=members.organisation)), draft)
        with counted_queries() as seen:
            tell(client, draft)
        costs.append(len(seen))

    # Three say who asks, as for every request; three are its own.
    assert costs == [6, 6, 6]


def test_rows_of_yesterday_are_cleared_and_newer_ones_stay(draft, members, capsys):
    for one in (members.editor, members.approver):
        tell(signed_in(one), draft)
    seen_before(24 * 60 * 60 + 1, members.approver)

    call_command("clear_presences")

    assert Presence.objects.get().person == members.editor
    assert "1件" in capsys.readouterr().out
