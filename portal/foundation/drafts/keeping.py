"""Writes of drafts. Each save says which version it goes on from: two windows never overwrite
each other silently, and what was sent or thrown away does not come back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from portal.foundation import permissions
from portal.foundation.models import Draft

KEPT = timedelta(days=30)
WITH_ACCOUNT = timedelta(minutes=1)
"""How soon after an account is made what was written before is kept with it."""
MAX_BYTES = 128 * 1024
MAX_FIELDS = 400
MAX_DRAFTS = 50
_NEVER = ("csrfmiddlewaretoken", "intent")
_SECRET = ("password", "passwd", "secret_key", "otp")
_OWN = "draft"


class Overtaken(Exception):
    """Another window has kept something newer; `draft` is that."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(str(draft))
        self.draft = draft


class Gone(Exception):
    """What this went on from was sent or thrown away meanwhile."""


def save(
    *,
    actor: Any,
    form: str,
    obj: str = "",
    url: str,
    data: QueryDict | Mapping[str, list[str]],
    seen: int = 0,
    over: bool = False,
    now: datetime | None = None,
) -> Draft | None:
    """Keep what stands in a form; None where nothing does.

    `seen` is the version this goes on from (0: none was there), `over` writes over a newer one.
    Raises Overtaken, Gone, ValidationError (too much), PermissionDenied."""
    permissions.require(actor, "foundation.draft.keep")
    fields = _kept(data)
    moment = now or timezone.now()
    with transaction.atomic():
        rows = Draft.objects.filter(user=actor, form=form, obj=obj)
        current = rows.select_for_update(of=("self",)).first()
        if current is None:
            if seen and not over:
                raise Gone
            return _made(actor, form, obj, url, fields, moment)
        if current.version != seen and not over:
            raise Overtaken(current)
        current.fields, current.url, current.changed = fields, url, moment
        current.version += 1
        current.save(update_fields=["fields", "url", "changed", "version"])
    return current


def _made(
    actor: Any, form: str, obj: str, url: str, fields: dict[str, list[str]], now: datetime
) -> Draft | None:
    if not any(value.strip() for values in fields.values() for value in values):
        return None
    if Draft.objects.filter(user=actor).count() >= MAX_DRAFTS:
        raise ValidationError(
            gettext("You keep %(limit)s drafts already: send or discard one first.")
            % {"limit": MAX_DRAFTS}
        )
    try:
        with transaction.atomic():
            return Draft.objects.create(
                user=actor, form=form, obj=obj, url=url, fields=fields, created=now, changed=now
            )
    except IntegrityError:
        raise Overtaken(Draft.objects.get(user=actor, form=form, obj=obj)) from None


def _kept(data: QueryDict | Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What of a posted form is kept: no password, no token against forgery, no NUL."""
    lists = data.lists() if isinstance(data, QueryDict) else data.items()
    fields = {
        name.replace("\x00", ""): [str(value).replace("\x00", "") for value in values]
        for name, values in lists
        if name not in _NEVER and not _private(name)
    }
    size = sum(
        len(text.encode("utf-8", "replace"))
        for name, values in fields.items()
        for text in (name, *values)
    )
    if size > MAX_BYTES or len(fields) > MAX_FIELDS:
        raise ValidationError(
            gettext("This is too much to be kept as a draft: at most %(limit)s kB are possible.")
            % {"limit": MAX_BYTES // 1024}
        )
    return fields


def _private(name: str) -> bool:
    lower = name.lower()
    return lower == _OWN or lower.startswith(f"{_OWN}_") or any(word in lower for word in _SECRET)


def find(user: Any, form: str, obj: str = "") -> Draft | None:
    """The draft of a person in one form."""
    if not user.is_authenticated:
        return None
    return Draft.objects.filter(user=user, form=form, obj=obj).first()


def clear(user: Any, form: str, obj: str = "") -> None:
    """The form was sent: its draft goes. Nothing to do for somebody who is signed out."""
    if user.is_authenticated:
        Draft.objects.filter(user=user, form=form, obj=obj).delete()


def begun_signed_out(user: Any) -> Draft | None:
    """What somebody wrote before the account was made for it, while nobody has gone on with it."""
    made = user.date_joined + WITH_ACCOUNT
    return Draft.objects.filter(user=user, version=1, created__lte=made).first()


def discard(*, actor: Any, pk: int) -> Draft | None:
    """Throw one's own draft away; None where it is gone already or somebody else's."""
    row = Draft.objects.filter(user=actor, pk=pk).first()
    if row is not None:
        row.delete()
    return row


def forget_old(now: datetime | None = None) -> int:
    """Delete drafts that nobody went on with for KEPT; says how many."""
    return Draft.objects.filter(changed__lt=(now or timezone.now()) - KEPT).delete()[0]


def waiting_of(user: Any) -> list[Draft]:
    """A person's drafts, the newest first."""
    return list(Draft.objects.filter(user=user).defer("fields").order_by(F("changed").desc()))
