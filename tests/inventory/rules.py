"""Who may reach a route: what the permission table says of a sample, or plain rules beside it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser

from portal.foundation import permissions

Sample = Callable[[Any], Any]
"""Takes the city and gives one of its rows."""
Holds = Callable[[Any, str], bool]
"""Takes the city and a name of `city.people`."""


def everybody(city: Any, who: str) -> bool:
    """Open to visitors."""
    return True


def signed_in(city: Any, who: str) -> bool:
    """Open to whoever has an account."""
    return who != "anonymous"


def only(*names: str) -> Holds:
    """What belongs to persons, and nobody else's business."""
    return lambda city, who: who in names


def may(action: str, of: Sample | None = None) -> Holds:
    """Whoever the permission table lets take an action, on a sample in its present state."""

    def holds(city: Any, who: str) -> bool:
        person = city.people[who] or AnonymousUser()
        return permissions.allowed(person, action, of(city) if of else None)

    return holds


def may_any(of: Sample, *actions: str) -> Holds:
    """Whoever may take one of several actions on a sample."""
    each = [may(action, of) for action in actions]
    return lambda city, who: any(holds(city, who) for holds in each)


@dataclass(frozen=True)
class Route:
    """One route: who reaches it, and how it is opened on the city's samples.

    `args`: the address's arguments · `query`: what a GET carries · `refusal`: what others who are
    signed in get; without one 404 for a route with arguments, 403 for one without · `odd`: also
    good answers for those who reach it with nothing sent (such as 404 for a choice never made) ·
    `shown_to`: who knows of the object and so gets 403."""

    reached_by: Holds
    args: Callable[[Any], dict[str, Any]] = field(default=lambda city: {})
    query: Callable[[Any], str] = field(default=lambda city: "")
    refusal: int = 0
    odd: tuple[int, ...] = ()
    shown_to: Holds | None = None

    def refuses_with(self, city: Any, who: str) -> int:
        """The status for somebody signed in who may not."""
        if self.shown_to and self.shown_to(city, who):
            return 403
        return self.refusal or (404 if self.args(city) else 403)
