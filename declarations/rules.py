"""What the criteria allow for one detailed control (criteria 2.2.4). Pure."""

from typing import Protocol

from controls.enums import Standard
from controls.rules import Rules

# Characters that each text of a statement may have.
LIMITS = {"reason": 2_000, "individual_control": 10_000, "inherited_note": 1_000}


class Detail(Protocol):
    """What these rules look at: a `Control`, or a row that says the same."""

    @property
    def is_mandatory(self) -> bool: ...
    @property
    def standard(self) -> str: ...


def is_required(control: Detail) -> bool:
    """A basic declaration requirement (基本言明要件): governance, management, or marked B or PB."""
    return control.is_mandatory or control.standard != Standard.CONTROL_MEASURE


def offers_not_selected(control: Detail, rules: Rules) -> bool:
    """Whether 選択しない may be chosen: not for what must be adopted in principle, unless the parameter only warns."""
    return not is_required(control) or rules.value("basic_requirement_deviation") == "warn"
