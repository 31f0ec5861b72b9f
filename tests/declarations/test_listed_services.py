"""Keeping the services on which others build: entering, correcting, ending, and what the register tells."""

import threading
import uuid
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.exceptions import DomainError, EditConflictError
from declarations.models import ListedService
from declarations.selectors.listed_services import history_of
from declarations.services.listed_services import (
    FACTS,
    correct_listed_service,
    end_listing,
    enter_listed_service,
    follow_register,
)
from tests.accounts.factories import person
from tests.declarations import builders
from tests.declarations.builders import listed

LAST = date(2026, 3, 31)


@pytest.fixture
def clerk(db):
    return person(Role.SECRETARIAT)


@pytest.fixture
def base(clerk):
    return listed(by=clerk)


@pytest.fixture
def service(db):
    return builders.service_of(builders.team())


def end(base, clerk, *, version=1, last_day=LAST):
    return end_listing(
        listed_id=base.pk, actor=clerk, version=version, last_day=last_day, reason="廃止"
    )


def correct(base, clerk, *, version=1, **facts):
    stored = {name: getattr(base, name) for name in FACTS}
    return correct_listed_service(
        listed_id=base.pk, actor=clerk, version=version, facts=stored | facts, reason="誤記"
    )


def told(service, number="見本-L1", *, until=None, name="見本SaaS", since=date(2024, 4, 1)):
    return follow_register(
        cloud_service_id=service.pk, number=number, name=name, provider_name="見本",
        listed_from=since, listed_until=until, at=timezone.now(),
    )  # fmt: skip


class TestEntering:
    def test_the_same_sheet_twice_is_one_service(self, clerk, base):
        facts = {name: getattr(base, name) for name in FACTS}
        again = enter_listed_service(actor=clerk, creation_key=base.creation_key, facts=facts)
        assert again == base
        assert base.history.count() == 1

    def test_a_number_names_one_service_at_a_time(self, clerk, base):
        with pytest.raises(DomainError, match="重なる期間ですでに登録"):
            listed(name="別の名前", since=date(2030, 1, 1), by=clerk)
        end(base, clerk)
        back = listed(since=date(2026, 4, 1), by=clerk)
        assert back.number == base.number

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"listed_until": date(2020, 1, 1)}, "listedservice_ends_after_it_begins"),
            ({"name": ""}, "listedservice_is_named"),
            ({"source": ""}, "listedservice_entered_with_source"),
        ],
    )
    def test_what_the_database_refuses(self, base, change, constraint):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ListedService.objects.filter(pk=base.pk).update(**change)

    def test_nobody_deletes(self, base):
        with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
            ListedService.objects.filter(pk=base.pk)._raw_delete("default")


class TestChanging:
    def test_a_correction_keeps_before_and_after_and_why(self, clerk, base):
        correct(base, clerk, name="正しい名前")
        line = base.history.latest("pk")
        assert line.changes == {"name": ["見本基盤クラウド", "正しい名前"]}
        assert (line.reason, line.actor) == ("誤記", clerk)

    def test_ending_twice_is_once_and_another_day_on_an_old_page_conflicts(self, clerk, base):
        assert end(base, clerk).listed_until == LAST
        end(base, clerk)
        assert base.history.count() == 2
        with pytest.raises(EditConflictError):
            end(base, clerk, last_day=date(2026, 4, 30))

    def test_an_end_before_the_beginning_is_refused(self, clerk, base):
        with pytest.raises(DomainError, match="掲載開始日より前"):
            end(base, clerk, last_day=date(2020, 1, 1))

    def test_the_page_shows_both_after_a_conflict(self, client, clerk, base):
        other = person(Role.SECRETARIAT)
        end(base, other)
        client.force_login(clerk)
        sent = {"listed_until": "2026-04-30", "reason": "取消し", "version": 1}
        answer = client.post(reverse("declarations:listed-service-end", args=[base.pk]), sent)
        assert answer.status_code == 409
        for words in (other.name, "令和8年3月31日", "令和8年4月30日", "取消し"):
            assert words in answer.text
        again = sent | {"version": answer.context["form"]["version"].value()}
        assert client.post(answer.wsgi_request.path, again).status_code == 302
        base.refresh_from_db()
        assert base.listed_until == date(2026, 4, 30)


