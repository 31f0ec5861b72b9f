"""Evidence requests of the demo: what the auditors of a running audit asked for, in four different states."""

import uuid
from datetime import datetime, timedelta

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from audits.models import Engagement, EvidenceRequest
from audits.services import requests as acts
from audits.services.requests import Answer
from demo.journeys import NAMESPACE, World
from documents.uploads import check_upload

LEAD, MEMBER, EDITOR = "kisaragi-sekinin", "kisaragi-tantou", "shirakaba-tantou"


def exchange(world: World, engagement: Engagement, *, today: datetime) -> None:
    """One request that is accepted, one that waits for the auditors, one that came back, one that is overdue."""

    def ago(days: int) -> datetime:
        return today - timedelta(days=days)

    done = _ask(
        world, engagement, LEAD, ago(14), "情報セキュリティ方針の最新版",
        "監査対象期間の末日に有効だった版を、承認日がわかる形で示してください。", "5.1.1.1",
    )  # fmt: skip
    done = _provide(
        world, done, ago(12), "情報セキュリティ方針.txt",
        "情報セキュリティ方針 第7版\n承認：代表取締役社長\n", "承認の記録は末尾にあります。",
    )  # fmt: skip
    with time_machine.travel(ago(11)):
        acts.accept_evidence(**_by(world, done, LEAD))
    looked_at = _ask(
        world, engagement, MEMBER, ago(10), "特権IDの棚卸し記録",
        "監査対象期間の全四半期の記録を示してください。", "9.2.3.2、9.2.5.1",
    )  # fmt: skip
    _provide(
        world, looked_at, ago(1), "特権ID棚卸し記録_通年.csv",
        "四半期,対象,件数,是正\n1,本番環境の特権ID,18,0\n2,本番環境の特権ID,17,1\n",
        "第2四半期の是正1件は、退職者のIDの削除です。",
    )  # fmt: skip
    back = _ask(
        world, engagement, MEMBER, ago(9), "変更管理の記録",
        "本番環境の変更の一覧と、各変更の承認の記録を示してください。", "12.1.2.1",
    )  # fmt: skip
    back = _provide(
        world, back, ago(6), "変更一覧.csv", "番号,変更,実施日\n1,認証基盤の更新,7月3日\n",
        "変更の一覧です。",
    )  # fmt: skip
    with time_machine.travel(ago(2)):
        acts.return_evidence(
            **_by(world, back, MEMBER),
            reason="承認した人と承認日の記録がありません。一覧に加えて、もう一度提出してください。",
        )
    _ask(
        world, engagement, LEAD, ago(9), "バックアップからの復元試験の記録",
        "直近の試験の計画、結果、所要時間がわかる記録を示してください。", "12.3.1.1、12.3.1.2",
    )  # fmt: skip


def _ask(
    world: World, engagement: Engagement, by: str, at: datetime, title: str, text: str, codes: str
) -> EvidenceRequest:
    with time_machine.travel(at):
        return acts.ask_evidence(
            engagement_id=engagement.pk,
            actor=world.people[by],
            creation_key=uuid.uuid5(NAMESPACE, title),
            title=title,
            text=text,
            codes=codes.split("、"),
        )


def _provide(
    world: World, request: EvidenceRequest, at: datetime, name: str, content: str, answer: str
) -> EvidenceRequest:
    with time_machine.travel(at):
        return acts.provide_evidence(
            **_by(world, request, EDITOR),
            creation_key=uuid.uuid5(NAMESPACE, name),
            answer=Answer(answer, [check_upload(SimpleUploadedFile(name, content.encode()))]),
        )


def _by(world: World, request: EvidenceRequest, actor: str) -> dict:
    return {
        "request_id": request.pk,
        "actor": world.people[actor],
        "version": request.row_version,
    }
