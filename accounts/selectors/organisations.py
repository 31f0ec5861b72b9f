"""Reads for the pages of organisations: the list, the facts, what was done."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, Q, Value, When
from django.utils.translation import gettext as _

from accounts.enums import AuditBodyListing, OrganisationAction, OrganisationKind, Role
from accounts.models import Organisation, OrganisationHistory
from accounts.querysets import OrganisationQuerySet
from core.calendar import format_wareki
from core.corporate_number import format_corporate_number

HISTORY_LINES = 30

# What people enter about an organisation, in the order of the form.
EDITABLE = (
    "name",
    "name_kana",
    "corporate_number",
    "postal_code",
    "address",
    "representative_title",
    "representative_name",
    "phone",
    "profile",
)

FIELD_LABELS = {field.name: field.verbose_name for field in Organisation._meta.fields}

LISTING_TAGS = {
    AuditBodyListing.UNLISTED: "todo",
    AuditBodyListing.SCHEDULED: "run",
    AuditBodyListing.LISTED: "ok",
    AuditBodyListing.DELISTED: "black",
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A state as the tag component shows it."""

    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and its value, as the description list shows it."""

    term: str
    value: str
    is_multiline: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which two people's texts differ."""

    term: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act on an organisation, told in a sentence."""

    at: datetime
    actor: str
    text: str


def listing_tag(organisation: Organisation, today: date) -> Tag:
    """Where an audit body stands on the list today."""
    listing = organisation.listing_on(today)
    return Tag(LISTING_TAGS[listing], str(listing.label))


def organisation_rows(
    organisations: OrganisationQuerySet, *, kind: str, text: str, today: date
) -> OrganisationQuerySet:
    """Organisations of a kind whose name, reading or number contains `text`, with the number of people."""
    if kind:
        organisations = organisations.filter(kind=kind)
    in_force = Q(memberships__starts_on__lte=today) & (
        Q(memberships__ends_on__isnull=True) | Q(memberships__ends_on__gte=today)
    )
    return (
        organisations.matching(text)
        .annotate(people_count=Count("memberships__user", filter=in_force, distinct=True))
        .order_by("name_kana", "name", "pk")
    )


def organisation_facts(organisation: Organisation, *, with_contact: bool) -> list[Fact]:
    """What is known of an organisation; whoever only chooses an audit body sees the public part."""
    own = ["representative_title", "representative_name", "phone", "profile"]
    names = ["name_kana", "postal_code", "address", *(own if with_contact else [])]
    number = format_corporate_number(organisation.corporate_number)
    facts = [
        Fact(_("種別"), organisation.get_kind_display()),
        Fact(_label("corporate_number"), number),
    ]
    facts += [
        Fact(_label(name), getattr(organisation, name), is_multiline=name == "profile")
        for name in names
    ]
    facts = [fact if fact.value else Fact(fact.term, _("（未登録）")) for fact in facts]
    listing = [
        Fact(_label(name), format_wareki(day))
        for name in ("listed_on", "delisted_on")
        if (day := getattr(organisation, name))
    ]
    return facts + listing


def audit_body_rows(organisations: OrganisationQuerySet, *, today: date) -> OrganisationQuerySet:
    """Audit bodies: on the list first, then those to come, then those that left it, then the others."""
    place = Case(
        When(delisted_on__lte=today, then=Value(2)),
        When(listed_on__lte=today, then=Value(0)),
        When(listed_on__gt=today, then=Value(1)),
        default=Value(3),
    )
    return organisations.filter(kind=OrganisationKind.AUDIT_BODY).order_by(
        place, "name_kana", "name", "pk"
    )


def editable_values(organisation: Organisation) -> dict[str, Any]:
    """What the form for an organisation begins with, and the version that it shows."""
    values = {name: getattr(organisation, name) for name in EDITABLE}
    return values | {"version": organisation.row_version}


def differences(organisation: Organisation, typed: dict[str, str]) -> list[Difference]:
    """The fields in which what somebody typed differs from what is stored now."""
    return [
        Difference(_label(name), value, getattr(organisation, name))
        for name, value in typed.items()
        if value != getattr(organisation, name)
    ]


def organisation_history(organisation: Organisation) -> tuple[HistoryLine, ...]:
    """The latest acts on the organisation and its people, newest first."""
    lines = organisation.history.order_by("-occurred_at", "-pk")[:HISTORY_LINES]
    return tuple(HistoryLine(line.occurred_at, line.actor_label, _sentence(line)) for line in lines)


def _label(name: str) -> str:
    return str(FIELD_LABELS[name])


def _sentence(line: OrganisationHistory) -> str:
    """The act, then what it was about, then why."""
    about = _ABOUT.get(OrganisationAction(line.action))
    text = line.get_action_display()
    if about:
        text = f"{text}：{about(line.changes)}"
    if line.reason:
        text += _("（理由：%(reason)s）") % {"reason": line.reason}
    return text


def _changed_fields(changes: dict[str, Any]) -> str:
    return "、".join(_label(name) for name in changes)


def _invited(changes: dict[str, Any]) -> str:
    roles = "、".join(str(Role(role).label) for role in changes["roles"][1])
    return f"{changes['email'][1]}（{roles}）"


def _granted(changes: dict[str, Any]) -> str:
    text = f"{changes['person'][1]}（{Role(changes['role'][1]).label}）"
    if "deputy_for" in changes:
        text += _("、%(absent)sの代理") % {"absent": changes["deputy_for"][1]}
    return text


def _ended(changes: dict[str, Any]) -> str:
    last_day = format_wareki(date.fromisoformat(changes["ends_on"][1]))
    return _("%(person)s、終了日 %(day)s") % {"person": _granted(changes), "day": last_day}


def _listed(changes: dict[str, Any]) -> str:
    return format_wareki(date.fromisoformat(changes["listed_on"][1]))


def _delisted(changes: dict[str, Any]) -> str:
    return format_wareki(date.fromisoformat(changes["delisted_on"][1]))


_ABOUT = {
    OrganisationAction.UPDATED: _changed_fields,
    OrganisationAction.INVITED: _invited,
    OrganisationAction.INVITATION_RESENT: _invited,
    OrganisationAction.INVITATION_WITHDRAWN: _invited,
    OrganisationAction.JOINED: _invited,
    OrganisationAction.ROLE_GRANTED: _granted,
    OrganisationAction.ROLE_ENDED: _ended,
    OrganisationAction.LISTED: _listed,
    OrganisationAction.DELISTED: _delisted,
}
