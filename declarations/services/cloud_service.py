"""Acts on the description of a cloud service."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core import history
from core.db import refusals
from core.exceptions import EditConflictError
from core.normalise import search_key
from core.policies import require
from declarations import policies
from declarations.enums import ServiceAction
from declarations.models import CloudService, CloudServiceHistory
from declarations.snapshot import SERVICE_FIELDS


def _messages() -> dict[str, str]:
    return {
        "service_name_once_per_organisation": _(
            "同じ名称のサービスがすでにあります。名称を変えるか、既存のサービスを開いてください。"
        )
    }


@transaction.atomic
def create_service(*, actor: User, creation_key: uuid.UUID, facts: dict[str, Any]) -> CloudService:
    """Describe a new cloud service. The same `creation_key` again gives the service it made (double click)."""
    require(policies.can_create_service, actor)
    organisation = Organisation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=actor.organisation_id
    )
    existing = CloudService.objects.filter(
        organisation=organisation, creation_key=creation_key
    ).first()
    if existing:
        return existing
    now = timezone.now()
    service = CloudService(
        organisation=organisation,
        creation_key=creation_key,
        created_at=now,
        search_key=search_key(facts["name"], facts["name_kana"]),
        **{name: value for name, value in facts.items() if name in SERVICE_FIELDS},
    )
    with refusals(_messages()):
        service.save(force_insert=True)
    CloudServiceHistory.objects.create(
        service=service, **history.line(actor=actor, at=now, action=ServiceAction.CREATED)
    )
    return service


@transaction.atomic
def update_service(
    *, service_id: uuid.UUID, actor: User, version: int, facts: dict[str, Any]
) -> CloudService:
    """Change the description. EditConflictError when somebody saved since `version` was shown."""
    service = CloudService.objects.select_for_update(of=("self",), no_key=True).get(pk=service_id)
    require(policies.can_edit_service, actor, service)
    after = {name: value for name, value in facts.items() if name in SERVICE_FIELDS}
    changes = history.changed_fields({name: getattr(service, name) for name in after}, after)
    if not changes:
        return service
    if service.row_version != version:
        raise EditConflictError(current=service)
    now = timezone.now()
    for name in changes:
        setattr(service, name, after[name])
    service.search_key = search_key(service.name, service.name_kana)
    service.row_version += 1
    with refusals(_messages()):
        service.save()
    CloudServiceHistory.objects.create(
        service=service,
        **history.line(actor=actor, at=now, action=ServiceAction.UPDATED, changes=changes),
    )
    return service
