"""What happens to an introduction: asked for, accepted, declined, withdrawn, expired, closed."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from matching.actions import moves
from matching.actions.agreement import drop_open_deals
from matching.actions.deal import lock
from matching.actions.lapse import lapse
from matching.models import Introduction, Job, MatchRun, Need
from matching.people import describe_actor, is_member, sides_of, when
from matching.states import ACCEPTED, CLOSED, DECLINED, OPEN, REQUESTED, WITHDRAWN, Move, move
from matching.telling import tell_asked, tell_asking, tell_side
from portal.accounts import consent
from portal.foundation import audit, limits
from portal.foundation.text import clean_plain_text
from portal.organisations.models import ProviderProfile

MAX_MESSAGE = 2000
MAX_REASON = 1000
PER_DAY = limits.Limit(("introduction.request",), 30)
Side = Introduction.Side


@moves.action
def request_introduction(
    *,
    actor: Any | None,
    need: Need,
    provider: ProviderProfile,
    side: str,
    message: str,
    match_run: MatchRun | None = None,
    share_contacts: bool = False,
    now: datetime | None = None,
) -> Introduction:
    """Ask the other side for an introduction, for `side` (manufacturer or provider).

    `share_contacts`: the actor agrees to sharing contacts once it is accepted; without it, and
    without having agreed before, they stay hidden.

    Raises PermissionDenied, ValidationError (message), IllegalMove (need not open, provider not
    listed, both the same firm), CapacityFull, StaleMove (there is a live one already)."""
    now = now or timezone.now()
    asking = need.organisation_id if side == Side.MANUFACTURER else provider.organisation_id
    if actor is not None and not is_member(actor, asking):
        raise PermissionDenied("matching.introduction.request")
    PER_DAY.require(actor)
    text = _text(message, MAX_MESSAGE, "message")
    need, provider = _lock(need, provider)
    if live := _live(need, provider):
        raise _already(live, actor)
    _check_possible(need, provider, actor)
    try:
        with transaction.atomic():
            introduction = Introduction.objects.create(
                need=need,
                provider=provider,
                asked_by=side,
                requester=actor,
                message=text,
                match_run=match_run,
                requested_at=now,
                expires_at=now + timedelta(days=settings.INTRODUCTION_DAYS),
            )
    except IntegrityError:
        live = _live(need, provider)
        if live is None:
            raise
        raise _already(live, actor) from None
    audit.record(
        actor,
        "introduction.request",
        introduction,
        after={"state": REQUESTED, "version": 0, "asked_by": side},
    )
    _share(actor, share_contacts, now)
    tell_asked(introduction, "introduction.requested", actor=actor)
    return introduction


def _lock(need: Need, provider: ProviderProfile) -> tuple[Need, ProviderProfile]:
    """Both rows as they are now, held until the transaction ends, always in this order."""
    held_need = (
        Need.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=need.pk)
    )
    held_provider = (
        ProviderProfile.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=provider.pk)
    )
    return held_need, held_provider


def _live(need: Need, provider: ProviderProfile) -> Introduction | None:
    return (
        Introduction.objects.filter(need=need, provider=provider, state__in=[REQUESTED, ACCEPTED])
        .select_related("need__organisation", "provider__organisation")
        .first()
    )


def _already(live: Introduction, actor: Any | None) -> moves.StaleMove:
    latest = moves.last_move(live)
    said = ""
    if latest is not None:
        said = gettext(move(latest.verb).happened) % {"who": describe_actor(latest, actor, live)}
        said = f" {said} ({when(latest.at)})."
    message = gettext("There is an introduction between the two already.") + said
    return moves.StaleMove(message, attempt=move("introduction.request"), obj=live, actor=actor)


def _check_possible(need: Need, provider: ProviderProfile, actor: Any | None) -> None:
    attempt = move("introduction.request")
    problem = ""
    if need.state != OPEN:
        problem = gettext("This need is no longer open, so nobody can be introduced to it.")
    elif not provider.listed:
        problem = gettext("This provider is not listed at present.")
    elif need.organisation_id == provider.organisation_id:
        problem = gettext("The need and the provider belong to the same organisation.")
    if problem:
        raise moves.IllegalMove(problem, attempt=attempt, obj=need, actor=actor)
    _check_capacity(provider, attempt, need, actor)


def taken(provider: ProviderProfile) -> int:
    """How many accepted introductions count against a provider's capacity now."""
    return Introduction.objects.filter(provider=provider, state=ACCEPTED).count()


def _check_capacity(provider: ProviderProfile, attempt: Move, obj: Any, actor: Any | None) -> None:
    if provider.capacity is None or taken(provider) < provider.capacity:
        return
    message = gettext(
        "%(provider)s has no job free now: all %(capacity)s are taken. It is free again when an "
        "accepted introduction is closed or the provider raises its capacity."
    ) % {"provider": provider, "capacity": provider.capacity}
    raise moves.CapacityFull(message, attempt=attempt, obj=obj, actor=actor)


