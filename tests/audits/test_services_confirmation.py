"""The 経営者確認書: eight points, signed once, superseded only while no report rests on it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from audits.models import ManagementConfirmation
from audits.selectors.confirmation import TOLD, points_on
from audits.services.confirmation import sign_confirmation
from core.canonical import canonical_json, sha256_hex
from core.exceptions import DomainError, EditConflictError
from tests.audits import reports
from tests.racing import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(small_edition):
    return reports.fieldwork(small_edition)


def test_it_says_eight_points_of_the_audited_declaration(case):
    case.confirm(subsequent_events="データセンターを1か所増やしました。")
    signed = case.engagement.confirmations.get()
    facts = signed.facts
    assert len(facts["points"]) == 8
    assert facts["declaration"]["snapshot_sha256"] == case.engagement.snapshot_sha256
    assert facts["firm"] == case.audit.firm.name
    told = {point["code"]: point["told"] for point in facts["points"] if point["is_told"]}
    assert told == {"subsequent_events": "データセンターを1か所増やしました。", "fraud": ""}
    assert sha256_hex(canonical_json(facts)) == signed.content_sha256
    assert signed.history.get().actor == case.audit.approver


def test_the_firm_hears_of_it(case):
    case.confirm()
    reports.send_mails()
    told = {message.to[0] for message in mail.outbox if "経営者確認書に署名" in message.subject}
    assert told == {case.audit.lead.email, case.signer.email}


def test_signing_the_same_twice_is_one_signature(case):
    case.confirm()
    again = sign_confirmation(
        engagement_id=case.engagement.pk,
        actor=case.audit.approver,
        version=1,
        facts=reports.confirmed(),
    )
    assert case.engagement.confirmations.get() == again


def test_another_content_on_a_stale_page_is_a_conflict(case):
    case.confirm()
    with pytest.raises(EditConflictError):
        sign_confirmation(
            engagement_id=case.engagement.pk,
            actor=case.audit.approver,
            version=1,
            facts=reports.confirmed(fraud="1件ありました。"),
        )


def test_a_newer_version_takes_its_place(case):
    case.confirm().confirm(fraud="1件ありました。")
    assert [one.version for one in case.engagement.confirmations.all()] == [2, 1]
    assert case.prepare().report.confirmation.version == 2


@pytest.mark.parametrize("code", ["responsibility", "information_given"])
def test_every_point_is_confirmed(case, code):
    points, _fact = points_on(timezone.localdate())
    rest = [point.code for point in points if point.code not in (*TOLD, code)]
    with pytest.raises(DomainError, match="確認していない事項"):
        case.confirm(confirmed=rest)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dated_on": timezone.localdate() + timedelta(days=1)}, "今日まで"),
        ({"dated_on": timezone.localdate() - timedelta(days=400)}, "末日より後"),
        ({"signer_name": "\u200b"}, "役職と氏名"),
        ({"signer_title": " "}, "役職と氏名"),
    ],
)
def test_what_cannot_be_is_refused(case, change, words):
    with pytest.raises(DomainError, match=words):
        case.confirm(**change)
    assert not ManagementConfirmation.objects.exists()


@pytest.mark.parametrize("who", ["editor", "lead"])
def test_only_an_approver_of_the_provider_signs(case, who):
    case.audit.approver = getattr(case.audit, who)
    with pytest.raises(PermissionDenied):
        case.confirm()


def test_it_is_signed_during_the_fieldwork_alone(small_edition):
    found = reports.audit(small_edition).commission()
    case = reports.Reported(found, found.lead, found.lead, found.lead)
    with pytest.raises(DomainError, match="監査の実施中だけ"):
        case.confirm()


def test_a_signed_report_holds_it(case):
    case.confirm().prepare().review().sign()
    with pytest.raises(DomainError, match="署名の取消しを依頼"):
        case.confirm(fraud="1件ありました。")


class TestDatabase:
    def test_it_is_append_only(self, case):
        case.confirm()
        with pytest.raises(DatabaseError), transaction.atomic():
            ManagementConfirmation.objects.update(fraud="なし")

    @pytest.mark.parametrize(
        ("column", "value", "name"),
        [
            ("snapshot_sha256", "0" * 64, "confirmation_of_audited_declaration"),
            ("content_sha256", "0" * 64, "content_is_what_was_hashed"),
            ("signer_name", "", "managementconfirmation_names_signer"),
        ],
    )
    def test_it_refuses_what_does_not_fit(self, case, column, value, name):
        case.confirm()
        copy = ManagementConfirmation.objects.get()
        copy.pk, copy.version, copy._state.adding = None, 2, True
        setattr(copy, column, value)
        with pytest.raises(IntegrityError, match=name):
            copy.save()

    def test_a_signed_report_holds_it(self, case):
        case.confirm().prepare().review().sign()
        copy = ManagementConfirmation.objects.get()
        copy.pk, copy.version, copy._state.adding = None, 2, True
        with pytest.raises(IntegrityError, match="records_under_signed_report"):
            copy.save()


@pytest.mark.django_db(transaction=True)
def test_two_signatures_at_once_are_one(small_edition):
    case = reports.fieldwork(small_edition)
    outcomes = together(
        lambda: case.confirm() and None,
        lambda: case.confirm(fraud="1件ありました。") and None,
    )
    assert sum(isinstance(one, EditConflictError) for one in outcomes) == 1
    assert case.engagement.confirmations.count() == 1
