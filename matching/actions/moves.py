"""Compare-and-set on (state, version), and what a person is told who came too late."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from matching.people import describe_actor, when
from matching.states import Move, move
from portal.foundation import audit, permissions
from portal.foundation.models import AuditEntry

P = ParamSpec("P")
R = TypeVar("R")
REFUSED = ".refused"


class ActionRefused(Exception):
    """The action can't be done now; str() says why, in the active language."""

    code = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class MoveRefused(ActionRefused):
    """A move did not happen. `attempt` is what was tried on `obj` by `actor`."""

    def __init__(self, message: str, *, attempt: Move, obj: models.Model, actor: Any) -> None:
        super().__init__(message)
        self.attempt, self.obj, self.actor = attempt, obj, actor


class StaleMove(MoveRefused):
    """Somebody else moved first; the message names who and when."""

    code = "stale"


class IllegalMove(MoveRefused):
    """The state does not allow the move; the message names the state."""

    code = "illegal"


class CapacityFull(MoveRefused):
    """The provider has no job free."""

    code = "capacity"


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function in one transaction; a refused move is kept in the audit trail.

    The refusal is written after the roll-back, so that only the attempt stays."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return function(*args, **kwargs)
        except MoveRefused as refusal:
            if not getattr(refusal, "recorded", False):
                refusal.recorded = True  # type: ignore[attr-defined]
                audit.record(
                    refusal.actor,
                    refusal.attempt.name + REFUSED,
                    refusal.obj,
                    note=f"{refusal.code}: {refusal.message}",
                )
            raise

    return run


def require_role(actor: Any | None, attempt: Move, obj: models.Model) -> None:
    """Raise PermissionDenied unless the table lets the actor take the move in some state.

    The state is judged by `apply`, which can say what happened meanwhile."""
    if actor is None or permissions.is_superuser(actor):
        return
    if not permissions.roles_of(actor, obj) & set(attempt.who):
        raise PermissionDenied(attempt.permission)


def apply(
    name: str,
    obj: Any,
    *,
    actor: Any | None,
    to: str | None = None,
    seen: int | None = None,
    fields: dict[str, Any] | None = None,
    note: str = "",
) -> None:
    """Make the move on `obj`, in the caller's transaction.

    `to`: the new state (None: it stays); `seen`: the version the person looked at (None: the
    one of `obj`); `fields`: what else is written, with the change shown in the audit trail.
    Raises PermissionDenied, StaleMove, IllegalMove."""
    attempt = move(name)
    require_role(actor, attempt, obj)
    version = obj.version if seen is None else seen
    written = dict(fields or {})
    changed = {key: value for key, value in written.items() if getattr(obj, key) != value}
    before = {"state": obj.state, "version": version, **_plain(obj, changed)}
    target = to or obj.state
    if any(field.name == "changed" for field in obj._meta.fields):
        written["changed"] = timezone.now()
    moved = (
        type(obj)
        .objects.filter(pk=obj.pk, state__in=attempt.sources, version=version)
        .filter(**({} if to else {"state": obj.state}))
        .update(state=target, version=F("version") + 1, **written)
    )
    if not moved:
        raise _refusal(attempt, obj, actor, version)
    for key, value in written.items():
        setattr(obj, key, value)
    obj.state, obj.version = target, version + 1
    after = {"state": target, "version": obj.version, **_plain(obj, changed)}
    audit.record(actor, attempt.name, obj, before=before, after=after, note=note)


def check(name: str, obj: Any, *, actor: Any | None, seen: int | None = None) -> None:
    """Raise what `apply` would raise now, and change nothing."""
    attempt = move(name)
    require_role(actor, attempt, obj)
    version = obj.version if seen is None else seen
    rows = type(obj).objects.filter(pk=obj.pk, state__in=attempt.sources, version=version)
    if not rows.exists():
        raise _refusal(attempt, obj, actor, version)


def _plain(obj: Any, names: Any) -> dict[str, Any]:
    """Values as JSON has them; people by number, so that no name outlives their erasure."""
    values = {}
    for name in names:
        value = getattr(obj, name)
        if isinstance(value, models.Model):
            value = value.pk
        values[name] = value if isinstance(value, (int, list, type(None))) else str(value)
    return values


def last_move(obj: models.Model) -> AuditEntry | None:
    """The latest move that happened."""
    return audit.trail(obj).exclude(verb__endswith=REFUSED).last()


def _refusal(attempt: Move, obj: Any, actor: Any | None, version: int) -> MoveRefused:
    current = type(obj).objects.get(pk=obj.pk)
    latest = last_move(obj)
    if current.version == version or latest is None:
        message = gettext("That is not possible here: the state is “%(state)s”.") % {
            "state": current.get_state_display()
        }
        return IllegalMove(message, attempt=attempt, obj=obj, actor=actor)
    happened = gettext(move(latest.verb).happened) % {"who": describe_actor(latest, actor, current)}
    message = gettext(
        "%(happened)s (%(when)s). The state is now “%(state)s”; nothing else was changed."
    ) % {
        "happened": happened,
        "when": when(latest.at),
        "state": current.get_state_display(),
    }
    return StaleMove(message, attempt=attempt, obj=obj, actor=actor)
