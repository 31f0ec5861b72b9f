"""Internal audits of the demo: one from programme to filed report, one in the middle of its work."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import time_machine
from django.utils import timezone

from accounts.models import User
from audits.enums import ItemMethod, ItemReason, ItemResult
from audits.models import InternalAudit, InternalAuditItem, Nonconformity
from audits.services.internal import findings, items
from audits.services.internal import plan as plans
from audits.services.internal import report as reports
from declarations.models import Declaration
from demo.journeys import NAMESPACE, World
from documents.services import render_document

REASONS = (ItemReason.NONCONFORMITY, ItemReason.ALWAYS, ItemReason.MANDATORY, ItemReason.CHANGED)
METHODS = tuple(ItemMethod)
# What is sampled, in turn.
SAMPLES = (
    "規程の最新版と改定の記録",
    "対象期間の記録から無作為に選んだ10件",
    "担当者2名への聞取り",
    "本番環境の設定画面",
    "申請と承認の記録、四半期ごとに3件",
)
# Every so manieth item is an observation.
OBSERVED_EVERY, OBSERVATION = 37, "手順は守られていますが、記録の様式が部門ごとに異なります。"
PROGRAMME = plans.ProgrammeFacts(
    purpose="言明した管理策が定めどおりに整備され、運用されていることを確かめ、改善につなげます。",
    scope="言明の対象となるサービスの開発、運用、利用者支援と、それらを支える管理部門を対象とします。",
    management="承認者が計画と報告書を承認し、内部監査人が監査します。結果は情報セキュリティ委員会に報告します。",
    frequency_months=12,
    weighting="ガバナンス基準とマネジメント基準は毎年、ほかは基本言明要件、前回の不適合、期間中に変更した管理策を優先します。",
    valid_from=date(2024, 4, 1),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A nonconformity: which control, what was found, and what its owner answers."""

    number: str
    fact: str
    cause: str
    action: str


FAILURES = (
    Failure(
        "9.2.3.11.PB",
        "特権IDの棚卸しの記録10件のうち2件に、承認者の確認日がありません。",
        "棚卸しの様式に確認日の欄がなく、承認者が空欄のまま回付していました。",
        "様式に確認日の欄を加え、空欄の記録を受け付けないようにします。",
    ),
    Failure(
        "12.4.1.15.PB",
        "監視の対象に加えたサーバー1台について、ログの保存期間の設定が規程の定めより短くなっています。",
        "構成を変更したときの確認項目に、ログの保存期間がありませんでした。",
        "設定を改め、構成変更の確認項目に保存期間を加えます。",
    ),
)


@dataclass(frozen=True, slots=True)
class Team:
    """Keys of the people: who plans and approves, who audits, who answers."""

    approver: str
    auditors: tuple[str, ...]
    owner: str


def finish(world: World, fixed: Declaration, team: Team, *, at: datetime) -> None:
    """From the plan to the filed record, within ten days; one nonconformity, corrected and verified."""
    run = _started(world, fixed, team, at=at)
    failure = FAILURES[0]
    with time_machine.travel(at + timedelta(days=3)):
        _test_all(run, fails=(failure.number,))
        found = _state(run, failure)
    owner, auditor = _owner(world, team, found), found.raised_by
    with time_machine.travel(at + timedelta(days=4)):
        action = _answer(found, failure, owner)
    with time_machine.travel(at + timedelta(days=6)):
        action = findings.finish_action(
            action_id=action.pk,
            actor=owner,
            done_on=(at + timedelta(days=6)).date(),
            note="様式を改訂し、全部門に周知しました。改訂後の記録3件に確認日があることを確かめました。",
        )
    with time_machine.travel(at + timedelta(days=7)):
        findings.verify_action(
            action_id=action.pk,
            actor=auditor,
            version=action.row_version,
            verification="effective",
            note="改訂した様式と、その後の記録5件を確認しました。",
        )
    with time_machine.travel(at + timedelta(days=8)):
        run = reports.approve_report(
            **_by(run, world.people[team.approver]),
            facts=reports.ReportFacts(
                reference=f"内監-{at:%Y}-01",
                conclusion="管理策はおおむね定めどおりに運用されています。不適合1件は是正し、検証を終えました。",
                reported_to="情報セキュリティ委員会",
                reported_on=(at + timedelta(days=8)).date(),
            ),
        )
        if run.document:
            render_document(document_id=run.document.pk)
    with time_machine.travel(at + timedelta(days=9)):
        reports.file_report(**_by(run, world.people[team.approver]))


