"""What happens to a need: written down, understood, posted, moderated, withdrawn, expired."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext

from matching.actions import moves
from matching.actions.lapse import lapse_introductions
from matching.content import Understanding, Words
from matching.models import Need
from matching.people import was_introduced
from matching.states import DRAFT, EXPIRED, MODERATION, OPEN, WITHDRAWN, move
from matching.telling import tell_owners
from portal.foundation import audit, limits, permissions
from portal.foundation.text import clean_plain_text
from portal.organisations.models import Organisation
from search.indexing import request_index

OPEN_DAYS = 90
REMIND_DAYS = 7
MAX_NOTE = 1000
PER_DAY = limits.Limit(("need.create",), 30)
# No letters or digits that are read for one another.
_REF_CHARACTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def make_ref(day: date) -> str:
    """A new permanent reference, such as N20261122-7KQ4M."""
    return f"N{day:%Y%m%d}-{get_random_string(5, _REF_CHARACTERS)}"


@moves.action
def create_draft(
    *,
    actor: Any | None,
    organisation: Organisation,
    words: Words,
    understanding: Understanding,
    token: str = "",
    is_demo: bool = False,
) -> Need:
    """A new draft. The same `token` from the same person gives the same need again.

    Raises PermissionDenied, ValidationError by field."""
    permissions.require(actor, "matching.need.create", organisation)
    if token and (found := _from_form(actor, token)):
        return found
    PER_DAY.require(actor)
    fields = {**vars(words.checked()), **_not_past(understanding.checked(), None).as_fields()}
    try:
        with transaction.atomic():
            need = Need.objects.create(
                ref=make_ref(timezone.localdate()),
                organisation=organisation,
                created_by=actor,
                form_token=token,
                is_demo=is_demo,
                **fields,
            )
    except IntegrityError:
        # The other of two equal forms was quicker, or the reference is taken.
        found = _from_form(actor, token)
        if found is None:
            raise
        return found
    audit.record(actor, "need.create", need, after={"state": need.state, "version": need.version})
    return need


def _from_form(actor: Any | None, token: str) -> Need | None:
    return Need.objects.filter(created_by=actor, form_token=token).first()


def _not_past(understanding: Understanding, kept: date | None) -> Understanding:
    day = understanding.start_by
    if day is not None and day != kept and day < timezone.localdate():
        raise ValidationError({"start_by": gettext("This day has passed. Choose a later one.")})
    return understanding


@moves.action
def update_draft(*, actor: Any | None, need: Need, words: Words, seen: int | None = None) -> Need:
    """Change the words of a draft.

    `seen`: the version the person looked at. Raises PermissionDenied, ValidationError,
    StaleMove, IllegalMove."""
    moves.apply("need.update", need, actor=actor, seen=seen, fields=vars(words.checked()))
    return need


@moves.action
def set_understanding(
    *, actor: Any | None, need: Need, understanding: Understanding, seen: int | None = None
) -> Need:
    """Store what was understood, as corrected. An open need is indexed again.

    Raises PermissionDenied, ValidationError, StaleMove, IllegalMove."""
    checked = _not_past(understanding.checked(), need.start_by)
    moves.apply("need.understand", need, actor=actor, seen=seen, fields=checked.as_fields())
    if need.state == OPEN:
        request_index("need", need.ref)
    return need


@moves.action
def post_need(*, actor: Any | None, need: Need, seen: int | None = None) -> Need:
    """Post a draft: open at once, or waiting where the city moderates.

    Raises PermissionDenied, ValidationError, StaleMove, IllegalMove."""
    moves.require_role(actor, move("need.post"), need)
    if need.state == DRAFT and need.start_by and need.start_by < timezone.localdate():
        raise ValidationError({"start_by": gettext("This day has passed. Choose a later one.")})
    if settings.NEED_MODERATION:
        fields = {"moderation_note": ""}
        moves.apply("need.post", need, actor=actor, to=MODERATION, seen=seen, fields=fields)
        tell_owners(need, "need.waiting", actor=None)
        return need
    moves.apply("need.post", need, actor=actor, to=OPEN, seen=seen, fields=_opening())
    tell_owners(need, "need.posted", actor=None)
    request_index("need", need.ref)
    return need


def _opening() -> dict[str, Any]:
    return {
        "posted_at": timezone.now(),
        "expires_on": timezone.localdate() + timedelta(days=OPEN_DAYS),
        "moderation_note": "",
    }


@moves.action
def approve_need(*, actor: Any | None, need: Need, note: str = "", seen: int | None = None) -> Need:
    """Open a need that waits. Raises PermissionDenied, StaleMove, IllegalMove."""
    note = _note(note)
    fields = {**_opening(), "moderation_note": note}
    moves.apply("need.approve", need, actor=actor, to=OPEN, seen=seen, fields=fields, note=note)
    tell_owners(need, "need.approved", actor=actor)
    request_index("need", need.ref)
    return need


@moves.action
def return_need(*, actor: Any | None, need: Need, note: str, seen: int | None = None) -> Need:
    """Give a need that waits back to its owner, with a note saying what to change.

    Raises PermissionDenied, ValidationError, StaleMove, IllegalMove."""
    note = _note(note)
    if not note:
        raise ValidationError({"note": gettext("Say what should be changed.")})
    fields = {"moderation_note": note}
    moves.apply("need.return", need, actor=actor, to=DRAFT, seen=seen, fields=fields, note=note)
    tell_owners(need, "need.returned", actor=actor, note=note)
    return need


def _note(note: str) -> str:
    try:
        return clean_plain_text(note, MAX_NOTE)
    except ValueError as error:
        raise ValidationError({"note": str(error)}) from None


@moves.action
def extend_need(*, actor: Any | None, need: Need, seen: int | None = None) -> Need:
    """Keep an open need open for OPEN_DAYS from today.

    Raises PermissionDenied, StaleMove, IllegalMove."""
    until = timezone.localdate() + timedelta(days=OPEN_DAYS)
    moves.apply("need.extend", need, actor=actor, seen=seen, fields={"expires_on": until})
    return need


@moves.action
def withdraw_need(*, actor: Any | None, need: Need, seen: int | None = None) -> Need:
    """Take a need back, with the introductions that nobody answered yet.

    Raises PermissionDenied, StaleMove, IllegalMove."""
    moves.apply("need.withdraw", need, actor=actor, to=WITHDRAWN, seen=seen)
    lapse_introductions(need)
    request_index("need", need.ref)
    return need


@moves.action
def reopen_need(*, actor: Any | None, need: Need, seen: int | None = None) -> Need:
    """Take a withdrawn or expired need up again, as a draft to look over and post.

    Raises PermissionDenied, StaleMove, IllegalMove; ActionRefused for one that somebody was
    introduced to, as the job shows its words."""
    moves.require_role(actor, move("need.reopen"), need)
    if was_introduced(need):
        raise moves.ActionRefused(
            gettext(
                "A provider was introduced to this need, so its words stay as they are. "
                "Write a new need from them instead."
            )
        )
    moves.apply("need.reopen", need, actor=actor, to=DRAFT, seen=seen)
    return need


def expire_needs(*, now: datetime | None = None) -> int:
    """End open needs whose last day has passed and remind owners a week before; says how many
    ended. The system does this every hour."""
    day = timezone.localdate(now or timezone.now())
    ended = 0
    for need in Need.objects.filter(state=OPEN, expires_on__lt=day).select_related("organisation"):
        ended += _expire(need)
    soon = Need.objects.filter(state=OPEN, expires_on__lte=day + timedelta(days=REMIND_DAYS))
    for need in soon.filter(expires_on__gte=day).select_related("organisation"):
        _remind(need)
    return ended


@transaction.atomic
def _expire(need: Need) -> bool:
    try:
        moves.apply("need.expire", need, actor=None, to=EXPIRED)
    except moves.MoveRefused:
        # Its owner was quicker: extended or withdrawn since it was read.
        return False
    lapse_introductions(need)
    tell_owners(need, "need.expired", actor=None)
    request_index("need", need.ref)
    return True


@transaction.atomic
def _remind(need: Need) -> None:
    due = Need.objects.filter(pk=need.pk, state=OPEN, expires_on=need.expires_on)
    # One reminder for each day of expiry: extending a need earns it another.
    unreminded = (
        due.exclude(reminded_for=need.expires_on)
        if need.reminded_for
        else due.filter(reminded_for__isnull=True)
    )
    if unreminded.update(reminded_for=need.expires_on):
        tell_owners(need, "need.expiring", actor=None)
