"""docs/workflows.md says what the code does: moves, acts, policies, articles, deadlines and terms."""

import importlib
import inspect
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import timezone

from audits.enums import (
    CycleAction,
    EngagementMove,
    FindingMove,
    InternalAuditAct,
    ReportMove,
    RequestMove,
)
from audits.workflow import CYCLE, ENGAGEMENT, FINDING, INTERNAL_AUDIT, REPORT, REQUEST
from controls.parameter_file import definitions
from controls.rules import Rules
from core.models import HistoryEntry
from declarations.enums import DeclarationMove, StatementAction
from declarations.workflow import DECLARATION, REVIEW
from registrations.enums import ApplicationMove, DecisionMove, RegistrationMove
from registrations.selectors.application import ACTS
from registrations.workflow import APPLICATION, DECISION, REGISTRATION
from tests.registrations.factories import case

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "workflows.md").read_text(
    encoding="utf-8"
)
NOTHING = "–"
POLICY_MODULES = {
    "accounts": ["accounts.policies"],
    "controls": ["controls.policies"],
    "declarations": ["declarations.policies"],
    "registrations": ["registrations.policies.application", "registrations.policies.decision"],
    "audits": ["audits.policies"],
}
WORKFLOWS = {
    "Declaration": (DECLARATION, DeclarationMove),
    "Row review": (REVIEW, StatementAction),
    "Engagement": (ENGAGEMENT, EngagementMove),
    "Evidence request": (REQUEST, RequestMove),
    "Report": (REPORT, ReportMove),
    "Audit cycle": (CYCLE, CycleAction),
    "Finding": (FINDING, FindingMove),
    "Internal audit": (INTERNAL_AUDIT, InternalAuditAct),
    "Application": (APPLICATION, ApplicationMove),
    "Decision": (DECISION, DecisionMove),
    "Registration": (REGISTRATION, RegistrationMove),
}


def table(heading: str) -> list[dict[str, str]]:
    """The rows of the table under the heading that begins with these words."""
    section = next(part for part in PAGE.split("\n## ")[1:] if part.startswith(heading))
    lines = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def states(cell: str) -> frozenset:
    return frozenset({None} if cell == NOTHING else cell.split(", "))


def policies() -> set[tuple[str, str]]:
    return {
        (app, name)
        for app, modules in POLICY_MODULES.items()
        for module in map(importlib.import_module, modules)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("can_") and function.__module__ == module.__name__
    }


@pytest.mark.parametrize("heading", WORKFLOWS)
def test_moves_and_acts_are_those_of_the_workflow(heading):
    workflow, enum = WORKFLOWS[heading]
    documented = {
        (row["Move"], row["Act"], states(row["From"]), row["To"]) for row in table(heading)
    }
    coded = {
        (str(move.name), str(enum(move.name).label), frozenset(move.sources), str(move.target))
        for move in workflow
    }
    assert documented == coded


@pytest.mark.parametrize("heading", WORKFLOWS)
def test_articles_deadlines_and_policies_exist(heading):
    known = {name for _app, name in policies()}
    for row in table(heading):
        assert row["Policy"] in known | {NOTHING}
        assert row["Article"] == NOTHING or f"article.{row['Article']}" in definitions()
        assert row["Deadline"] == NOTHING or row["Deadline"] in definitions()


def test_the_pages_offer_an_act_by_the_documented_policy():
    documented = {row["Move"]: row["Policy"] for row in table("Application")}
    for move, act in ACTS.items():
        # Whoever may answer a correction may open its page; the act then asks about the version.
        offered = act.policy.__name__.replace("can_resubmit_application", "can_file_application")
        assert offered == documented[move], move


def test_the_table_of_permissions_names_every_policy():
    assert {(row["App"], row["Policy"]) for row in table("Permissions")} == policies()


def test_every_row_of_the_database_has_its_term():
    models = {
        f"`{model.__name__}`"
        for label in ("core", *POLICY_MODULES, "documents", "incidents")
        for model in apps.get_app_config(label).get_models()
        if not issubclass(model, HistoryEntry)
    }
    assert {row["Code"] for row in table("Terms")} == models


@pytest.mark.django_db
def test_acts_record_the_documented_article(small_edition):
    """One case through every move but the refusal, which is recorded as the grant is."""
    found = case(small_edition).apply().file().ask_correction().resubmit().accept().review()
    found.inquire().answer().propose()
    found.vote(found.propose(), found.members[0], agrees=False, reason="不足。")
    found.decide()
    following = found.next_year().apply().withdraw()
    rules = Rules.at(timezone.localdate())
    keys = {row["Move"]: row["Article"] for row in table("Application")} | {"open": NOTHING}
    seen = set()
    for one in (found, following):
        for line in one.application.history.all():
            key = keys[line.action]
            assert line.article == ("" if key == NOTHING else str(rules.article(key))), line.action
            seen.add(line.action)
    assert seen == set(ApplicationMove) - {ApplicationMove.REFUSE}
