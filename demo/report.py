"""An audit of the demo whose fieldwork is done: the provider has signed its confirmation, the report is next."""

import uuid
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import time_machine

from audits.enums import Evaluation, SampleMethod, Severity, TestResult
from audits.models import Engagement
from audits.selectors.confirmation import TOLD, ConfirmationFacts, points_on
from audits.services.confirmation import sign_confirmation
from audits.services.fieldwork import TestEdit, record_tests
from audits.services.fieldwork_sample import draw_sample
from audits.services.fieldwork_scope import pull_into_scope, skip_inherited
from audits.services.finding import FindingFacts, issue_finding, raise_finding
from audits.services.finding_answer import AnswerFacts, answer_finding
from declarations.models import Declaration
from demo.journeys import NAMESPACE, World, engage


class Tested(NamedTuple):
    """What was tested of the operation of a control, on which sample of which population."""

    number: str
    procedure: str
    population: str
    size: int
    sample: int


TESTED = (
    Tested("3.1.2.1", "経営会議の議事録で、評価の実施と指示を確かめました。", "経営会議の議事録", 12, 4),
    Tested(
        "4.4.1.1", "方針の承認と資源の割当てに、経営層が関わったことを記録で確かめました。", "方針の承認の記録", 2, 2,
    ),
    Tested(
        "9.2.2.8.PB", "利用者アクセスの割当てについて、申請と承認の記録を照合しました。", "権限の割当ての申請", 86, 25,
    ),
    Tested(
        "9.2.3.11.PB", "多要素認証の設定を画面で確かめ、例外の承認の記録を照合しました。", "管理者の利用者ID", 34, 25,
    ),
    Tested("9.4.2.2.B", "ログオンの設定値を、規程の基準値と照合しました。", "設定の点検の記録", 4, 2),
    Tested(
        "12.1.2.11.PB", "変更の通知が、定めた日数の前に利用者に届いたことを確かめました。", "通知した変更", 18, 5,
    ),
    Tested(
        "12.6.1.18.PB", "脆弱性の情報の提供と、対応の期限の管理を確かめました。", "対応した脆弱性", 142, 25,
    ),
    Tested("15.1.1.16.B", "委託先の所在国と準拠法の一覧が、契約と合うことを確かめました。", "委託先との契約", 9, 3),
)  # fmt: skip
DEFICIENT, INHERITED = "9.2.2.8.PB", "11.1.1.1"
SKIPPED = (
    "データセンターの物理的な対策は基盤クラウドサービスから継承しているため、手続を省略しました。"
)
LEAD, MEMBER = "haruka-sekinin", "haruka-tantou"
APPROVER, EDITOR = "shirakaba-shounin", "shirakaba-tantou"


def fieldwork(world: World, fixed: Declaration, *, at: datetime) -> Engagement:
    """Commissioned, accepted, tested, with one finding that the provider has answered."""
    engagement = engage(
        world,
        fixed,
        firm="haruka",
        approver=APPROVER,
        lead=LEAD,
        at=at,
        message="初めての監査です。整備状況の確認を中心にお願いします。",
        colleagues=("haruka-saetsu",),
    )
    with time_machine.travel(at + timedelta(days=20)):
        pull_into_scope(
            engagement_id=engagement.pk,
            actor=world.people[LEAD],
            numbers=[*(one.number for one in TESTED), INHERITED],
            reason="初めての監査のため、重点領域から選びました。",
        )
        _test(world, engagement)
        _find(world, engagement)
    return engagement


def confirm(world: World, engagement: Engagement, *, at: datetime) -> None:
    """The provider's approver signs the confirmation."""
    declaration = engagement.declaration
    with time_machine.travel(at):
        points, _fact = points_on(at.date())
        sign_confirmation(
            engagement_id=engagement.pk,
            actor=world.people[APPROVER],
            version=1,
            facts=ConfirmationFacts(
                dated_on=at.date(),
                confirmed=[point.code for point in points if point.code not in TOLD],
                subsequent_events="期間の末日の後に、問い合わせの受付時間を1時間延ばしました。管理策への影響はありません。",
                fraud="",
                signer_title=declaration.signer_title,
                signer_name=declaration.signer_name,
            ),
        )


def _test(world: World, engagement: Engagement) -> None:
    by: dict[str, Any] = {"engagement_id": engagement.pk, "actor": world.people[MEMBER]}
    edits = []
    for one in TESTED:
        drawn = draw_sample(
            **by,
            number=one.number,
            version=1,
            population_size=one.size,
            method=SampleMethod.RANDOM if one.sample < one.size else SampleMethod.ALL,
            sample_size=one.sample,
        )
        result = TestResult.DEFICIENT if one.number == DEFICIENT else TestResult.EFFECTIVE
        says = {
            "design_procedure": "規程と手順書を閲覧し、担当者に質問しました。",
            "design_result": TestResult.EFFECTIVE,
            "operating_procedure": one.procedure,
            "operating_result": result,
            "population": one.population,
        }
        edits.append(TestEdit(one.number, drawn.row_version, says))
    record_tests(**by, edits=edits)
    skip_inherited(**by, number=INHERITED, version=1, reason=SKIPPED)


def _find(world: World, engagement: Engagement) -> None:
    lead, owner = world.people[LEAD], world.people[EDITOR]
    raised = raise_finding(
        test_id=engagement.tests.get(control__number=DEFICIENT).pk,
        actor=lead,
        creation_key=uuid.uuid5(NAMESPACE, f"{engagement.pk} {DEFICIENT}"),
        facts=FindingFacts(
            evaluation=Evaluation.OPERATING,
            severity=Severity.MEDIUM,
            fact="抽出した25件のうち2件で、割当ての前の承認の記録がありませんでした。",
            effect="承認のない権限によって、利用者の情報が閲覧されるおそれがあります。",
            sample_note="2件はいずれも、夜間の障害対応での割当てです。",
        ),
    )
    issued = issue_finding(finding_id=raised.pk, actor=lead, version=raised.row_version)
    answer_finding(
        finding_id=issued.pk,
        actor=owner,
        version=issued.row_version,
        facts=AnswerFacts(
            "夜間に承認できる人を定めていませんでした。",
            "当直の承認者を定め、翌営業日までに事後の承認も記録する手順に改めます。",
            owner.pk,
            world.today + timedelta(days=60),
        ),
    )
