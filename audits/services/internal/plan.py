"""Acts before the fieldwork of an internal audit: programme, plan, auditors, start."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import InternalAuditAct, InternalAuditState
from audits.models import InternalAudit, InternalAuditor, InternalAuditProgramme
from audits.services.internal.common import (
    locked,
    record,
    require_version,
    require_worked_on,
    touch,
    words,
)
from audits.workflow import INTERNAL_AUDIT
from core import history
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from declarations.models import CloudService, Declaration
from declarations.selectors.colleagues import colleagues


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """What a programme says (内部監査基本計画)."""

    purpose: str
    scope: str
    management: str
    frequency_months: int
    weighting: str
    valid_from: date

    def cleaned(self) -> dict[str, object]:
        """As it is stored. DomainError for an empty text or a frequency of nothing."""
        if self.frequency_months < 1:
            raise DomainError(_("頻度は1か月以上で入力してください。"))
        return {
            "purpose": words(self.purpose, _("目的")),
            "scope": words(self.scope, _("対象範囲")),
            "management": words(self.management, _("管理体制")),
            "frequency_months": self.frequency_months,
            "weighting": words(self.weighting, _("重み付けの考え方")),
            "valid_from": self.valid_from,
        }


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """When, where and how it is audited (内部監査実施計画)."""

    starts_on: date
    ends_on: date
    place: str
    methods: str

    def cleaned(self) -> dict[str, object]:
        """As it is stored. DomainError for days out of order and an empty text."""
        if self.ends_on < self.starts_on:
            raise DomainError(_("監査の終了日は、開始日以降の日にしてください。"))
        return {
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "place": words(self.place, _("場所"), multiline=False),
            "methods": words(self.methods, _("方法")),
        }


@transaction.atomic
def decide_programme(
    *, service_id: uuid.UUID, actor: User, version: int, facts: ProgrammeFacts
) -> InternalAuditProgramme:
    """Decide on the programme, or on its next version. `version` is the one that the page showed, 0 without any.

    The same words sent twice are one version. EditConflictError, with the newest version, when somebody decided
    meanwhile.
    """
    service = CloudService.objects.select_for_update(of=("self",), no_key=True).get(pk=service_id)
    require(policies.can_decide_programme, actor, service)
    said = facts.cleaned()
    newest = InternalAuditProgramme.objects.current(service_id)
    if newest and all(getattr(newest, name) == value for name, value in said.items()):
        return newest
    if version != (newest.version if newest else 0):
        raise EditConflictError(current=newest)
    return InternalAuditProgramme.objects.create(
        service=service,
        version=version + 1,
        decided_by=actor,
        decided_at=timezone.now(),
        **said,
    )


@transaction.atomic
def plan_audit(*, declaration_id: uuid.UUID, actor: User, facts: PlanFacts) -> InternalAudit:
    """Plan the internal audit of a fixed declaration under the newest programme. Asked for twice it is one.

    DomainError for a declaration that is not fixed, one without a programme, and one whose record was filed.
    """
    declaration = (
        Declaration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("service__organisation")
        .get(pk=declaration_id)
    )
    require(policies.can_plan_internal_audit, actor, declaration)
    existing = InternalAudit.objects.filter(declaration=declaration).first()
    if existing:
        return existing
    if not declaration.is_frozen:
        raise DomainError(_("内部監査は、確定した言明について計画します。"))
    if hasattr(declaration, "internal_audit"):
        raise DomainError(_("この言明の内部監査の記録はすでに提出されています。"))
    programme = InternalAuditProgramme.objects.current(declaration.service_id)
    if programme is None:
        raise DomainError(_("先に、このサービスの内部監査基本計画を作成してください。"))
    now = timezone.now()
    audit = InternalAudit.objects.create(
        declaration=declaration,
        programme=programme,
        planned_by=actor,
        planned_at=now,
        **facts.cleaned(),
    )
    record(audit, actor, now, InternalAuditAct.PLANNED, to_state=audit.state)
    return audit


@transaction.atomic
def edit_plan(*, audit_id: uuid.UUID, actor: User, version: int, facts: PlanFacts) -> InternalAudit:
    """Change when, where and how, and take over the newest programme, until the report is approved."""
    audit = locked(audit_id)
    require(policies.can_plan_internal_audit, actor, audit.declaration)
    require_worked_on(audit)
    require_version(audit, version)
    said = facts.cleaned()
    newest = InternalAuditProgramme.objects.current(audit.declaration.service_id)
    changes = history.changed_fields(
        {name: str(getattr(audit, name)) for name in said},
        {name: str(value) for name, value in said.items()},
    )
    if newest != audit.programme:
        changes["programme"] = [audit.programme.version, newest.version]
    if not changes:
        return audit
    audit.programme = newest
    for name, value in said.items():
        setattr(audit, name, value)
    touch(audit)
    record(audit, actor, timezone.now(), InternalAuditAct.EDITED, changes=changes)
    return audit


@transaction.atomic
def add_auditor(
    *, audit_id: uuid.UUID, actor: User, person_id: uuid.UUID, share: str
) -> InternalAuditor:
    """Name a colleague as auditor with a share of the work; named again, the share is changed."""
    audit = locked(audit_id)
    require(policies.can_plan_internal_audit, actor, audit.declaration)
    require_worked_on(audit)
    person = colleagues(audit.declaration).filter(pk=person_id).first()
    if person is None:
        raise DomainError(_("内部監査人は、この組織で言明を担当できる人から選んでください。"))
    said = words(share, _("分担"), multiline=False)
    auditor, is_new = InternalAuditor.objects.get_or_create(
        audit=audit, person=person, defaults={"share": said}
    )
    if not is_new and auditor.share == said:
        return auditor
    auditor.share = said
    auditor.save()
    touch(audit)
    record(
        audit, actor, timezone.now(), InternalAuditAct.AUDITOR_ADDED,
        changes={"auditor": [None, person.name], "share": [None, said]},
    )  # fmt: skip
    return auditor


@transaction.atomic
def remove_auditor(*, audit_id: uuid.UUID, actor: User, auditor_id: int) -> None:
    """Take the nomination back. What is assigned and not tested becomes free; who tested something stays."""
    audit = locked(audit_id)
    require(policies.can_plan_internal_audit, actor, audit.declaration)
    require_worked_on(audit)
    auditor = audit.auditors.select_related("person").filter(pk=auditor_id).first()
    if auditor is None:
        return
    if auditor.items.exclude(result="").exists():
        raise DomainError(
            _(
                "%(name)sさんはすでに監査の結果を記録しているため、指名を取り消せません。"
                "まだ確認していない項目は、ほかの監査人に割り当て直せます。"
            )
            % {"name": auditor.person.name}
        )
    if audit.is_running and auditor.items.exists():
        raise DomainError(
            _("先に、%(name)sさんの項目をほかの監査人に割り当ててください。")
            % {"name": auditor.person.name}
        )
    auditor.items.update(auditor=None)
    auditor.delete()
    touch(audit)
    record(
        audit, actor, timezone.now(), InternalAuditAct.AUDITOR_REMOVED,
        changes={"auditor": [auditor.person.name, None]},
    )  # fmt: skip


@transaction.atomic
def start_audit(*, audit_id: uuid.UUID, actor: User, version: int) -> InternalAudit:
    """Begin: from now on auditors record results. DomainError without items or with one that nobody audits."""
    audit = locked(audit_id)
    require(policies.can_plan_internal_audit, actor, audit.declaration)
    move = INTERNAL_AUDIT.check(InternalAuditAct.START, audit.state)
    require_version(audit, version)
    if not audit.items.exists():
        raise DomainError(_("監査する項目を選んでから開始してください。"))
    free = audit.items.filter(auditor__isnull=True).count()
    if free:
        raise DomainError(
            _(
                "内部監査人が決まっていない項目が%(count)s件あります。割り当ててから開始してください。"
            )
            % {"count": free}
        )
    before, audit.state = audit.state, InternalAuditState(move.target)
    touch(audit)
    record(
        audit, actor, timezone.now(), move.name, from_state=before, to_state=audit.state
    )  # fmt: skip
    return audit
