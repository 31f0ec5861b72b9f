"""A whole declaration as plain values, read in a constant number of queries: what the pre-flight check and the
snapshot look at."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, JSONObject

from controls.enums import Level, Standard
from controls.models import Control
from controls.rules import Rules
from declarations.coverage import Cover
from declarations.enums import Adoption
from declarations.models import ControlChange, Declaration, ObjectiveExclusion, StatementEvidence
from declarations.querysets import UNCONFIRMED


@dataclass(frozen=True, slots=True)
class ObjectiveFacts:
    """A control objective; `exclusion_reason` is empty unless it is excluded."""

    number: str
    title: str
    section: str
    standard: str
    exclusion_reason: str

    @property
    def is_excluded(self) -> bool:
        """Its details are released."""
        return bool(self.exclusion_reason)


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """One file tied to a statement, and the days that it speaks of."""

    label: str
    sha256: str
    cover: Cover


@dataclass(frozen=True, slots=True)
class BaseFacts:
    """The listed service that a control is inherited from; `listed_until` is None while it is on the list."""

    list_name: str
    number: str
    name: str
    provider_name: str
    listed_from: date
    listed_until: date | None

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def covers(self, start: date, end: date) -> bool:
        """On the list on every day from `start` to `end`, as far as is known."""
        return self.listed_from <= start and (self.listed_until is None or self.listed_until >= end)


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """One statement with what its control asks."""

    number: str
    title: str
    suffix: str
    is_mandatory: bool
    objective: ObjectiveFacts
    adoption: str
    reason: str
    individual_control: str
    base: BaseFacts | None
    inherited_note: str
    evidence: tuple[EvidenceFacts, ...]
    changes: tuple[dict[str, str], ...] = ()
    is_unconfirmed: bool = False

    @property
    def is_released(self) -> bool:
        """Its objective is excluded, so it counts neither as missing nor as adopted."""
        return self.objective.is_excluded

    @property
    def is_required(self) -> bool:
        """A basic declaration requirement (criteria 2.2.4): governance, management, or marked B or PB."""
        return self.is_mandatory or self.objective.standard != Standard.CONTROL_MEASURE

    @property
    def can_be_released(self) -> bool:
        """Its objective may be excluded with a reason: control measures only (criteria 2.2.4 (3))."""
        return self.objective.standard == Standard.CONTROL_MEASURE

    @property
    def base_service(self) -> str:
        """Number and name of the service that it is inherited from; "" when there is none."""
        return str(self.base) if self.base else ""

    @property
    def is_adopted(self) -> bool:
        """Counts as adopted."""
        return self.adoption == Adoption.ADOPTED and not self.is_released


@dataclass(frozen=True, slots=True)
class DeclarationFacts:
    """Everything that one version of a declaration says."""

    declaration: Declaration
    previous_end: date | None
    rules: Rules
    today: date
    sections: tuple[tuple[str, str], ...]
    objectives: tuple[ObjectiveFacts, ...]
    statements: tuple[StatementFacts, ...] = field(default_factory=tuple)

    def by_objective(self) -> Iterator[tuple[ObjectiveFacts, list[StatementFacts]]]:
        """Objectives with their statements, in catalogue order."""
        rows: dict[str, list[StatementFacts]] = {o.number: [] for o in self.objectives}
        for statement in self.statements:
            rows[statement.objective.number].append(statement)
        for objective in self.objectives:
            yield objective, rows[objective.number]


BASE_COLUMNS = tuple(f"base_service__{each.name}" for each in fields(BaseFacts))


def read_facts(declaration: Declaration, *, today: date) -> DeclarationFacts:
    """Read the declaration: four queries whatever its size. `declaration` comes with service and organisation."""
    exclusions = ObjectiveExclusion.objects.filter(
        declaration=declaration, objective=OuterRef("pk")
    ).values("reason")
    sections: dict[object, tuple[str, str]] = {}
    objectives: dict[object, ObjectiveFacts] = {}
    nodes = (
        Control.objects.filter(
            edition=declaration.edition_id, level__in=[Level.SECTION, Level.OBJECTIVE]
        )
        .annotate(exclusion_reason=Coalesce(Subquery(exclusions), Value("", TextField())))
        .order_by("sort_key")
        .values_list("pk", "number", "title", "level", "standard", "parent", "exclusion_reason")
    )
    for pk, number, title, level, standard, parent, exclusion_reason in nodes:
        if level == Level.SECTION:
            sections[pk] = (number, title)
        else:
            section = sections[parent][0]
            objectives[pk] = ObjectiveFacts(number, title, section, standard, exclusion_reason)
    statements = tuple(_statements(declaration, objectives))
    used = {statement.objective.number for statement in statements}
    return DeclarationFacts(
        declaration=declaration,
        previous_end=_previous_end(declaration),
        rules=Rules.at(declaration.period_end),
        today=today,
        sections=tuple(sections.values()),
        objectives=tuple(o for o in objectives.values() if o.number in used),
        statements=statements,
    )


def _statements(
    declaration: Declaration, objectives: dict[object, ObjectiveFacts]
) -> Iterator[StatementFacts]:
    evidence = (
        StatementEvidence.objects.filter(statement=OuterRef("pk"), removed_at__isnull=True)
        .order_by("version__file__stored_at", "pk")
        .values(
            pair=JSONObject(
                label="version__file__label",
                sha256="version__file__sha256",
                covers_from="version__covers_from",
                covers_until="version__covers_until",
            )
        )
    )
    rows = (
        declaration.statements.order_by("control__sort_key")
        .annotate(files=ArraySubquery(evidence), changed=ArraySubquery(_changes()), unconfirmed=UNCONFIRMED)
        .values_list(
            "control__number", "control__title", "control__suffix", "control__is_mandatory",
            "control__parent", "adoption", "reason", "individual_control", "inherited_note", "files",
            "changed", "unconfirmed", *BASE_COLUMNS,
        )
    )  # fmt: skip
    for (
        number, title, suffix, mandatory, parent, adoption, reason, text, inherited, files, changed, unconfirmed,
        *base,
    ) in rows:  # fmt: skip
        objective = objectives[parent]
        yield StatementFacts(
            number=number,
            title=title or objective.title,
            suffix=suffix,
            is_mandatory=mandatory,
            objective=objective,
            adoption=adoption,
            reason=reason,
            individual_control=text,
            base=BaseFacts(*base) if base[0] else None,
            inherited_note=inherited,
            evidence=tuple(_evidence(file) for file in files),
            changes=tuple(changed),
            is_unconfirmed=unconfirmed,
        )


def _changes() -> QuerySet[ControlChange, Any]:
    return (
        ControlChange.objects.filter(statement=OuterRef("pk"), removed_at__isnull=True)
        .order_by("changed_on", "recorded_at", "pk")
        .values(
            change=JSONObject(kind="kind", changed_on="changed_on", before="before", after="after")
        )
    )


def _evidence(file: dict[str, str | None]) -> EvidenceFacts:
    first, last = (
        date.fromisoformat(day) if (day := file[name]) else None
        for name in ("covers_from", "covers_until")
    )
    return EvidenceFacts(str(file["label"]), str(file["sha256"]), Cover(first, last))


def _previous_end(declaration: Declaration) -> date | None:
    return (
        Declaration.objects.filter(
            service=declaration.service_id, period_start__lt=declaration.period_start
        )
        .order_by("-period_end")
        .values_list("period_end", flat=True)
        .first()
    )
