"""How a declaration's state looks, and which moves a person may make from it."""

from dataclasses import dataclass

from accounts.models import User
from declarations import policies
from declarations.enums import DeclarationMove, DeclarationState
from declarations.models import Declaration
from declarations.workflow import DECLARATION

# Kind of tag (templates/components/tag.html) by state.
TAG_KINDS = {
    DeclarationState.DRAFT: "run",
    DeclarationState.IN_APPROVAL: "warn",
    DeclarationState.FIXED: "ok",
    DeclarationState.SUPERSEDED: "wait",
    DeclarationState.MOVED: "wait",
}

# Superseding is part of fixing the next version; nobody does it by itself.
POLICIES = {
    DeclarationMove.SUBMIT: policies.can_edit_declaration,
    DeclarationMove.HAND_BACK: policies.can_approve_declaration,
    DeclarationMove.FIX: policies.can_fix_declaration,
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A state as `components/tag.html` shows it."""

    kind: str
    label: str


def state_tag(declaration: Declaration) -> Tag:
    """The state in colour and word."""
    kind = TAG_KINDS[DeclarationState(declaration.state)]
    return Tag(kind, str(declaration.get_state_display()))


def allowed_moves(*, user: User, declaration: Declaration) -> frozenset[DeclarationMove]:
    """What this person may do with it now: the workflow says what is possible, the policies who may."""
    possible = [DeclarationMove(move.name) for move in DECLARATION.moves_from(declaration.state)]
    return frozenset(
        move for move in possible if move in POLICIES and POLICIES[move](user, declaration)
    )