@pytest.mark.django_db(transaction=True)
def test_two_people_end_at_once_and_one_of_them_is_told():
    clerks = [person(Role.SECRETARIAT) for _each in range(2)]
    base = listed(by=clerks[0])
    barrier, results = threading.Barrier(2), []

    def act(clerk, last_day):
        try:
            barrier.wait()
            end(base, clerk, last_day=last_day)
            results.append("ended")
        except EditConflictError:
            results.append("told")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=act, args=(clerk, date(2026, month, 28)))
        for month, clerk in enumerate(clerks, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["ended", "told"]
    assert base.history.count() == 2


class TestRegister:
    def test_what_the_register_tells_twice_is_told_once(self, service):
        first = told(service)
        assert told(service) == first
        assert first.history.count() == 1
        later = told(service, until=date(2027, 7, 31))
        assert (later.pk, later.listed_until) == (first.pk, date(2027, 7, 31))
        line = later.history.latest("pk")
        assert (line.actor, line.actor_label) == (None, "システム")

    def test_a_row_entered_by_hand_follows_from_then_on(self, clerk, service):
        base = listed("見本-L1", since=date(2023, 1, 1), by=clerk)
        assert told(service) == base
        said = " ".join(act.text for act in history_of(base))
        assert "サービス名：見本基盤クラウド → 見本SaaS" in said
        assert str(service.pk) not in said
        with pytest.raises(DomainError, match="自動で更新"):
            end(base, clerk, version=2)
        with pytest.raises(DomainError, match="自動で更新"):
            correct(base, clerk, version=2, name="x")

    def test_an_older_row_of_the_number_ends_before(self, clerk, service):
        older = listed("見本-L1", since=date(2022, 1, 1), until=date(2024, 12, 31), by=clerk)
        newer = listed("見本-L1", since=date(2025, 1, 1), by=clerk)
        assert told(service) == newer
        assert told(service).listed_from == date(2024, 4, 1)
        older.refresh_from_db()
        assert older.listed_until == date(2024, 3, 31)
        assert older.history.latest("pk").actor_label == "システム"

    def test_a_row_within_its_days_is_logged_and_told_again_once_mended(
        self, clerk, service, caplog
    ):
        within = listed("見本-L1", since=date(2024, 5, 1), until=date(2024, 12, 31), by=clerk)
        newer = listed("見本-L1", since=date(2025, 1, 1), by=clerk)
        assert told(service).listed_from == date(2025, 1, 1)
        assert "見本-L1" in caplog.text
        correct(within, clerk, number="見本-L8")
        assert told(service) == newer
        assert told(service).listed_from == date(2024, 4, 1)

    def test_its_numbers_are_not_entered_by_hand(self, clerk, service):
        told(service, until=date(2025, 3, 31))
        base = listed(by=clerk)
        with pytest.raises(DomainError, match="自動で登録されています"):
            listed("見本-L1", since=date(2026, 4, 1), by=clerk)
        with pytest.raises(DomainError, match="自動で登録されています"):
            correct(base, clerk, number="見本-L1", listed_from=date(2026, 4, 1))


@pytest.mark.django_db(transaction=True)
def test_the_register_and_a_clerk_at_once_leave_one_row_that_follows_it():
    clerk, service = person(Role.SECRETARIAT), builders.service_of(builders.team())
    entered, told_too, results = threading.Event(), threading.Event(), []

    def enter():
        try:
            with transaction.atomic():
                listed("見本-L1", by=clerk)
                entered.set()
                # Long enough for the register to come to the lock, where it waits.
                told_too.wait(0.5)
            results.append("entered")
        finally:
            connection.close()

    def tell():
        try:
            entered.wait()
            results.append(told(service).origin)
            told_too.set()
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for act in (enter, tell)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == ["entered", "register"]
    assert ListedService.objects.get().cloud_service == service


class TestPages:
    def test_the_list_is_searched_and_narrowed(self, client, clerk, base):
        end(base, clerk, last_day=date(2024, 3, 31))
        listed("見本-C2", "別の基盤", by=clerk)
        client.force_login(builders.team().editor)
        where = reverse("declarations:listed-services")

        def shown(**query):
            return [row["listed"].number for row in client.get(where, query).context["rows"]]

        assert (shown(), shown(state="ended"), shown(state="all")) == (
            ["見本-C2"], ["見本-C1"], ["見本-C1", "見本-C2"],
        )  # fmt: skip
        client.post(where, {"text": "べつの"})
        assert shown(state="all") == []
        client.post(where, {"text": "見本－ｃ２"})
        assert shown(state="all") == ["見本-C2"]

    def test_providers_do_not_read_who_recorded_it(self, client, clerk, base):
        client.force_login(builders.team().editor)
        page = client.get(base.get_absolute_url())
        assert clerk.name not in page.text
        client.force_login(clerk)
        assert clerk.name in client.get(base.get_absolute_url()).text

    def test_input_is_refused_with_its_sentence(self, client, clerk):
        client.force_login(clerk)
        sent = {
            "list_name": "ismap", "number": "見本 1", "name": "x", "provider_name": "y", "source": "z",
            "listed_from": "2026-04-01", "listed_until": "2026-03-31", "creation_key": str(uuid.uuid4()),
        }  # fmt: skip
        answer = client.post(reverse("declarations:listed-service-enter"), sent)
        assert answer.status_code == 422
        assert "空白を除いて" in answer.text
        assert "掲載開始日より前" in answer.text
        good = sent | {"number": "見本-９", "listed_until": ""}
        assert client.post(answer.wsgi_request.path, good).status_code == 302
        assert ListedService.objects.get().number == "見本-9"
