"""What happens to the confidentiality agreement of an introduction."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from matching.actions import moves
from matching.actions.deal import hold
from matching.models import Confidentiality, Introduction
from matching.people import sides_of
from matching.states import ACCEPTED, DECLINED, IN_FORCE, PROPOSED, WITHDRAWN, move
from matching.talk import text
from matching.talk.telling import tell_confidentiality
from portal.foundation import audit

LIVE = (PROPOSED, IN_FORCE)


def live(introduction: Introduction) -> Confidentiality | None:
    """The agreement that is proposed or in force."""
    return Confidentiality.objects.filter(introduction=introduction, state__in=LIVE).first()


@moves.action
def propose(
    *, actor: Any, introduction: Introduction, now: datetime | None = None
) -> Confidentiality:
    """Propose the standard text as it is now, which accepts it for one's own side.

    Raises PermissionDenied, IllegalMove (not accepted any more), StaleMove (there is one)."""
    attempt = move("confidentiality.propose")
    moves.require_role(actor, attempt, introduction)
    sides = sides_of(actor, introduction)
    if not sides:
        raise PermissionDenied(attempt.permission)
    rows = Introduction.objects.select_for_update(of=("self",), no_key=True)
    if rows.get(pk=introduction.pk).state != ACCEPTED:
        message = gettext("The introduction is not open any more.")
        raise moves.IllegalMove(message, attempt=attempt, obj=introduction, actor=actor)
    if live(introduction):
        raise _already(introduction, actor)
    standard = text.current()
    try:
        with transaction.atomic():
            agreement = Confidentiality.objects.create(
                introduction=introduction,
                side=min(sides),
                text_version=standard.version,
                text_zh=standard.zh,
                text_en=standard.en,
                sha256=standard.sha256,
                proposed_by=actor,
                proposed_at=now or timezone.now(),
            )
    except IntegrityError:
        if live(introduction) is None:
            raise
        raise _already(introduction, actor) from None
    after = {"state": PROPOSED, "version": 0, "text": standard.version, "sha256": standard.sha256}
    audit.record(actor, attempt.name, agreement, after=after)
    tell_confidentiality(agreement, "confidentiality.proposed", actor=actor)
    return agreement


def _already(introduction: Introduction, actor: Any) -> moves.StaleMove:
    message = gettext("There is a confidentiality agreement already; nothing was changed.")
    attempt = move("confidentiality.propose")
    return moves.StaleMove(message, attempt=attempt, obj=introduction, actor=actor)


@moves.action
def accept(
    *,
    actor: Any,
    agreement: Confidentiality,
    seen: int | None = None,
    now: datetime | None = None,
) -> Confidentiality:
    """Accept what the other side proposed: confidential files open to both.

    Raises PermissionDenied, StaleMove, IllegalMove (the introduction is closed)."""
    return _answer("accept", IN_FORCE, actor, agreement, seen, now)


@moves.action
def decline(
    *,
    actor: Any,
    agreement: Confidentiality,
    seen: int | None = None,
    now: datetime | None = None,
) -> Confidentiality:
    """Decline what the other side proposed. Raises PermissionDenied, StaleMove, IllegalMove."""
    return _answer("decline", DECLINED, actor, agreement, seen, now)


def _answer(
    action: str,
    to: str,
    actor: Any,
    agreement: Confidentiality,
    seen: int | None,
    now: datetime | None,
) -> Confidentiality:
    fields = {"answered_at": now or timezone.now(), "answered_by": actor}
    name = f"confidentiality.{action}"
    moves.require_role(actor, move(name), agreement)
    hold(agreement.introduction_id, move(name), agreement, actor)
    moves.apply(name, agreement, actor=actor, to=to, seen=seen, fields=fields)
    told = "accepted" if to == IN_FORCE else "declined"
    tell_confidentiality(agreement, f"confidentiality.{told}", actor=actor)
    return agreement


@moves.action
def withdraw(*, actor: Any, agreement: Confidentiality, seen: int | None = None) -> Confidentiality:
    """Take back what one's own side proposed. Raises PermissionDenied, StaleMove, IllegalMove."""
    attempt = move("confidentiality.withdraw")
    moves.require_role(actor, attempt, agreement)
    hold(agreement.introduction_id, attempt, agreement, actor)
    moves.apply("confidentiality.withdraw", agreement, actor=actor, to=WITHDRAWN, seen=seen)
    return agreement
