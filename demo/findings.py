"""Findings of the demo: one of a year that is reported, and two of an audit under way."""

import uuid
from datetime import date, datetime, timedelta

import time_machine

from audits.enums import Evaluation, Severity
from audits.models import Engagement, Finding
from audits.services import finding as acts
from audits.services.fieldwork_scope import pull_into_scope
from audits.services.finding_answer import AnswerFacts, answer_finding
from declarations.models import Declaration
from demo.journeys import NAMESPACE, World

LAST_YEAR = (
    "9.2.3.11.PB",
    acts.FindingFacts(
        evaluation=Evaluation.OPERATING,
        severity=Severity.MEDIUM,
        fact="特権IDの棚卸しの記録25件のうち2件に、承認日の記載がありませんでした。",
        effect="棚卸しの結果を誰がいつ承認したかを、後から確かめられません。",
        sample_note="母集団104件から25件を無作為に抽出し、2件で不備を確認しました。",
    ),
)
ACCOUNTS = (
    "9.2.1.6.PB",
    acts.FindingFacts(
        evaluation=Evaluation.OPERATING,
        severity=Severity.HIGH,
        fact="退職者の利用者ID 1件が、退職日から12日間、有効なまま残っていました。",
        effect="退職者が本番環境の管理画面にログインできる状態でした。利用の記録はありません。",
        sample_note="退職者8名の全件を確認し、1名で不備を確認しました。",
    ),
)
BACKUP = (
    "12.1.5.1.PB",
    acts.FindingFacts(
        evaluation=Evaluation.DESIGN,
        severity=Severity.LOW,
        fact="復元の試験の手順に、試験の結果を誰が確かめるかの定めがありません。",
        effect="復元できないことに気付くのが遅れるおそれがあります。",
    ),
)


def of_last_year(
    world: World, audited: Declaration, *, lead: str, approver: str, at: datetime
) -> None:
    """Found and answered in an audit that is reported afterwards: it goes along to the next one."""
    engagement = audited.engagements.get()
    issued = _issue(world, engagement, LAST_YEAR, lead=lead, at=at)
    with time_machine.travel(at + timedelta(days=3)):
        _answer(
            world,
            issued,
            by=approver,
            root_cause="承認日を書く欄が、棚卸しの様式にありませんでした。",
            plan="様式に承認日の欄を設け、欄が空の記録は受け付けないようにします。",
            due_on=world.today + timedelta(days=45),
        )


def under_way(world: World, engagement: Engagement, *, today: datetime) -> None:
    """An audit in fieldwork with a finding that is answered and one that waits."""
    lead, ago = "kisaragi-sekinin", timedelta(days=1)
    first = _issue(world, engagement, ACCOUNTS, lead=lead, at=today - 6 * ago)
    _issue(world, engagement, BACKUP, lead=lead, at=today - 2 * ago)
    with time_machine.travel(today - 3 * ago):
        _answer(
            world,
            first,
            by="shirakaba-tantou",
            root_cause="退職の連絡が、月末にまとめて情報システムの担当に届いていました。",
            plan="人事の手続の当日に、利用者IDを止める依頼が自動で届くようにします。",
            due_on=world.today + timedelta(days=30),
        )


def _issue(
    world: World,
    engagement: Engagement,
    found: tuple[str, acts.FindingFacts],
    *,
    lead: str,
    at: datetime,
) -> Finding:
    number, facts = found
    actor = world.people[lead]
    with time_machine.travel(at):
        if not engagement.tests.filter(control__number=number).exists():
            pull_into_scope(
                engagement_id=engagement.pk,
                actor=actor,
                numbers=[number],
                reason="資料の閲覧で、不備のおそれに気付いたため。",
            )
        test = engagement.tests.get(control__number=number)
        raised = acts.raise_finding(
            test_id=test.pk,
            actor=actor,
            creation_key=uuid.uuid5(NAMESPACE, f"{engagement.pk} {number}"),
            facts=facts,
        )
        return acts.issue_finding(finding_id=raised.pk, actor=actor, version=raised.row_version)


def _answer(
    world: World, finding: Finding, *, by: str, root_cause: str, plan: str, due_on: date
) -> None:
    actor = world.people[by]
    facts = AnswerFacts(root_cause, plan, actor.pk, due_on)
    answer_finding(finding_id=finding.pk, actor=actor, version=finding.row_version, facts=facts)
