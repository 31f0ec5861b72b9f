"""What the public list says about a service: built once from what was filed, then kept with the event."""

import json
from typing import Any

from registrations.enums import ClearanceKind
from registrations.models import Application, Clearance

# What the list shows of the service (regulation 9; which columns are shown is `public_list_columns`): some of it is
# part of the declaration, the rest is what the application says (`particulars`).
DECLARED = ("overview", "regions", "base_services", "uncovered_services")
APPLIED = (
    "target_businesses", "data_locations", "foreign_law_risk", "governing_law", "capital_and_officers",
    "third_party_tests", "generative_ai",
)  # fmt: skip


def list_entry(application: Application) -> dict[str, Any]:
    """The public facts of what was filed: no detail below the objectives, no text of the statements."""
    declaration, applied = application.declaration, application.particulars["service"]
    content = json.loads(bytes(declaration.snapshot.content))
    excluded = {row["number"] for row in content["exclusions"]}
    audit = Clearance.objects.get(declaration=declaration, kind=ClearanceKind.EXTERNAL_AUDIT)
    return {
        "service_name": content["service"]["name"],
        "service_kana": content["service"]["name_kana"],
        "provider_name": content["organisation"]["name"],
        "corporate_number": content["organisation"]["corporate_number"],
        "scope": content["declaration"]["scope"],
        "period_start": content["declaration"]["period_start"],
        "period_end": content["declaration"]["period_end"],
        "subsequent_events": content["declaration"]["subsequent_events"],
        "edition": content["edition"]["name"],
        "objectives": [
            {"number": row["number"], "title": row["title"]}
            for row in content["objectives"]
            if row["number"] not in excluded
        ],
        "excluded_objectives": len(excluded),
        "audit_body": audit.issuer,
        "audit_report_on": audit.issued_on.isoformat(),
        **{name: content["service"][name] for name in DECLARED},
        **{name: applied[name] for name in APPLIED},
    }
