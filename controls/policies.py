"""Who may do what with editions, lineages and parameters: the secretariat prepares, a committee member publishes.

The second pair of eyes is a fact about persons: whoever loaded or proposed something does not publish it.
"""

from accounts.enums import Role
from accounts.models import User
from controls.enums import ControlsAction
from controls.models import CatalogueEdition, Lineage, SchemeParameter


def can_load_catalogue(user: User) -> bool:
    """The secretariat loads an edition as a draft."""
    return Role.SECRETARIAT in user.roles


def can_publish_edition(user: User, edition: CatalogueEdition) -> bool:
    """A committee member who did not load it."""
    return Role.COMMITTEE_MEMBER in user.roles and edition.loaded_by_id != user.pk


def can_see_acts(user: User) -> bool:
    """Who did what with editions and lineages is for the committee side, as names of members are."""
    return bool(user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN})


def can_prepare_lineage(user: User) -> bool:
    """The secretariat proposes a lineage and corrects its lines."""
    return Role.SECRETARIAT in user.roles


def can_publish_lineage(user: User, lineage: Lineage) -> bool:
    """A committee member who neither proposed it nor corrected a line of it."""
    if Role.COMMITTEE_MEMBER not in user.roles or lineage.proposed_by_id == user.pk:
        return False
    return not lineage.history.filter(actor=user, action=ControlsAction.CORRECTED).exists()


def can_see_text_imports(user: User) -> bool:
    """The work on official workbooks is for the committee side; who confirms a comparison has to see it."""
    return bool(user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN})


def can_import_texts(user: User) -> bool:
    """The secretariat loads the official workbook of its installation."""
    return Role.SECRETARIAT in user.roles


def can_propose_comparison(user: User) -> bool:
    """The secretariat says that the numbers of an edition are those of the official workbook."""
    return Role.SECRETARIAT in user.roles


def can_confirm_comparison(user: User, edition: CatalogueEdition) -> bool:
    """A committee member who did not propose it."""
    return Role.COMMITTEE_MEMBER in user.roles and edition.compared_by_id != user.pk


def can_see_parameters(user: User) -> bool:
    """The parameters with their sources are for the committee side; others see what follows from them."""
    return bool(user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN})


def can_propose_parameter(user: User) -> bool:
    """The secretariat and the committee may propose a new value."""
    return bool(user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER})


def can_publish_parameter(user: User, proposal: SchemeParameter) -> bool:
    """A committee member who did not propose it."""
    return Role.COMMITTEE_MEMBER in user.roles and proposal.proposed_by_id != user.pk


def can_withdraw_parameter(user: User, proposal: SchemeParameter) -> bool:
    """Who proposed it takes it back; who may publish it may turn it down."""
    is_own = proposal.proposed_by_id == user.pk and can_propose_parameter(user)
    return is_own or can_publish_parameter(user, proposal)
