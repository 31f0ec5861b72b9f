"""The one door through which acts ask for permission."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied


def require(policy: Callable[..., bool], actor: Any, *objects: Any) -> None:
    """Raise PermissionDenied (403) unless `policy(actor, *objects)` says yes."""
    if not policy(actor, *objects):
        raise PermissionDenied(policy.__name__)
