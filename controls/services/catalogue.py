"""Acts on the catalogue: load an edition as a draft, publish it, load what is shipped."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls import policies
from controls.catalogue_file import CatalogueRow, parse
from controls.difference import Difference, difference
from controls.enums import ControlsAction, EditionState
from controls.models import CatalogueEdition, Control, ControlArea, EditionHistory
from controls.rules import Rules
from controls.selectors.catalogue import edition_entries
from controls.services.lineage import load_shipped_lineage
from controls.services.parameters import load_scheme_parameters
from controls.shipped_lineage import SHIPPED_LINEAGE_CODES
from controls.workflow import EDITION
from core import history
from core.canonical import sha256_hex
from core.db import refusals
from core.exceptions import DomainError, EditConflictError
from core.policies import require

CATALOGUE = Path(__file__).parent.parent / "data" / "catalogue.csv"
AREA_SOURCE = "当プロダクトの判断（未確認）"


@dataclass(frozen=True, slots=True)
class ShippedEdition:
    """An edition that is made from the shipped file: its code selects the rows that were introduced by then."""

    code: str
    name: str
    in_force_from: date


SHIPPED_EDITIONS = (
    ShippedEdition("2022-04", "ISMAP管理基準 2022年4月版", date(2022, 4, 1)),
    ShippedEdition("2024-07", "ISMAP管理基準 2024年7月版", date(2024, 7, 1)),
)
SHIPPED_SOURCE = "公開資料から編集（公式の管理基準とは未照合）"


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a file would change in an edition, and whether it was done. `edition` is None after a look at a new one."""

    edition: CatalogueEdition | None
    difference: Difference
    left_out: int
    is_applied: bool


@transaction.atomic
def load_catalogue(
    *,
    content: bytes,
    file_name: str,
    edition_code: str,
    actor: User | None,
    name: str = "",
    in_force_from: date | None = None,
    source: str = "",
    apply: bool = False,
) -> LoadResult:
    """Compare a catalogue file with the edition of that code; with `apply`, write it as a draft, all or nothing.

    Rows introduced after the edition are left out and counted. The same content again changes nothing. Raises
    CatalogueFileError with every fault of the file, DomainError when the edition is published already. `actor` None is
    the operator at the command line.
    """
    if actor is not None:
        require(policies.can_load_catalogue, actor)
    edition = CatalogueEdition.objects.select_for_update().filter(code=edition_code).first()
    parsed = parse(content, file=file_name)
    rows = [row for row in parsed if row.belongs_to(edition_code)]
    found = difference(edition_entries(edition.pk) if edition else (), (row.entry for row in rows))
    left_out = len(parsed) - len(rows)
    if not apply or found.is_empty:
        return LoadResult(edition, found, left_out, is_applied=False)

    _require_draft(edition)
    edition = edition or _new_edition(edition_code, name, in_force_from)
    edition.name = name or edition.name
    edition.in_force_from = in_force_from or edition.in_force_from
    edition.source = source or file_name
    edition.source_sha256 = sha256_hex(content)
    _require_lengths(edition)
    _write_draft(edition, rows, actor, file_name)
    return LoadResult(edition, found, left_out, is_applied=True)


@transaction.atomic
def publish_edition(
    *, edition_id: uuid.UUID, actor: User, seen_sha256: str | None = None
) -> CatalogueEdition:
    """Publish a draft that somebody else loaded; from then on nothing in it changes.

    `seen_sha256` is the content that the publisher looked at: raises EditConflictError when it was loaded anew since.
    """
    edition = CatalogueEdition.objects.select_for_update().get(pk=edition_id)
    require(policies.can_publish_edition, actor, edition)
    move = EDITION.check(ControlsAction.PUBLISHED, edition.state)
    if seen_sha256 is not None and seen_sha256 != edition.source_sha256:
        raise EditConflictError(
            _("確認した後に、この版が読み込み直されました。内容を見直してから公開してください。")
        )
    now = timezone.now()
    before, edition.state = edition.state, move.target
    edition.published_by, edition.published_at = actor, now
    edition.save(update_fields=["state", "published_by", "published_at"])
    EditionHistory.objects.create(
        edition=edition,
        **history.line(
            actor=actor, at=now, action=move.name, from_state=before, to_state=move.target
        ),
    )
    return edition