@moves.action
def accept(
    *,
    actor: Any | None,
    introduction: Introduction,
    seen: int | None = None,
    share_contacts: bool = False,
) -> Introduction:
    """Say yes: contacts of those who agree to that show, and one of the provider's jobs is taken.

    The provider's row is held while its accepted introductions are counted, so two at once
    can't exceed the capacity. Raises PermissionDenied, StaleMove, IllegalMove, CapacityFull."""
    attempt = move("introduction.accept")
    moves.require_role(actor, attempt, introduction)
    need, provider = _lock(introduction.need, introduction.provider)
    moves.check("introduction.accept", introduction, actor=actor, seen=seen)
    if need.state != OPEN:
        message = gettext("This need is no longer open, so nobody can be introduced to it.")
        raise moves.IllegalMove(message, attempt=attempt, obj=introduction, actor=actor)
    _check_capacity(provider, attempt, introduction, actor)
    fields = {"answered_at": timezone.now(), "answered_by": actor}
    moves.apply(
        "introduction.accept", introduction, actor=actor, to=ACCEPTED, seen=seen, fields=fields
    )
    _share(actor, share_contacts, timezone.now())
    tell_asking(introduction, "introduction.accepted", actor=actor)
    return introduction


def _share(actor: Any | None, agreed: bool, now: datetime) -> None:
    if actor is not None and agreed:
        consent.give(actor=actor, purpose=consent.Purpose.CONTACTS, now=now)


@moves.action
def decline(
    *, actor: Any | None, introduction: Introduction, reason: str, seen: int | None = None
) -> Introduction:
    """Say no, with a reason that the other side reads.

    Raises PermissionDenied, ValidationError (reason), StaleMove, IllegalMove."""
    moves.require_role(actor, move("introduction.decline"), introduction)
    text = _text(reason, MAX_REASON, "reason")
    fields = {"answered_at": timezone.now(), "answered_by": actor, "reason": text}
    moves.apply(
        "introduction.decline", introduction, actor=actor, to=DECLINED, seen=seen, fields=fields
    )
    tell_asking(introduction, "introduction.declined", actor=actor)
    return introduction


@moves.action
def withdraw(
    *, actor: Any | None, introduction: Introduction, reason: str = "", seen: int | None = None
) -> Introduction:
    """Take back what one's own side asked for.

    Raises PermissionDenied, ValidationError (reason), StaleMove, IllegalMove."""
    moves.require_role(actor, move("introduction.withdraw"), introduction)
    fields = {
        "closed_at": timezone.now(),
        "reason": _text(reason, MAX_REASON, "reason", empty=True),
    }
    moves.apply(
        "introduction.withdraw", introduction, actor=actor, to=WITHDRAWN, seen=seen, fields=fields
    )
    tell_asked(introduction, "introduction.withdrawn", actor=actor)
    return introduction


@moves.action
def close(
    *, actor: Any | None, introduction: Introduction, reason: str = "", seen: int | None = None
) -> Introduction:
    """End an accepted introduction, from either side; the provider's job is free again, and what
    was proposed and not in force ends with it.

    Raises PermissionDenied, ValidationError (reason), StaleMove, IllegalMove (a job runs)."""
    attempt = move("introduction.close")
    moves.require_role(actor, attempt, introduction)
    now = timezone.now()
    text = _text(reason, MAX_REASON, "reason", empty=True)
    lock(introduction.pk)
    if Job.objects.filter(introduction=introduction, ended_at__isnull=True).exists():
        message = gettext(
            "A job runs from this introduction. It is closed by itself once the job is done or "
            "cancelled."
        )
        raise moves.IllegalMove(message, attempt=attempt, obj=introduction, actor=actor)
    fields = {"closed_at": now, "reason": text}
    moves.apply(attempt.name, introduction, actor=actor, to=CLOSED, seen=seen, fields=fields)
    drop_open_deals(introduction, now)
    own = sides_of(actor, introduction)
    for side in Side.values:
        if side not in own or len(own) > 1:
            tell_side(introduction, side, "introduction.closed", actor=actor)
    return introduction


def close_after_job(introduction: Introduction, *, now: datetime | None = None) -> None:
    """Close the introduction of a job that has ended, in the caller's transaction; who took part
    in the job is told of that."""
    now = now or timezone.now()
    fields = {"closed_at": now}
    moves.apply("introduction.close", introduction, actor=None, to=CLOSED, fields=fields)
    drop_open_deals(introduction, now)


def expire_introductions(*, now: datetime | None = None) -> int:
    """End introductions that nobody answered in time; says how many."""
    now = now or timezone.now()
    due = Introduction.objects.filter(state=REQUESTED, expires_at__lte=now).select_related(
        "need__organisation", "provider__organisation"
    )
    ended = 0
    for introduction in due:
        with transaction.atomic():
            ended += lapse(introduction, now)
    return ended


def _text(text: str, limit: int, name: str, *, empty: bool = False) -> str:
    try:
        clean = clean_plain_text(text, limit)
    except ValueError as error:
        raise ValidationError({name: str(error)}) from None
    if not clean and not empty:
        raise ValidationError({name: gettext("Please fill in this field.")})
    return clean
