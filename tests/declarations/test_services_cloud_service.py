"""Describing a cloud service."""

import threading
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.enums import Role
from core.exceptions import DomainError, EditConflictError
from core.normalise import search_key
from declarations.models import CloudService
from declarations.services.cloud_service import create_service, update_service
from tests.accounts.factories import person
from tests.declarations.builders import FACTS, service_of, team

NOT_OF_A_PROVIDER = [role for role in Role if role not in (Role.CSP_EDITOR, Role.CSP_APPROVER)]


@pytest.mark.django_db
class TestCreate:
    @pytest.mark.parametrize("role", [Role.CSP_EDITOR, Role.CSP_APPROVER])
    def test_it_keeps_what_was_said_and_who_said_it(self, role):
        actor = person(role)
        service = create_service(actor=actor, creation_key=uuid.uuid4(), facts=FACTS)

        service.refresh_from_db()
        assert {name: getattr(service, name) for name in FACTS} == FACTS
        assert service.organisation == actor.organisation
        assert service.search_key == search_key(FACTS["name"], FACTS["name_kana"])
        line = service.history.get()
        assert (line.actor, line.get_action_display()) == (actor, "サービスを登録")

    @pytest.mark.parametrize("role", NOT_OF_A_PROVIDER)
    def test_it_is_for_providers(self, role):
        with pytest.raises(PermissionDenied):
            create_service(actor=person(role), creation_key=uuid.uuid4(), facts=FACTS)
        assert not CloudService.objects.exists()

    def test_the_same_key_again_gives_the_same_service(self):
        actor, key = person(Role.CSP_EDITOR), uuid.uuid4()
        first = create_service(actor=actor, creation_key=key, facts=FACTS)
        again = create_service(actor=actor, creation_key=key, facts=FACTS | {"name": "別の名称"})

        assert (again, again.name, again.history.count()) == (first, FACTS["name"], 1)

    def test_a_name_is_used_once_in_an_organisation(self):
        members = team()
        service_of(members)
        with pytest.raises(DomainError, match="同じ名称のサービスがすでにあります"):
            service_of(members)
        assert service_of(team()).name == FACTS["name"]

    def test_facts_cannot_set_what_the_act_sets(self):
        actor = person(Role.CSP_EDITOR)
        other = team().organisation
        forged = FACTS | {"organisation": other, "row_version": 9, "created_at": None}
        service = create_service(actor=actor, creation_key=uuid.uuid4(), facts=forged)

        assert (service.organisation, service.row_version) == (actor.organisation, 1)

    def test_the_database_refuses_a_second_service_of_one_key(self):
        service = service_of(team())
        copy = CloudService.objects.get(pk=service.pk)
        copy.pk, copy.name = uuid.uuid4(), "写し"
        with pytest.raises(IntegrityError, match="service_created_once"), transaction.atomic():
            copy.save(force_insert=True)


@pytest.mark.django_db
class TestUpdate:
    def test_it_records_each_field_from_what_to_what(self):
        members = team()
        service = service_of(members)
        update_service(
            service_id=service.pk,
            actor=members.approver,
            version=1,
            facts=FACTS | {"regions": "東京リージョン", "name": "みなと文書"},
        )

        service.refresh_from_db()
        line = service.history.last()
        assert line.changes == {
            "name": [FACTS["name"], "みなと文書"],
            "regions": [FACTS["regions"], "東京リージョン"],
        }
        assert (line.actor, service.row_version) == (members.approver, 2)
        assert service.search_key == search_key("みなと文書", FACTS["name_kana"])

    def test_nothing_changed_is_no_act(self):
        members = team()
        service = service_of(members)
        update_service(service_id=service.pk, actor=members.editor, version=1, facts=FACTS)

        service.refresh_from_db()
        assert (service.row_version, service.history.count()) == (1, 1)

    def test_a_stale_version_saves_nothing(self):
        members = team()
        service = service_of(members)
        change = {"service_id": service.pk, "actor": members.editor, "version": 1}
        update_service(**change, facts=FACTS | {"regions": "東京リージョン"})
        with pytest.raises(EditConflictError) as caught:
            update_service(**change, facts=FACTS | {"regions": "大阪リージョン"})

        service.refresh_from_db()
        assert (caught.value.current, service.regions) == (service, "東京リージョン")

    def test_strangers_are_refused(self):
        service = service_of(team())
        with pytest.raises(PermissionDenied):
            update_service(
                service_id=service.pk, actor=person(Role.CSP_EDITOR), version=1, facts=FACTS
            )

    def test_a_name_in_use_is_refused_with_a_sentence(self):
        members = team()
        service_of(members)
        other = service_of(members, name="みなと申請")
        with pytest.raises(DomainError, match="同じ名称"):
            update_service(service_id=other.pk, actor=members.editor, version=1, facts=FACTS)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_service():
    actor, key = person(Role.CSP_EDITOR), uuid.uuid4()
    start, made = threading.Barrier(2), []

    def click():
        try:
            start.wait()
            made.append(create_service(actor=actor, creation_key=key, facts=FACTS).pk)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert (len(made), len(set(made)), CloudService.objects.count()) == (2, 1, 1)
