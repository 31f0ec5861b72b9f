"""Proposing, publishing and withdrawing a value of the scheme."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.enums import Role
from controls.enums import ParameterState, ParameterStatus
from controls.models import ParameterHistory, SchemeParameter
from controls.rules import Rules
from controls.services.parameters import (
    load_scheme_parameters,
    propose_parameter,
    publish_parameter,
    withdraw_parameter,
)
from core.exceptions import DomainError, TransitionNotAllowedError
from tests.accounts.factories import person
from tests.controls.factories import SchemeParameterFactory

pytestmark = pytest.mark.django_db

CHANGE = {
    "name": "validity_months",
    "value": 18,
    "in_force_from": date(2026, 10, 1),
    "status": ParameterStatus.CONFIRMED,
    "source": "見本の改正",
    "reason": "改正されたため",
}


def propose(**kwargs) -> SchemeParameter:
    return propose_parameter(**CHANGE | {"actor": person(Role.SECRETARIAT)} | kwargs)


def publish(proposal: SchemeParameter) -> SchemeParameter:
    return publish_parameter(parameter_id=proposal.pk, actor=person(Role.COMMITTEE_MEMBER))


def test_proposal_changes_nothing_until_it_is_published():
    proposal = propose()

    assert Rules.at(date(2026, 10, 1)).value("validity_months") == 16
    publish(proposal)
    assert Rules.at(date(2026, 9, 30)).value("validity_months") == 16
    assert Rules.at(date(2026, 10, 1)).value("validity_months") == 18


def test_proposal_and_publication_are_recorded():
    proposal = publish(propose())

    proposed, published = proposal.history.all()
    assert (proposed.action, proposed.to_state, proposed.reason) == (
        "proposed",
        "draft",
        "改正されたため",
    )
    assert (published.from_state, published.to_state) == ("draft", "published")
    assert published.changes == {"value": [16, 18]}
    ended = proposal.replaces.history.last()
    assert (ended.action, ended.changes) == ("ended", {"in_force_until": [None, "2026-09-30"]})


def test_value_between_two_others_ends_where_the_next_begins():
    publish(propose(name="preapplication_required", value=False, in_force_from=date(2024, 1, 1)))

    rows = SchemeParameter.objects.filter(name="preapplication_required").order_by("in_force_from")
    assert [(row.in_force_from, row.in_force_until) for row in rows] == [
        (date(2022, 11, 1), date(2023, 12, 31)),
        (date(2024, 1, 1), date(2025, 3, 31)),
        (date(2025, 4, 1), None),
    ]


def test_value_before_the_first_ends_on_the_day_before_it():
    row = publish(
        propose(name="preapplication_required", value=True, in_force_from=date(2022, 6, 1))
    )

    assert (row.in_force_until, row.replaces) == (date(2022, 10, 31), None)


def test_value_after_an_abolished_one_is_open_ended():
    row = publish(propose(name="article.preapplication", value="3"))

    assert (row.in_force_until, row.replaces) == (None, None)
    assert str(Rules.at(date(2026, 10, 1)).article("preapplication")) == "登録規則 3［確認済み］"


def test_value_on_the_first_day_of_another_is_refused():
    with pytest.raises(DomainError, match="すでに公開されています"):
        propose(name="preapplication_required", value=True, in_force_from=date(2025, 4, 1))


def test_two_proposals_for_one_parameter_are_refused():
    propose()

    with pytest.raises(DomainError, match="公開待ちの変更があります"):
        propose(in_force_from=date(2027, 4, 1))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("no_such_name", 1),
        ("validity_months", None),
        ("validity_months", "18"),
        ("validity_months", -1),
        ("validity_months", True),
        ("audited_period_gap_allowed", "はい"),
        ("basic_requirement_deviation", "ignore"),
        ("basic_requirement_suffixes", ["X"]),
        ("incident_reporting_method_from", "2024-02-30"),
        ("registration_number_pattern_ismap", "("),
        ("public_list_columns", [{"key": "service_name"}]),
    ],
)
def test_value_of_another_kind_is_refused(name, value):
    with pytest.raises(DomainError):
        propose(name=name, value=value)


def test_unset_value_stays_possible_where_none_is_shipped():
    publish(propose(name="correction_due_days", value=10))

    publish(propose(name="correction_due_days", value=None, in_force_from=date(2027, 4, 1)))

    assert Rules.at(date(2027, 3, 31)).value("correction_due_days") == 10
    assert Rules.at(date(2027, 4, 1)).value("correction_due_days") is None


@pytest.mark.parametrize("role", set(Role) - {Role.SECRETARIAT, Role.COMMITTEE_MEMBER})
def test_propose_is_refused_to_other_roles(role):
    with pytest.raises(PermissionDenied):
        propose(actor=person(role))


def test_publish_is_refused_to_the_proposer():
    both = person(Role.SECRETARIAT, Role.COMMITTEE_MEMBER)
    proposal = propose(actor=both)

    with pytest.raises(PermissionDenied):
        publish_parameter(parameter_id=proposal.pk, actor=both)


def test_publish_is_refused_a_second_time():
    proposal = publish(propose())

    with pytest.raises(TransitionNotAllowedError):
        publish(proposal)


def test_withdrawn_proposal_stays_on_record_and_frees_the_way():
    proposal = propose()

    withdraw_parameter(
        parameter_id=proposal.pk, actor=person(Role.COMMITTEE_MEMBER), reason="出典が違うため"
    )

    proposal.refresh_from_db()
    assert proposal.state == ParameterState.WITHDRAWN
    assert proposal.history.last().reason == "出典が違うため"
    with pytest.raises(TransitionNotAllowedError):
        publish(proposal)
    assert propose().state == ParameterState.DRAFT


def test_withdraw_is_refused_to_a_colleague_of_the_proposer():
    proposal = propose()

    with pytest.raises(PermissionDenied):
        withdraw_parameter(
            parameter_id=proposal.pk, actor=person(Role.SECRETARIAT), reason="取り違え"
        )


def test_loading_never_overwrites_what_staff_published():
    publish(propose())

    assert load_scheme_parameters() == 0
    assert Rules.at(date(2026, 10, 1)).value("validity_months") == 18


def test_loading_fills_an_empty_database_with_history():
    rows = SchemeParameter.objects.published()

    assert rows.count() == 128
    assert ParameterHistory.objects.filter(action="loaded", actor=None).count() == 128
    assert not rows.exclude(proposed_by=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_members_publish_at_once_and_one_value_holds():
    proposal = SchemeParameterFactory()
    members = [person(Role.COMMITTEE_MEMBER), person(Role.COMMITTEE_MEMBER)]
    barrier, refused = threading.Barrier(2), []

    def act(member):
        barrier.wait()
        try:
            publish_parameter(parameter_id=proposal.pk, actor=member)
        except TransitionNotAllowedError:
            refused.append(member)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert proposal.history.filter(action="published").count() == 1