@transaction.atomic
def load_shipped_editions(*, publisher: User | None = None) -> list[CatalogueEdition]:
    """The scheme parameters, both editions of the shipped catalogue and the lineage between them.

    A publisher also publishes the drafts; the lineage comes once both editions are published.

    Idempotent. An edition that is there already is left as it is, whatever its content.
    """
    load_scheme_parameters()
    content = CATALOGUE.read_bytes()
    for shipped in SHIPPED_EDITIONS:
        if not CatalogueEdition.objects.filter(code=shipped.code).exists():
            load_catalogue(
                content=content,
                file_name=CATALOGUE.name,
                edition_code=shipped.code,
                actor=None,
                name=shipped.name,
                in_force_from=shipped.in_force_from,
                source=SHIPPED_SOURCE,
                apply=True,
            )
        edition = CatalogueEdition.objects.get(code=shipped.code)
        if publisher is not None and edition.state == EditionState.DRAFT:
            publish_edition(edition_id=edition.pk, actor=publisher)
    codes = [shipped.code for shipped in SHIPPED_EDITIONS]
    editions = CatalogueEdition.objects.filter(code__in=codes).order_by("in_force_from", "pk")
    by_code = {row.code: row for row in editions}
    old, new = (by_code[code] for code in SHIPPED_LINEAGE_CODES)
    load_shipped_lineage(old=old, new=new, publisher=publisher)
    return list(by_code.values())


def _require_draft(edition: CatalogueEdition | None) -> None:
    if edition is not None and edition.state == EditionState.PUBLISHED:
        raise DomainError(
            _(
                "版%(code)sは公開済みのため変更できません。内容が変わったときは、新しい版として読み込んでください。"
            )
            % {"code": edition.code}
        )


def _new_edition(code: str, name: str, in_force_from: date | None) -> CatalogueEdition:
    if not name or in_force_from is None:
        raise DomainError(_("新しい版には、名称と適用開始日が必要です。"))
    return CatalogueEdition(code=code, name=name, in_force_from=in_force_from)


def _require_lengths(edition: CatalogueEdition) -> None:
    for field in CatalogueEdition._meta.fields:
        text = getattr(edition, field.name)
        if isinstance(text, str) and field.max_length and len(text) > field.max_length:
            raise DomainError(
                _("%(field)sは%(limit)d字までです。")
                % {"field": field.verbose_name, "limit": field.max_length}
            )


def _write_draft(
    edition: CatalogueEdition, rows: Sequence[CatalogueRow], actor: User | None, file_name: str
) -> None:
    edition.loaded_by, edition.loaded_at = actor, timezone.now()
    taken = _("同じ版がほかの人によって読み込まれました。もう一度実行してください。")
    with refusals({"controls_catalogueedition_code": taken}):
        edition.save()
    edition.controls.all().delete()
    _insert_controls(edition, rows)
    entry = history.line(
        actor=actor,
        at=edition.loaded_at,
        action=ControlsAction.LOADED,
        to_state=EditionState.DRAFT,
        reason=_("%(file)sから%(count)d件を読み込みました。")
        % {"file": file_name, "count": len(rows)},
    )
    EditionHistory.objects.create(edition=edition, **entry)


def _insert_controls(edition: CatalogueEdition, rows: Sequence[CatalogueRow]) -> None:
    """Three statements whatever the size. A parent stands before its children, because rows come sorted."""
    mandatory = frozenset(Rules.at(edition.in_force_from).value("basic_requirement_suffixes"))
    by_place: dict[tuple[int, ...], Control] = {}
    for row in rows:
        by_place[row.sort_key] = Control(
            edition=edition,
            number=row.number,
            sort_key=list(row.sort_key),
            level=row.level,
            standard=row.standard,
            parent=by_place.get(row.sort_key[:-1]),
            suffix=row.suffix,
            is_mandatory=row.suffix in mandatory,
            is_explanatory=row.is_explanatory,
            title=row.title,
            introduced=row.introduced,
            source_standard=row.source_standard,
        )
    Control.objects.bulk_create(by_place.values())
    ControlArea.objects.bulk_create(
        ControlArea(control=by_place[row.sort_key], area=row.area, source=AREA_SOURCE)
        for row in rows
        if row.area
    )
