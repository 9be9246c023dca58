"""One permission table: who may do what to what in which state. Deny by default.

Rooms register their actions and how to tell a person's roles towards their objects;
`table()` is what docs/permissions.md and the tests read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models

GENERAL_ROLES = ("anonymous", "user", "officer", "moderator", "editor")
ROLE_GROUPS = ("officer", "moderator", "editor")
JUDGE = "moderator"
"""The role that decides between people, and so has no hold on what its bearer takes part in."""

RoleResolver = Callable[[Any, Any], set[str]]


@dataclass(frozen=True)
class Permission:
    """An action, the roles that may take it, and the states that allow it (None: any)."""

    action: str
    roles: frozenset[str]
    states: frozenset[str] | None
    summary: str


_permissions: dict[str, Permission] = {}
_resolvers: dict[type[models.Model], tuple[RoleResolver, frozenset[str]]] = {}


def register(
    action: str,
    *,
    roles: Iterable[str],
    summary: str,
    states: Iterable[str] | None = None,
) -> None:
    """Add an action such as `matching.need.post`. `states` are values of the object's `state`."""
    _permissions[action] = Permission(
        action, frozenset(roles), None if states is None else frozenset(states), summary
    )


def register_roles(
    model: type[models.Model], resolver: RoleResolver, *, parties: Iterable[str] = ()
) -> None:
    """Say how to tell a signed-in person's roles towards an object of `model`. Whoever has one of
    `parties` takes part in it, and is no moderator of it."""
    _resolvers[model] = resolver, frozenset(parties)


def table() -> list[Permission]:
    """Every permission, by action."""
    return [_permissions[action] for action in sorted(_permissions)]


def general_roles(user: Any | None) -> set[str]:
    """Roles that hold everywhere. None is the system: the portal's own commands and worker."""
    if user is None:
        return {"system"}
    if not user.is_authenticated or not user.is_active:
        return {"anonymous"}
    if user.roles_asleep:
        return {"anonymous", "user"}
    return {"anonymous", "user"} | user.role_groups


def roles_of(user: Any | None, obj: Any | None = None) -> set[str]:
    """All roles of a person towards an object (or in general, without one)."""
    roles = general_roles(user)
    if obj is not None and "user" in roles:
        resolver, parties = _resolvers.get(type(obj), (None, frozenset()))
        own = resolver(user, obj) if resolver is not None else set()
        roles |= own
        if own & parties:
            roles.discard(JUDGE)
    return roles


def allowed(user: Any | None, action: str, obj: Any | None = None) -> bool:
    """May this person take this action on this object in its present state?

    Raises KeyError for an action nobody registered."""
    permission = _permissions[action]
    if permission.states is not None and obj is not None and obj.state not in permission.states:
        return False
    if user is None or is_superuser(user):
        return True
    return bool(permission.roles & roles_of(user, obj))


def is_superuser(user: Any) -> bool:
    """May this person do everything? Not where no second factor was shown."""
    return bool(user.is_superuser and user.is_active and not user.roles_asleep)


def require(user: Any | None, action: str, obj: Any | None = None) -> None:
    """Raise PermissionDenied unless `allowed`."""
    if not allowed(user, action, obj):
        raise PermissionDenied(action)
