"""Editions of the catalogue, made by the real services.

`small_edition()` is published and has 30 controls: every level, every suffix, an explanatory objective, details in
each standard, two chapters of control measures, an objective with P. `both_editions()` are the shipped ones.
"""

from datetime import date

import factory
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from controls.enums import EditionState, ParameterState, ParameterStatus
from controls.models import CatalogueEdition, SchemeParameter
from controls.services.catalogue import (
    load_catalogue,
    load_shipped_editions,
    publish_edition,
)
from tests.accounts.factories import person

SMALL_CATALOGUE = """\
id,level,standard,suffix,title_ja,liu_area,explanatory,introduced
3,chapter,governance,,情報セキュリティのガバナンス,,,2022-04
3.1,section,governance,,ガバナンスのプロセス,,,2022-04
3.1.1,objective,governance,,概要（説明）,none,yes,2022-04
3.1.2,objective,governance,,評価,always,,2022-04
3.1.2.1,detail,governance,,経営者による評価,always,,2022-04
3.1.2.2,detail,governance,,評価結果の反映,always,,2022-04
4,chapter,management,,マネジメント,,,2022-04
4.4,section,management,,確立,,,2022-04
4.4.1,objective,management,,適用範囲の決定,always,,2022-04
4.4.1.1,detail,management,,課題の把握,always,,2022-04
4.4.1.10,detail,management,,適用範囲の文書化,always,,2022-04
4.4.1.2,detail,management,,利害関係者の把握,always,,2022-04
6,chapter,control_measure,,組織,,,2022-04
6.1,section,control_measure,,内部組織,,,2022-04
6.1.1,objective,control_measure,,役割と責任,none,,2022-04
6.1.1.1,detail,control_measure,,,,,2022-04
6.1.1.13.PB,detail,control_measure,PB,,,,2022-04
6.3.P,section,control_measure,P,クラウド利用者と事業者の関係,,,2022-04
6.3.1.P,objective,control_measure,P,クラウドの責任分担,none,,2022-04
6.3.1.1.PB,detail,control_measure,PB,,,,2022-04
9,chapter,control_measure,,アクセス制御,,,2022-04
9.2,section,control_measure,,利用者アクセスの管理,,,2022-04
9.2.3,objective,control_measure,,特権的アクセス権の管理,access,,2022-04
9.2.3.2,detail,control_measure,,,,,2022-04
9.2.3.10,detail,control_measure,,,,,2022-04
9.2.3.11.PB,detail,control_measure,PB,,,,2022-04
9.4,section,control_measure,,システムのアクセス制御,,,2022-04
9.4.2,objective,control_measure,,ログオン手順,access,,2022-04
9.4.2.2.B,detail,control_measure,B,,,,2022-04
9.4.2.3.P,detail,control_measure,P,,,,2022-04
"""


def load_text(text: str, *, code: str, actor: User | None = None) -> CatalogueEdition:
    """A draft edition with the controls of a CSV text."""
    return load_catalogue(
        content=text.encode(),
        file_name="見本.csv",
        edition_code=code,
        name=f"見本の管理基準 {code}",
        in_force_from=date(2022, 4, 1),
        actor=actor,
        apply=True,
    ).edition


def small_edition(code: str = "見本-1", *, publisher: User | None = None) -> CatalogueEdition:
    """A published edition of 30 controls, 13 of them details, 4 of these mandatory."""
    edition = load_text(SMALL_CATALOGUE, code=code)
    return publish_edition(edition_id=edition.pk, actor=publisher or person(Role.COMMITTEE_MEMBER))


def both_editions() -> list[CatalogueEdition]:
    """The two shipped editions, published, oldest first."""
    return load_shipped_editions(publisher=person(Role.COMMITTEE_MEMBER))


class CatalogueEditionFactory(factory.django.DjangoModelFactory):
    """A draft edition without any control."""

    class Meta:
        model = CatalogueEdition

    code = factory.Sequence(lambda n: f"見本-{n + 100}")
    name = factory.LazyAttribute(lambda o: f"見本の管理基準 {o.code}")
    in_force_from = date(2022, 4, 1)
    state = EditionState.DRAFT
    source = "見本"
    source_sha256 = "0" * 64
    loaded_at = factory.LazyFunction(timezone.now)


class SchemeParameterFactory(factory.django.DjangoModelFactory):
    """A proposal for `correction_due_days` (shipped without a value), waiting for a second person."""

    class Meta:
        model = SchemeParameter

    name = "correction_due_days"
    label = "補正の回答期限（営業日数）"
    value = 10
    in_force_from = date(2026, 10, 1)
    status = ParameterStatus.CONFIRMED
    source = "見本の通知"
    reason = "公表された期限に合わせるため"
    state = ParameterState.DRAFT
    proposed_by = factory.LazyFunction(lambda: person(Role.SECRETARIAT))
    proposed_at = factory.LazyFunction(timezone.now)
