"""A second small edition in which every kind of change happens, and the published lineage that leads to it."""

from accounts.enums import Role
from controls.enums import Relation
from controls.models import CatalogueEdition, ControlLineage, Lineage
from controls.services.catalogue import publish_edition
from controls.services.lineage import propose_lineage, publish_lineage
from tests.accounts.factories import person
from tests.controls.factories import SMALL_CATALOGUE, load_text

GONE, ADDED, REWORDED = "9.2.3.2", "6.1.1.14", "9.2.3.10"
SPLIT, SPLIT_OFF = "3.1.2.1", "3.1.2.3"
MERGED, MERGED_AWAY = "4.4.1.1", "4.4.1.2"
MOVED_FROM, MOVED_TO = "9.4.2.2.B", "9.4.2.4.B"
UNCHANGED = "6.1.1.1"

LINES = {
    (REWORDED, REWORDED): Relation.REWORDED,
    (SPLIT, SPLIT): Relation.SPLIT,
    (SPLIT, SPLIT_OFF): Relation.SPLIT,
    (MERGED, MERGED): Relation.MERGED,
    (MERGED_AWAY, MERGED): Relation.MERGED,
    (MOVED_FROM, MOVED_TO): Relation.MOVED,
}


def second_edition(code: str = "見本-2") -> CatalogueEdition:
    """The small edition after its changes: 13 details as before, one of them new."""
    gone = {GONE, MERGED_AWAY, MOVED_FROM}
    lines = [row for row in SMALL_CATALOGUE.splitlines() if row.split(",")[0] not in gone]
    lines += [
        f"{ADDED},detail,control_measure,,,,,{code}",
        f"{SPLIT_OFF},detail,governance,,評価の記録,always,,{code}",
        f"{MOVED_TO},detail,control_measure,B,,,,{code}",
    ]
    edition = load_text("\n".join(lines), code=code)
    return publish_edition(edition_id=edition.pk, actor=person(Role.COMMITTEE_MEMBER))


def draft_lineage(old: CatalogueEdition, new: CatalogueEdition) -> Lineage:
    """The lineage with every kind of relation, not yet published."""
    lineage = propose_lineage(
        old_edition_id=old.pk, new_edition_id=new.pk, actor=person(Role.SECRETARIAT)
    )
    olds = {control.number: control for control in old.controls.all()}
    news = {control.number: control for control in new.controls.all()}
    for (before, after), relation in LINES.items():
        lineage.lines.filter(old=olds[before], new=None).delete()
        lineage.lines.filter(old=None, new=news[after]).delete()
        ControlLineage.objects.update_or_create(
            lineage=lineage, old=olds[before], new=news[after], defaults={"relation": relation}
        )
    return lineage


def lineage_between(old: CatalogueEdition, new: CatalogueEdition) -> Lineage:
    """The same, published by a second person."""
    return publish(draft_lineage(old, new))


def publish(lineage: Lineage) -> Lineage:
    """A second person publishes it."""
    return publish_lineage(
        lineage_id=lineage.pk,
        version=lineage.row_version,
        actor=person(Role.COMMITTEE_MEMBER),
    )
