"""Two small editions and the lineage between them, made by the real services; invented official texts."""

from django.utils import timezone

from accounts.enums import Role
from controls.models import CatalogueEdition, Control, ControlText, Lineage
from controls.services.catalogue import publish_edition
from controls.services.lineage import propose_lineage
from core.canonical import sha256_hex
from tests.accounts.factories import person
from tests.controls.factories import SMALL_CATALOGUE, load_text, small_edition

# What the second edition changes: one detail less, one more.
GONE, ADDED = "9.2.3.2", "6.1.1.14"


def next_edition(code: str = "見本-2") -> CatalogueEdition:
    """A published edition that lacks 9.2.3.2 and has 6.1.1.14 besides."""
    lines = [row for row in SMALL_CATALOGUE.splitlines() if not row.startswith(f"{GONE},")]
    text = "\n".join([*lines, f"{ADDED},detail,control_measure,,,,,{code}"])
    edition = load_text(text, code=code)
    return publish_edition(edition_id=edition.pk, actor=person(Role.COMMITTEE_MEMBER))


def small_lineage(*, actor=None) -> Lineage:
    """The draft lineage from the small edition to the next one."""
    return propose_lineage(
        old_edition_id=small_edition().pk,
        new_edition_id=next_edition().pk,
        actor=actor or person(Role.SECRETARIAT),
    )


def text_of(control: Control, text: str) -> ControlText:
    """An official text in force."""
    return ControlText.objects.create(
        control=control,
        text=text,
        digest=sha256_hex(text.encode()),
        source_sha256="0" * 64,
        imported_by=person(Role.SECRETARIAT),
        imported_at=timezone.now(),
    )
