"""Evidence of the demo: small tables as a provider would export them, with days that lie around the day of seeding."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from declarations.models import Declaration
from declarations.services.evidence_library import VersionFacts, keep_evidence
from declarations.services.evidence_ties import tie_evidence
from demo.journeys import NAMESPACE, World
from documents.uploads import check_upload


@dataclass(frozen=True, slots=True)
class Record:
    """One piece of evidence. `until` counts days from the day of seeding; `numbers` are the details that it proves."""

    title: str
    file: str
    text: str
    until: int | None
    numbers: tuple[str, ...] = ()


RECORDS = (
    Record(
        "特権ID棚卸し記録",
        "特権ID棚卸し記録.csv",
        "実施日,対象,件数,是正\n第1四半期,本番環境の特権ID,18,0\n第2四半期,本番環境の特権ID,17,1\n",
        12,
        ("9.2.3.2", "9.2.3.3", "9.2.5.1"),
    ),
    Record(
        "ログ監視の月次報告",
        "ログ監視報告.csv",
        "月,警告,調査,影響あり\n4月,12,3,0\n5月,9,2,0\n",
        -3,
        ("12.4.1.1",),
    ),
    Record(
        "情報セキュリティ教育の実施記録",
        "教育実施記録.csv",
        "回,受講者,合格者\n1回目,214,214\n2回目,216,215\n",
        190,
        ("7.2.2.1",),
    ),
    Record(
        "変更管理手順書",
        "変更管理手順書.txt",
        "本番環境の変更は、申請、影響の評価、承認、実施、確認の順に行い、記録を変更管理台帳に残す。\n",
        None,
    ),
)


def keep(world: World, opened: Declaration, *, by: str, at: datetime) -> None:
    """Keep the records and tie each to the details that it proves."""
    with time_machine.travel(at):
        for record in RECORDS:
            _keep(world, opened, record, by=by)


def _keep(world: World, opened: Declaration, record: Record, *, by: str) -> None:
    actor = world.people[by]
    last = None if record.until is None else world.today + timedelta(days=record.until)
    version = keep_evidence(
        organisation_id=opened.service.organisation_id,
        actor=actor,
        upload=check_upload(SimpleUploadedFile(record.file, record.text.encode())),
        creation_key=uuid.uuid5(NAMESPACE, record.title),
        title=record.title,
        owner_id=actor.pk,
        facts=VersionFacts(
            collected_on=world.today - timedelta(days=8),
            covers_from=_first(last),
            covers_until=last,
        ),
    )
    held = opened.statements.filter(control__number__in=record.numbers)
    numbers = list(held.values_list("control__number", flat=True))
    if numbers:
        tie_evidence(declaration_id=opened.pk, version_id=version.pk, actor=actor, numbers=numbers)


def _first(last: date | None) -> date | None:
    return last - timedelta(days=180) if last else None
