"""Base services of the demo, as the secretariat enters them; one of them leaves the list while a draft names it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import time_machine

from declarations.enums import Adoption
from declarations.models import Declaration, ListedService
from declarations.services.listed_services import end_listing, enter_listed_service
from declarations.services.statements import StatementEdit, save_statements
from demo.journeys import NAMESPACE, World

SOURCE = "見本のクラウドサービスリスト（デモのための架空の記載）"


@dataclass(frozen=True, slots=True)
class Base:
    """One service, and what the draft of the demo inherits from it."""

    number: str
    name: str
    provider_name: str
    note: str
    numbers: tuple[str, ...]


BASES = (
    Base(
        "見本-C00-0000",
        "みほん基盤クラウド",
        "みほん基盤株式会社",
        "データセンターの物理的な対策を継承し、入退室の記録の確認だけを自社で年1回行っています。",
        ("11.1.1.1", "11.1.2.1", "11.1.4.1", "11.2.1.1", "11.2.2.1"),
    ),
    Base(
        "見本-C00-0001",
        "みほん鍵管理クラウド",
        "みほん基盤株式会社",
        "鍵の生成と保管を継承し、鍵を使う権限の管理は自社で行っています。",
        ("10.1.2.1", "10.1.2.2"),
    ),
    Base(
        "見本-C00-0002",
        "さんぷる監視クラウド",
        "さんぷる監視株式会社",
        "ログの収集と保存を継承し、警告への対応は自社で行っています。",
        ("9.4.1.1", "9.4.2.1"),
    ),
)
LEAVING = BASES[2]


def enter(world: World, at: datetime) -> None:
    """The secretariat enters the services from the published list."""
    with time_machine.travel(at):
        for base in BASES:
            enter_listed_service(
                actor=world.people["jimukyoku"],
                creation_key=uuid.uuid5(NAMESPACE, base.number),
                facts={
                    "list_name": "ismap",
                    "number": base.number,
                    "name": base.name,
                    "provider_name": base.provider_name,
                    "listed_from": (at - timedelta(days=700)).date(),
                    "listed_until": None,
                    "source": SOURCE,
                },
            )


def inherit(world: World, opened: Declaration, *, by: str, at: datetime) -> None:
    """The provider adopts some controls and takes them over from each service."""
    with time_machine.travel(at):
        for base in BASES:
            listed = ListedService.objects.get(number=base.number)
            rows = opened.statements.filter(control__number__in=base.numbers).select_related(
                "control"
            )
            changes = {
                "adoption": Adoption.ADOPTED,
                "reason": "",
                "base_service": str(listed.pk),
                "inherited_note": base.note,
            }
            save_statements(
                declaration_id=opened.pk,
                actor=world.people[by],
                edits=[StatementEdit(r.control.number, r.row_version, changes) for r in rows],
            )


def leave(world: World, at: datetime) -> None:
    """One service leaves the list."""
    listed = ListedService.objects.get(number=LEAVING.number)
    with time_machine.travel(at):
        end_listing(
            listed_id=listed.pk,
            actor=world.people["jimukyoku"],
            version=listed.row_version,
            last_day=at.date(),
            reason="提供終了による廃止が公表されたため。",
        )
