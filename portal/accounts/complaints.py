"""The complaint channel: anybody writes, the city's staff answer within the days promised."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import get_language, gettext

from portal.accounts.letters import send_letter
from portal.accounts.models import Complaint, User
from portal.foundation import audit, permissions
from portal.foundation.limits import address_of
from portal.foundation.text import clean_plain_text

State = Complaint.State
DAY = 86_400
NUMBER_CHARACTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def make_complaint(
    *,
    actor: User | None,
    about: str,
    text: str,
    address: str = "",
    email: str = "",
    request: HttpRequest | None = None,
    now: datetime | None = None,
) -> Complaint:
    """Receive a complaint; `actor` None is somebody who is not signed in, who may leave an
    address. It gets a number, a day to be answered by, and an acknowledgement by e-mail.

    Raises ValidationError."""
    now = now or timezone.now()
    values = _checked(about, text, address, actor.email if actor else email)
    _require_not_too_many(request)
    today = timezone.localdate(now)
    with transaction.atomic():
        complaint = Complaint.objects.create(
            number=f"C{today:%y%m%d}-{get_random_string(6, NUMBER_CHARACTERS)}",
            user=actor,
            language=get_language() or settings.LANGUAGE_CODE,
            received_at=now,
            due_on=working_days_after(today, settings.COMPLAINT_DAYS),
            **values,
        )
        audit.record(actor, "complaint.receive", complaint, after={"about": about})
        if complaint.email:
            send_letter.enqueue("complaint-received", complaint.pk)
    return complaint


def answer(
    *,
    actor: User | None,
    complaint: Complaint,
    text: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Complaint:
    """Answer, by e-mail where there is an address; an answer can be replaced until it is closed.

    Raises PermissionDenied, ValidationError (text, or somebody was quicker)."""
    permissions.require(actor, "accounts.complaint.answer", complaint)
    answered = _text("text", text, Complaint.TEXT)
    fields = {
        "state": State.ANSWERED,
        "answer": answered,
        "answered_at": now or timezone.now(),
        "answered_by": actor,
    }
    with transaction.atomic():
        _move(complaint, "complaint.answer", actor, fields, seen)
        if complaint.email:
            send_letter.enqueue("complaint-answered", complaint.pk)
    return complaint


def close(
    *,
    actor: User | None,
    complaint: Complaint,
    seen: int | None = None,
    now: datetime | None = None,
) -> Complaint:
    """Put a complaint away; one without an answer only where nobody left an address.

    Raises PermissionDenied, ValidationError."""
    permissions.require(actor, "accounts.complaint.close", complaint)
    if complaint.state == State.RECEIVED and complaint.email:
        raise ValidationError(gettext("Answer it first: whoever wrote left an address."))
    with transaction.atomic():
        _move(
            complaint,
            "complaint.close",
            actor,
            {"state": State.CLOSED, "closed_at": now or timezone.now()},
            seen,
        )
    return complaint


def working_days_after(day: date, days: int) -> date:
    """The day so many Mondays to Fridays later. Public holidays, which are decreed each year, are
    not counted out: the promise is kept early rather than late."""
    left = days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def _move(
    complaint: Complaint,
    verb: str,
    actor: User | None,
    fields: dict[str, Any],
    seen: int | None,
) -> None:
    before, version = complaint.state, complaint.version if seen is None else seen
    changed = (
        Complaint.objects.filter(pk=complaint.pk, version=version)
        .exclude(state=State.CLOSED)
        .update(version=F("version") + 1, **fields)
    )
    complaint.refresh_from_db()
    if not changed:
        raise ValidationError(
            gettext("Somebody was quicker: it is “%(state)s” now. Look at it again.")
            % {"state": complaint.get_state_display()}
        )
    audit.record(actor, verb, complaint, before={"state": before}, after={"state": complaint.state})


def _checked(about: str, text: str, address: str, email: str) -> dict[str, str]:
    if about not in Complaint.About.values:
        raise ValidationError({"about": gettext("Choose what it is about.")})
    email = email.strip()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise ValidationError({"email": error.messages}) from None
    return {
        "about": about,
        "text": _text("text", text, Complaint.TEXT),
        "address": _text("address", address, 500, empty=True),
        "email": email,
    }


def _text(name: str, text: str, limit: int, *, empty: bool = False) -> str:
    try:
        clean = clean_plain_text(text, limit)
    except ValueError as error:
        raise ValidationError({name: str(error)}) from None
    if not clean and not empty:
        raise ValidationError({name: gettext("Please fill in this field.")})
    return clean


def _require_not_too_many(request: HttpRequest | None) -> None:
    """A few a day from one address; the count lies in the cache only."""
    if request is None:
        return
    key = f"complaints:{address_of(request)}"
    cache.add(key, 0, DAY)
    try:
        made = cache.incr(key)
    except ValueError:
        made = 1
    if made > settings.COMPLAINTS_PER_DAY:
        raise ValidationError(
            gettext("So many came from your network today. Write again tomorrow, or by e-mail.")
        )
