"""What the actions of proposals, agreements and jobs share: the introduction held while one of
them moves, and the side somebody acts for."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext

from matching.actions import moves
from matching.models import Introduction
from matching.people import sides_of
from matching.states import ACCEPTED, Move
from portal.foundation.text import clean_plain_text

MAX_REASON = 1000
# No letters or digits that are read for one another.
_REF_CHARACTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def make_ref(letter: str, day: date) -> str:
    """A new permanent reference, such as A20261122-7KQ4M."""
    return f"{letter}{day:%Y%m%d}-{get_random_string(5, _REF_CHARACTERS)}"


def hold(introduction_id: int, attempt: Move, obj: Any, actor: Any | None) -> Introduction:
    """The introduction as it is now, held until the transaction ends.

    Whatever moves in a deal holds it first, so that two moves of one deal never cross.
    Raises IllegalMove where it is not accepted any more."""
    row = lock(introduction_id)
    if row.state != ACCEPTED:
        message = gettext("The introduction is “%(state)s”, so nothing can be agreed in it.")
        raise moves.IllegalMove(
            message % {"state": row.get_state_display()}, attempt=attempt, obj=obj, actor=actor
        )
    return row


def lock(introduction_id: int) -> Introduction:
    """The introduction in any state, held until the transaction ends."""
    return (
        Introduction.objects.select_for_update(of=("self",), no_key=True)
        .select_related("need__organisation", "provider__organisation")
        .get(pk=introduction_id)
    )


def side_for(
    actor: Any | None, introduction: Introduction, attempt: Move, choices: Sequence[str] = ()
) -> str:
    """The side an actor acts for; of somebody on both, and for the system, the first of `choices`
    (default: any).

    Raises PermissionDenied for who is on none."""
    sides = set(choices) if actor is None else sides_of(actor, introduction)
    for side in choices or Introduction.Side.values:
        if side in sides:
            return str(side)
    raise PermissionDenied(attempt.permission)


def other_side(side: str) -> str:
    """The side across the table."""
    if side == Introduction.Side.MANUFACTURER:
        return Introduction.Side.PROVIDER.value
    return Introduction.Side.MANUFACTURER.value


def today(now: datetime) -> date:
    """The day of a moment in the portal's time zone."""
    return timezone.localtime(now).date()


def reason_of(text: str, *, needed: bool) -> str:
    """A reason as plain text. Raises ValidationError at `reason`."""
    try:
        clean = clean_plain_text(text, MAX_REASON)
    except ValueError as error:
        raise ValidationError({"reason": str(error)}) from None
    if needed and not clean:
        raise ValidationError({"reason": gettext("Please fill in this field.")})
    return clean
