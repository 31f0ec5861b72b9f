"""The frozen content of a declaration: one dictionary of plain values, and its canonical bytes."""

from typing import Any

from core.canonical import canonical_json
from declarations.facts import DeclarationFacts, StatementFacts

# Version 2 adds the changes of each control inside the period.
SCHEMA = "ismap-liu/declaration/2"
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
        "inherited_from": row.inherited_from,
        "is_released": row.is_released,
        "changes": list(row.changes),
        "evidence": [{"label": file.label, "sha256": file.sha256} for file in row.evidence],
    }
