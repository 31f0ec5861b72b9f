"""The 言明書 (body and annex): plain values from the frozen snapshot, and the form that prints them."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from controls.enums import Standard
from controls.rules import Rules
from core.calendar import jst_date
from declarations.enums import ChangeKind, DeliveryModel
from declarations.models import Declaration
from declarations.snapshot import inheritance_of
from documents.registry import FormSpec, register

DECLARATION_FORM = register(
    FormSpec(
        key="declaration",
        letter="D",
        title="言明書",
        template="declarations/pdf/declaration.html",
        template_version="3",
    )
)


NOT_INHERITED = {"base_service": "", "inherited_note": ""}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change of the control inside the audited period; the day is an ISO date."""

    changed_on: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One detailed control. `answer` is adopted, not_selected or released; `text` the individual control or reason."""

    number: str
    title: str
    answer: str
    text: str
    base_service: str
    inherited_note: str
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class ObjectiveBlock:
    """A control objective with its details."""

    number: str
    title: str
    is_excluded: bool
    statements: tuple[StatementLine, ...]


@dataclass(frozen=True, slots=True)
class SectionTable:
    """One table of the annex."""

    number: str
    title: str
    objectives: tuple[ObjectiveBlock, ...]


@dataclass(frozen=True, slots=True)
class StandardPart:
    """One of the three standards with its counts and its tables."""

    title: str
    objectives: int
    excluded: int
    details: int
    adopted: int
    not_selected: int
    released: int
    sections: tuple[SectionTable, ...]


@dataclass(frozen=True, slots=True)
class ExcludedObjective:
    """An objective left out, with the reason that was declared."""

    number: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeclarationPaper:
    """Everything that the 言明書 shows. Days are ISO dates."""

    form_number: str
    addressee: str
    declared_on: str
    author: str
    subtitle: str
    snapshot_sha256: str
    service: dict[str, str]
    organisation: dict[str, str]
    declaration: dict[str, Any]
    edition: dict[str, str]
    excluded: tuple[ExcludedObjective, ...]
    parts: tuple[StandardPart, ...]

    def to_data(self) -> dict[str, Any]:
        """The values as they are hashed, attached and given to the template."""
        return asdict(self)


def declaration_subject(declaration: Declaration) -> str:
    """How documents name this version of the declaration."""
    return f"declaration:{declaration.pk}"


def declaration_data(declaration: Declaration) -> dict[str, Any]:
    """The data of the 言明書 of a frozen version. Three queries; `snapshot` may be loaded along."""
    if declaration.fixed_at is None:
        raise ValueError("only a frozen version has a paper")
    declared_on = jst_date(declaration.fixed_at)
    return declaration_paper(
        json.loads(bytes(declaration.snapshot.content)),
        declared_on=declared_on,
        addressee=Organisation.objects.get(kind=OrganisationKind.COMMITTEE).name,
        form_number=printed_form_number(Rules.at(declared_on), "declaration"),
        snapshot_sha256=declaration.snapshot_sha256 or "",
    ).to_data()


def printed_form_number(rules: Rules, key: str) -> str:
    """The number of a form as papers carry it: one that is not confirmed says so."""
    label = rules.form_number(key)
    fact = rules.fact(f"form.{key}")
    return label.number if label.number and fact.is_confirmed else str(label)


def declaration_paper(
    content: dict[str, Any],
    *,
    declared_on: date,
    addressee: str,
    form_number: str,
    snapshot_sha256: str,
) -> DeclarationPaper:
    """The paper of one snapshot (`declarations.snapshot`). Pure."""
    service = {key: value for key, value in content["service"].items() if isinstance(value, str)}
    service["delivery_model"] = str(DeliveryModel(service["delivery_model"]).label)
    return DeclarationPaper(
        form_number=form_number,
        addressee=addressee,
        declared_on=declared_on.isoformat(),
        author=content["organisation"]["name"],
        subtitle=service["name"],
        snapshot_sha256=snapshot_sha256,
        service=service,
        organisation=content["organisation"],
        declaration=content["declaration"],
        edition=content["edition"],
        excluded=tuple(ExcludedObjective(**item) for item in content["exclusions"]),
        parts=tuple(_parts(content)),
    )


def _parts(content: dict[str, Any]) -> Iterable[StandardPart]:
    for standard in Standard:
        rows = [row for row in content["statements"] if row["standard"] == standard]
        objectives = [o for o in content["objectives"] if o["standard"] == standard]
        if not rows:
            continue
        answers = [_answer(row) for row in rows]
        excluded = {item["number"] for item in content["exclusions"]}
        yield StandardPart(
            title=str(standard.label),
            objectives=len(objectives),
            excluded=sum(o["number"] in excluded for o in objectives),
            details=len(rows),
            adopted=answers.count("adopted"),
            not_selected=answers.count("not_selected"),
            released=answers.count("released"),
            sections=tuple(_sections(content["sections"], objectives, rows, excluded)),
        )


def _sections(
    sections: list[dict[str, str]],
    objectives: list[dict[str, str]],
    rows: list[dict[str, Any]],
    excluded: set[str],
) -> Iterable[SectionTable]:
    lines: dict[str, list[StatementLine]] = {o["number"]: [] for o in objectives}
    titles = {o["number"]: o["title"] for o in objectives}
    for row in rows:
        lines[row["objective"]].append(_line(row, titles[row["objective"]]))
    for section in sections:
        blocks = tuple(
            ObjectiveBlock(
                number=o["number"],
                title=o["title"],
                is_excluded=o["number"] in excluded,
                statements=tuple(lines[o["number"]]),
            )
            for o in objectives
            if o["section"] == section["number"]
        )
        if blocks:
            yield SectionTable(section["number"], section["title"], blocks)


def _line(row: dict[str, Any], objective_title: str) -> StatementLine:
    """A detail without a title of its own carries its objective's, which stands above it already."""
    answer = _answer(row)
    text = {"adopted": row["individual_control"], "not_selected": row["reason"]}.get(answer, "")
    return StatementLine(
        number=row["number"],
        title=row["title"] if row["title"] != objective_title else "",
        answer=answer,
        text=text,
        **(inheritance_of(row) if answer == "adopted" else NOT_INHERITED),
        changes=tuple(_change(change) for change in row.get("changes", ())),
    )


def _change(change: dict[str, str]) -> ChangeLine:
    """Snapshots of the first schema have none."""
    return ChangeLine(**change | {"kind": str(ChangeKind(change["kind"]).label)})


def _answer(row: dict[str, Any]) -> str:
    return "released" if row["is_released"] else row["adoption"]
