"""The frozen content of a declaration: one dictionary of plain values, and its canonical bytes."""

from dataclasses import asdict
from typing import Any

from core.canonical import canonical_json
from declarations.facts import BaseFacts, DeclarationFacts, StatementFacts

# Version 2 adds the changes of each control inside the period. Version 3 names the base service that a control is
# inherited from by its place on the list (`base_service`), where earlier ones had a free text (`inherited_from`).
SCHEMA = "ismap-liu/declaration/3"
SERVICE_FIELDS = (
    "name", "name_kana", "delivery_model", "overview", "regions", "base_services", "uncovered_services",
    "target_businesses", "data_locations", "foreign_law_risk", "governing_law", "capital_and_officers",
    "third_party_tests", "other_certifications", "generative_ai", "contact_name", "contact_email",
    "contact_phone",
)  # fmt: skip
ORGANISATION_FIELDS = (
    "name", "name_kana", "corporate_number", "postal_code", "address", "representative_title",
    "representative_name", "phone", "profile",
)  # fmt: skip
BODY_FIELDS = (
    "scope", "out_of_scope", "subsequent_events", "special_notes", "signer_title", "signer_name",
)  # fmt: skip


def snapshot_content(facts: DeclarationFacts) -> dict[str, Any]:
    """Everything that the declaration says, with the provider and service as described at this moment."""
    declaration = facts.declaration
    service, organisation, edition = (
        declaration.service,
        declaration.service.organisation,
        declaration.edition,
    )
    return {
        "schema": SCHEMA,
        "service": {name: getattr(service, name) for name in SERVICE_FIELDS},
        "organisation": {name: getattr(organisation, name) for name in ORGANISATION_FIELDS},
        "declaration": {name: getattr(declaration, name) for name in BODY_FIELDS}
        | {
            "version": declaration.version,
            "period_start": declaration.period_start.isoformat(),
            "period_end": declaration.period_end.isoformat(),
        },
        "edition": {"code": edition.code, "name": edition.name},
        "sections": [{"number": number, "title": title} for number, title in facts.sections],
        "objectives": [
            {"number": o.number, "title": o.title, "section": o.section, "standard": o.standard}
            for o in facts.objectives
        ],
        "exclusions": [
            {"number": o.number, "title": o.title, "reason": o.exclusion_reason}
            for o in facts.objectives
            if o.is_excluded
        ],
        "statements": [_statement(row) for row in facts.statements],
    }


def snapshot_bytes(facts: DeclarationFacts) -> bytes:
    """The canonical JSON of the content: what is hashed and kept."""
    return canonical_json(snapshot_content(facts))


def inheritance_of(statement: dict[str, Any]) -> dict[str, str]:
    """Base service and note of a statement of any schema, as people read them: `base_service`, `inherited_note`."""
    base = statement.get("base_service")
    name = f"{base['number']} {base['name']}" if base else statement.get("inherited_from", "")
    return {"base_service": name, "inherited_note": statement.get("inherited_note", "")}


def _base(base: BaseFacts) -> dict[str, Any]:
    last = base.listed_until.isoformat() if base.listed_until else None
    return asdict(base) | {"listed_from": base.listed_from.isoformat(), "listed_until": last}


def _statement(row: StatementFacts) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "suffix": row.suffix,
        "is_mandatory": row.is_mandatory,
        "standard": row.objective.standard,
        "section": row.objective.section,
        "objective": row.objective.number,
        "adoption": row.adoption,
        "reason": row.reason,
        "individual_control": row.individual_control,
        "base_service": _base(row.base) if row.base else None,
        "inherited_note": row.inherited_note,
        "is_released": row.is_released,
        "changes": list(row.changes),
        "evidence": [{"label": file.label, "sha256": file.sha256} for file in row.evidence],
    }
