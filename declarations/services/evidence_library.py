"""What a provider does with its evidence (証跡): keep, renew, name, retire. Tying it to statements is elsewhere.

Locks are taken in one order, so that no two acts wait for each other: evidence, declarations, organisation.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core import history
from core.exceptions import DomainError, EditConflictError
from core.normalise import search_key
from core.policies import require
from declarations import policies
from declarations.enums import EvidenceAction
from declarations.models import Evidence, EvidenceHistory, EvidenceVersion
from declarations.selectors.colleagues import writers_of
from declarations.services.evidence_ties import replace_in_drafts, tying_drafts
from documents.services import store_upload
from documents.uploads import CheckedUpload

SEARCH_KEY_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What people say of a file: when it was collected, of which days it speaks, what it is."""

    collected_on: date | None = None
    covers_from: date | None = None
    covers_until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Renewed:
    """A new version, and on how many statements of drafts it replaced an earlier one."""

    version: EvidenceVersion
    replaced: int


@transaction.atomic
def keep_evidence(
    *,
    organisation_id: uuid.UUID,
    actor: User,
    upload: CheckedUpload,
    creation_key: uuid.UUID,
    title: str = "",
    owner_id: uuid.UUID | None = None,
    facts: VersionFacts | None = None,
) -> EvidenceVersion:
    """Keep a file as new evidence, named after the file unless `title` says otherwise.

    The same `creation_key` again gives the version that it made (double click). DomainError when the space is used up
    or the owner is no colleague.
    """
    organisation = Organisation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=organisation_id
    )
    require(policies.can_keep_evidence, actor, organisation)
    existing = EvidenceVersion.objects.filter(
        evidence__organisation=organisation, evidence__creation_key=creation_key, number=1
    ).select_related("evidence", "file")
    if made := existing.first():
        return made
    owner = _colleague(organisation_id, owner_id)
    now = timezone.now()
    title = title or upload.label
    evidence = Evidence.objects.create(
        organisation=organisation,
        title=title,
        search_key=search_key(title, upload.label)[:SEARCH_KEY_LENGTH],
        owner=owner,
        creation_key=creation_key,
    )
    version = _store(
        evidence, 1, upload, facts or VersionFacts(), actor=actor, at=now, key=creation_key
    )
    _record(evidence, actor, now, EvidenceAction.KEPT, changes={"file": ["", version.name]})
    return version


@transaction.atomic
def renew_evidence(
    *,
    evidence_id: uuid.UUID,
    actor: User,
    upload: CheckedUpload,
    creation_key: uuid.UUID,
    facts: VersionFacts | None = None,
    replace: bool = True,
) -> Renewed:
    """Add a version; with `replace` the drafts that tie an earlier one tie this one from now on.

    Fixed declarations and those that wait for approval keep what they tie. The same `creation_key` again changes
    nothing (double click). DomainError when the evidence is retired or the space is used up.
    """
    evidence = _locked(evidence_id, actor)
    existing = evidence.versions.filter(creation_key=creation_key).select_related("file").first()
    if existing:
        return Renewed(existing, 0)
    if evidence.retired_at is not None:
        raise DomainError(
            _(
                "この証跡は使用を終了しているため、新しい版を追加できません。先に使用を再開してください。"
            )
        )
    drafts = tying_drafts(evidence, actor=actor) if replace else []
    newest = evidence.versions.order_by("-number").first()
    now = timezone.now()
    number = newest.number + 1 if newest else 1
    version = _store(
        evidence, number, upload, facts or VersionFacts(), actor=actor, at=now, key=creation_key
    )
    evidence.search_key = search_key(evidence.title, upload.label)[:SEARCH_KEY_LENGTH]
    evidence.save(update_fields=["search_key"])
    _record(
        evidence, actor, now, EvidenceAction.VERSION_ADDED, changes={"file": ["", version.name]}
    )
    replaced = sum(replace_in_drafts(version, drafts, actor=actor, at=now))
    return Renewed(version, replaced)


