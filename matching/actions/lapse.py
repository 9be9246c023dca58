"""Introductions that end because nobody can answer them any more."""

from datetime import datetime

from django.utils import timezone

from matching.actions import moves
from matching.models import Introduction, Need
from matching.states import EXPIRED, REQUESTED
from matching.telling import tell_side


def lapse_introductions(need: Need) -> int:
    """End the unanswered introductions of a need that is no longer open; says how many.

    In the caller's transaction, which holds the need's row."""
    rows = Introduction.objects.filter(need=need, state=REQUESTED).select_related(
        "need__organisation", "provider__organisation"
    )
    return sum(lapse(row, timezone.now()) for row in rows)


def lapse(introduction: Introduction, now: datetime) -> bool:
    """End one unanswered introduction and tell both sides; False if it was answered meanwhile."""
    try:
        moves.apply(
            "introduction.expire", introduction, actor=None, to=EXPIRED, fields={"closed_at": now}
        )
    except moves.MoveRefused:
        return False
    for side in Introduction.Side.values:
        tell_side(introduction, side, "introduction.expired", actor=None)
    return True
