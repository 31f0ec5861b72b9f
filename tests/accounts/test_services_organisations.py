"""Entering and correcting organisations, and the list of audit bodies."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import OrganisationKind, Role
from accounts.services import organisations as services
from core.exceptions import DomainError, EditConflictError
from tests.accounts.factories import OrganisationFactory, person

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 1)
OTHERS = [role for role in Role if role not in (Role.SECRETARIAT, Role.SYSTEM_ADMIN)]
NOT_SECRETARIAT = [role for role in Role if role != Role.SECRETARIAT]


def create(actor, **fields):
    values = {"kind": OrganisationKind.CSP, "name": "見本クラウド"} | fields
    return services.create_organisation(actor=actor, **values)


class TestCreate:
    def test_it_works_and_records(self):
        secretariat = person(Role.SECRETARIAT)
        organisation = create(secretariat, name="髙橋クラウド㈱", corporate_number="8999900000001")

        organisation.refresh_from_db()
        assert organisation.name == "髙橋クラウド㈱"  # stored as typed
        assert organisation.search_key == "髙橋クラウド(株)8999900000001"
        line = organisation.history.get()
        assert (line.action, line.actor) == ("created", secretariat)
        assert line.actor_label == f"{secretariat.name}（{secretariat.organisation.name}）"
        assert line.changes["name"] == ["", "髙橋クラウド㈱"]

    @pytest.mark.parametrize("role", OTHERS)
    def test_it_is_refused_by_role(self, role):
        with pytest.raises(PermissionDenied):
            create(person(role))

    def test_a_taken_corporate_number_is_refused_with_a_sentence(self):
        OrganisationFactory(corporate_number="8999900000001")
        with pytest.raises(DomainError, match="すでに登録されています"):
            create(person(Role.SECRETARIAT), corporate_number="8999900000001")

    def test_a_second_committee_is_refused_with_a_sentence(self):
        with pytest.raises(DomainError, match="1つだけ"):
            create(person(Role.SYSTEM_ADMIN), kind=OrganisationKind.COMMITTEE)

    def test_unknown_fields_are_a_mistake_of_the_caller(self):
        with pytest.raises(TypeError, match="listed_on"):
            create(person(Role.SECRETARIAT), listed_on=DAY)

    def test_a_name_that_grows_when_folded_is_stored(self):
        organisation = create(person(Role.SECRETARIAT), name="\ufdfa" * 200)

        assert len(organisation.search_key) > 200


class TestUpdate:
    def test_it_works_and_records_what_changed(self):
        approver = person(Role.CSP_APPROVER)
        organisation = approver.organisation
        services.update_organisation(
            organisation_id=organisation.pk,
            actor=approver,
            version=1,
            name=organisation.name,
            phone="03-0000-0000",
        )

        organisation.refresh_from_db()
        assert (organisation.phone, organisation.row_version) == ("03-0000-0000", 2)
        line = organisation.history.get()
        assert (line.action, line.changes) == ("updated", {"phone": ["", "03-0000-0000"]})

    def test_saving_nothing_new_leaves_no_line(self):
        approver = person(Role.CSP_APPROVER)
        organisation = approver.organisation
        services.update_organisation(
            organisation_id=organisation.pk, actor=approver, version=1, name=organisation.name
        )

        organisation.refresh_from_db()
        assert organisation.row_version == 1
        assert not organisation.history.exists()

    def test_the_search_follows_the_name(self):
        approver = person(Role.CSP_APPROVER)
        services.update_organisation(
            organisation_id=approver.organisation_id, actor=approver, version=1, name="ＡＢＣ"
        )

        approver.organisation.refresh_from_db()
        assert approver.organisation.search_key == "abc"

    @pytest.mark.parametrize("role", [Role.CSP_EDITOR, Role.AUDIT_LEAD, Role.COMMITTEE_MEMBER])
    def test_it_is_refused_by_role(self, role):
        organisation = person(Role.CSP_EDITOR).organisation
        with pytest.raises(PermissionDenied):
            services.update_organisation(
                organisation_id=organisation.pk, actor=person(role), version=1, name="別の名"
            )

    def test_a_stale_version_is_refused_and_carries_the_current_row(self):
        approver = person(Role.CSP_APPROVER)
        common = {"organisation_id": approver.organisation_id, "actor": approver, "version": 1}
        services.update_organisation(**common, phone="03-0000-0001")

        with pytest.raises(EditConflictError) as refusal:
            services.update_organisation(**common, phone="03-0000-0002")
        assert refusal.value.current.phone == "03-0000-0001"

    def test_a_taken_corporate_number_is_refused_and_changes_nothing(self):
        OrganisationFactory(corporate_number="8999900000001")
        approver = person(Role.CSP_APPROVER)
        with pytest.raises(DomainError, match="すでに登録されています"):
            services.update_organisation(
                organisation_id=approver.organisation_id,
                actor=approver,
                version=1,
                corporate_number="8999900000001",
            )
        approver.organisation.refresh_from_db()
        assert (approver.organisation.corporate_number, approver.organisation.row_version) == (
            "",
            1,
        )


class TestListing:
    @pytest.fixture
    def secretariat(self):
        return person(Role.SECRETARIAT)

    @pytest.fixture
    def firm(self):
        return OrganisationFactory(audit_body=True, listed_on=None)

    def test_listing_works_and_records(self, secretariat, firm):
        services.list_audit_body(
            organisation_id=firm.pk, actor=secretariat, on=DAY, reason="登録の通知を確認"
        )

        firm.refresh_from_db()
        assert (firm.listed_on, firm.delisted_on, firm.row_version) == (DAY, None, 2)
        line = firm.history.get()
        assert (line.action, line.reason) == ("listed", "登録の通知を確認")
        assert line.changes == {"listed_on": [None, "2026-04-01"]}

    def test_delisting_works_and_records(self, secretariat):
        firm = OrganisationFactory(audit_body=True, listed_on=DAY)
        end = DAY + timedelta(30)
        services.delist_audit_body(
            organisation_id=firm.pk, actor=secretariat, on=end, reason="法人の解散"
        )

        firm.refresh_from_db()
        assert (firm.listed_on, firm.delisted_on) == (DAY, end)
        line = firm.history.get()
        assert (line.action, line.reason) == ("delisted", "法人の解散")
        assert line.changes == {"delisted_on": [None, "2026-05-01"]}

    def test_a_firm_comes_back_and_the_history_keeps_both_stays(self, secretariat, firm):
        act = {"organisation_id": firm.pk, "actor": secretariat}
        services.list_audit_body(**act, on=DAY)
        services.delist_audit_body(**act, on=DAY + timedelta(10), reason="休止")
        services.list_audit_body(**act, on=DAY + timedelta(20))

        firm.refresh_from_db()
        assert (firm.listed_on, firm.delisted_on) == (DAY + timedelta(20), None)
        assert [line.action for line in firm.history.all()] == ["listed", "delisted", "listed"]

    @pytest.mark.parametrize("role", NOT_SECRETARIAT)
    def test_both_are_refused_by_role(self, role, firm):
        actor = person(role)
        with pytest.raises(PermissionDenied):
            services.list_audit_body(organisation_id=firm.pk, actor=actor, on=DAY)
        with pytest.raises(PermissionDenied):
            services.delist_audit_body(organisation_id=firm.pk, actor=actor, on=DAY, reason="x")

    def test_only_audit_bodies_are_listed(self, secretariat):
        with pytest.raises(PermissionDenied):
            services.list_audit_body(
                organisation_id=OrganisationFactory().pk, actor=secretariat, on=DAY
            )

    def test_listing_twice_is_refused(self, secretariat):
        firm = OrganisationFactory(audit_body=True, listed_on=DAY)
        with pytest.raises(DomainError, match="すでに監査機関リストに掲載"):
            services.list_audit_body(organisation_id=firm.pk, actor=secretariat, on=DAY)

    def test_delisting_what_is_not_listed_is_refused(self, secretariat, firm):
        with pytest.raises(DomainError, match="掲載されていません"):
            services.delist_audit_body(
                organisation_id=firm.pk, actor=secretariat, on=DAY, reason="x"
            )

    def test_coming_back_before_leaving_is_refused(self, secretariat):
        firm = OrganisationFactory(audit_body=True, listed_on=DAY, delisted_on=DAY + timedelta(10))
        with pytest.raises(DomainError, match="前回の削除日以後"):
            services.list_audit_body(
                organisation_id=firm.pk, actor=secretariat, on=DAY + timedelta(9)
            )

    def test_leaving_on_the_day_of_listing_is_refused(self, secretariat):
        firm = OrganisationFactory(audit_body=True, listed_on=DAY)
        with pytest.raises(DomainError, match="掲載日より後"):
            services.delist_audit_body(
                organisation_id=firm.pk, actor=secretariat, on=DAY, reason="x"
            )