@transaction.atomic
def edit_evidence(
    *, evidence_id: uuid.UUID, actor: User, version: int, title: str, owner_id: uuid.UUID | None
) -> Evidence:
    """Change title and owner. EditConflictError when somebody saved since row version `version` was shown."""
    evidence = _locked(evidence_id, actor)
    if (evidence.title, evidence.owner_id) == (title, owner_id):
        return evidence
    if evidence.row_version != version:
        raise EditConflictError(current=evidence)
    before = _named(evidence)
    if evidence.owner_id != owner_id:
        evidence.owner = _colleague(evidence.organisation_id, owner_id)
    evidence.title = title
    newest = evidence.versions.select_related("file").order_by("-number").first()
    label = newest.file.label if newest else ""
    evidence.search_key = search_key(title, label)[:SEARCH_KEY_LENGTH]
    evidence.row_version += 1
    evidence.save(update_fields=["title", "owner", "search_key", "row_version"])
    changes = history.changed_fields(before, _named(evidence))
    _record(evidence, actor, timezone.now(), EvidenceAction.EDITED, changes=changes)
    return evidence


@transaction.atomic
def retire_evidence(*, evidence_id: uuid.UUID, actor: User) -> Evidence:
    """Tie it to nothing new from now on; what it is tied to stays tied. Twice is harmless."""
    evidence = _locked(evidence_id, actor)
    if evidence.retired_at is None:
        now = timezone.now()
        evidence.retired_at = now
        evidence.save(update_fields=["retired_at"])
        _record(evidence, actor, now, EvidenceAction.RETIRED)
    return evidence


@transaction.atomic
def reinstate_evidence(*, evidence_id: uuid.UUID, actor: User) -> Evidence:
    """Let it be tied again. Twice is harmless."""
    evidence = _locked(evidence_id, actor)
    if evidence.retired_at is not None:
        evidence.retired_at = None
        evidence.save(update_fields=["retired_at"])
        _record(evidence, actor, timezone.now(), EvidenceAction.REINSTATED)
    return evidence


def _locked(evidence_id: uuid.UUID, actor: User) -> Evidence:
    evidence = (
        Evidence.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "owner")
        .get(pk=evidence_id)
    )
    require(policies.can_keep_evidence, actor, evidence.organisation)
    return evidence


def _store(
    evidence: Evidence,
    number: int,
    upload: CheckedUpload,
    facts: VersionFacts,
    *,
    actor: User,
    at: datetime,
    key: uuid.UUID,
) -> EvidenceVersion:
    _refuse_reversed(facts)
    return EvidenceVersion.objects.create(
        evidence=evidence,
        number=number,
        file=store_upload(upload=upload, organisation_id=evidence.organisation_id, actor=actor),
        collected_on=facts.collected_on,
        covers_from=facts.covers_from,
        covers_until=facts.covers_until,
        note=facts.note,
        added_by=actor,
        added_at=at,
        creation_key=key,
    )


def _refuse_reversed(facts: VersionFacts) -> None:
    first, last = facts.covers_from, facts.covers_until
    if first is not None and last is not None and last < first:
        raise DomainError(_("対象期間の終了日が開始日より前です。どちらかの日付を直してください。"))


def _colleague(organisation_id: uuid.UUID, owner_id: uuid.UUID | None) -> User | None:
    if owner_id is None:
        return None
    colleague = writers_of(organisation_id).filter(pk=owner_id).first()
    if colleague is None:
        raise DomainError(_("担当者は、いま所属している人から選び直してください。"))
    return colleague


def _named(evidence: Evidence) -> dict[str, str]:
    """What history says of it: the names of people stay readable when the people have gone."""
    return {"title": evidence.title, "owner": evidence.owner.name if evidence.owner else ""}


def _record(evidence: Evidence, actor: User, at: datetime, action: str, **facts: Any) -> None:
    EvidenceHistory.objects.create(
        evidence=evidence, **history.line(actor=actor, at=at, action=action, **facts)
    )