def begin(world: World, fixed: Declaration, team: Team, *, at: datetime) -> None:
    """Under way: half of the items are tested, one nonconformity is answered and one is not."""
    run = _started(world, fixed, team, at=at)
    with time_machine.travel(at + timedelta(days=2)):
        _test_all(run, fails=tuple(one.number for one in FAILURES), share=50)
        first, _second = [_state(run, failure) for failure in FAILURES]
    with time_machine.travel(at + timedelta(days=4)):
        _answer(first, FAILURES[0], _owner(world, team, first))


def _started(world: World, fixed: Declaration, team: Team, *, at: datetime) -> InternalAudit:
    """Programme, plan, auditors, items, assignment, start."""
    approver = world.people[team.approver]
    with time_machine.travel(at):
        plans.decide_programme(
            service_id=fixed.service_id, actor=approver, version=0, facts=PROGRAMME
        )
        run = plans.plan_audit(
            declaration_id=fixed.pk,
            actor=approver,
            facts=plans.PlanFacts(
                starts_on=(at + timedelta(days=2)).date(),
                ends_on=(at + timedelta(days=14)).date(),
                place="本社会議室、運用拠点（遠隔）",
                methods="規程と記録の閲覧、担当者への聞取り、設定画面の観察を組み合わせます。"
                "記録は対象期間から無作為に抽出します。",
            ),
        )
        items.add_items(
            **_by(run, approver), reasons=REASONS, numbers=[one.number for one in FAILURES]
        )
        sections = set(run.items.values_list("control__parent__parent__number", flat=True))
        for key in team.auditors:
            auditor = plans.add_auditor(
                audit_id=run.pk,
                actor=approver,
                person_id=world.people[key].pk,
                share="言明を担当していないすべての章",
            )
            items.assign_items(
                **_by(run, approver), auditor_id=auditor.pk, sections=sections, only_free=True
            )
    with time_machine.travel(at + timedelta(days=1)):
        return plans.start_audit(**_by(run, approver))


def _test_all(run: InternalAudit, *, fails: tuple[str, ...], share: int = 100) -> None:
    """Each auditor records the results of the own items; those that fail are among them whatever the share."""
    for auditor in run.auditors.select_related("person"):
        rows = list(auditor.items.select_related("control").order_by("control__sort_key"))
        first = len(rows) * share // 100
        chosen = [
            (index, row)
            for index, row in enumerate(rows)
            if index < first or row.control.number in fails
        ]
        items.record_results(
            audit_id=run.pk,
            actor=auditor.person,
            edits=[_edit(row, index, fails) for index, row in chosen],
        )


def _edit(row: InternalAuditItem, index: int, fails: tuple[str, ...]) -> items.ResultEdit:
    is_observed = index % OBSERVED_EVERY == OBSERVED_EVERY - 1
    result = ItemResult.OBSERVATION if is_observed else ItemResult.CONFORMS
    if row.control.number in fails:
        result, is_observed = ItemResult.NONCONFORMS, False
    return items.ResultEdit(
        item_id=row.pk,
        version=row.row_version,
        method=METHODS[index % len(METHODS)],
        sample=SAMPLES[index % len(SAMPLES)],
        result=result,
        note=OBSERVATION if is_observed else "",
        tested_on=timezone.localdate(),
    )


def _state(run: InternalAudit, failure: Failure) -> Nonconformity:
    of_control = {"items__control__number": failure.number}
    auditor = run.auditors.select_related("person").get(**of_control)
    return findings.raise_nonconformity(
        item_id=auditor.items.get(control__number=failure.number).pk,
        actor=auditor.person,
        creation_key=uuid.uuid5(NAMESPACE, f"{run.pk}{failure.number}"),
        severity="minor",
        fact=failure.fact,
    )


def _owner(world: World, team: Team, found: Nonconformity) -> User:
    """Somebody else than who found it."""
    people = [world.people[key] for key in (team.owner, *team.auditors)]
    return next(person for person in people if person != found.raised_by)


def _answer(found: Nonconformity, failure: Failure, owner: User):
    return findings.answer_nonconformity(
        nonconformity_id=found.pk,
        actor=owner,
        creation_key=uuid.uuid5(NAMESPACE, f"{found.pk}"),
        facts=findings.AnswerFacts(
            failure.cause, failure.action, owner.pk, timezone.localdate() + timedelta(days=45)
        ),
    )


def _by(run: InternalAudit, actor: User) -> dict:
    run.refresh_from_db()
    return {"audit_id": run.pk, "actor": actor, "version": run.row_version}
