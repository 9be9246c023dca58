"""How each person wants to be told: reading and changing the choices."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.foundation import audit, permissions
from portal.foundation.models import DigestTime, NotificationChoice
from portal.foundation.models.notifications import Channel, Mode
from portal.foundation.notifications import registered

Choice = tuple[str, Channel]
"""A kind (or `*`) and a channel."""
ALL = NotificationChoice.ALL


@dataclass(frozen=True)
class Chosen:
    """One person's choices, read once."""

    rows: Mapping[Choice, Mode]

    def mode(self, kind: registered.NotificationKind, channel: Channel) -> Mode:
        """How the person is told of a kind on a channel."""
        if kind.fixed(channel):
            return kind.usual(channel)
        usual = self.rows.get((ALL, channel), kind.usual(channel))
        return self.rows.get((kind.kind, channel), usual)


def chosen_by(user: Any, wanted: Collection[str] | None = None) -> Chosen:
    """What a person chose, of all kinds or of those `wanted`."""
    rows = NotificationChoice.objects.filter(user=user)
    if wanted is not None:
        rows = rows.filter(kind__in=[*wanted, ALL])
    found = rows.values_list("kind", "channel", "mode")
    return Chosen({(kind, Channel(channel)): Mode(mode) for kind, channel, mode in found})


def choose(*, actor: Any, modes: Mapping[Choice, str]) -> int:
    """Set how `actor` is told of some kinds on some channels; says how many choices changed.

    Raises ValidationError for a kind or way that there is not, and for duties."""
    permissions.require(actor, "notifications.choose")
    checked = {choice: _checked(*choice, mode) for choice, mode in modes.items()}
    with transaction.atomic():
        before = chosen_by(actor)
        changed = {
            (kind, channel): mode
            for (kind, channel), mode in checked.items()
            if before.mode(registered.get(kind), channel) != mode
        }
        _write(actor, changed)
        if changed:
            audit.record(
                actor,
                "choose_notifications",
                actor,
                before=_told(
                    {
                        choice: before.mode(registered.get(choice[0]), choice[1])
                        for choice in changed
                    }
                ),
                after=_told(changed),
            )
    return len(changed)


def stop_emails(*, user: Any, wanted: Iterable[str], by: str) -> dict[Choice, str]:
    """Send `user` no more e-mail of some kinds, or of all with `*`; gives what held before.

    Duties stay. `by` says how it was asked for, as the person need not be signed in."""
    asked = set(wanted)
    with transaction.atomic():
        before = dict(chosen_by(user).rows)
        old: dict[Choice, str] = {
            choice: mode.value for choice, mode in before.items() if choice[1] == Channel.EMAIL
        }
        if ALL in asked:
            NotificationChoice.objects.filter(user=user, channel=Channel.EMAIL).delete()
            changed = {(ALL, Channel.EMAIL): Mode.OFF}
        else:
            names = sorted(name for name in asked if _can_stop(name))
            changed = {(name, Channel.EMAIL): Mode.OFF for name in names}
        _write(user, changed)
        audit.record(user, "stop_emails", user, after=_told(changed), note=by)
    return old


def restore_emails(*, user: Any, modes: Mapping[Choice, str], by: str) -> None:
    """Undo `stop_emails`: the person's e-mail choices are `modes` again."""
    with transaction.atomic():
        NotificationChoice.objects.filter(user=user, channel=Channel.EMAIL).delete()
        known = {choice: Mode(mode) for choice, mode in modes.items()}
        _write(user, known)
        audit.record(user, "restore_emails", user, after=_told(known), note=by)


def digest_time(user: Any) -> DigestTime:
    """When a person's digests are sent; not saved where nothing was chosen."""
    return DigestTime.objects.filter(user=user).first() or DigestTime(user=user)


def set_digest_time(*, actor: Any, hour: int, weekday: int) -> None:
    """Set the hour (0–23) of digests and the day (0 is Monday) of weekly ones."""
    permissions.require(actor, "notifications.choose")
    given = DigestTime(user=actor, hour=hour, weekday=weekday)
    given.clean_fields(exclude=["user"])
    with transaction.atomic():
        before = digest_time(actor)
        if (before.hour, before.weekday) == (hour, weekday):
            return
        DigestTime.objects.update_or_create(user=actor, defaults={"hour": hour, "weekday": weekday})
        audit.record(actor, "set_digest_time", actor, after={"hour": hour, "weekday": weekday})


def next_digest(time: DigestTime, mode: Mode, now: datetime) -> datetime:
    """The next moment after `now` at which a digest of `mode` is sent."""
    local = timezone.localtime(now)
    at = local.replace(hour=time.hour, minute=0, second=0, microsecond=0)
    if mode == Mode.WEEKLY:
        at += timedelta(days=(time.weekday - at.weekday()) % 7)
    if at <= local:
        at += timedelta(days=7 if mode == Mode.WEEKLY else 1)
    return at


def _checked(kind: str, channel: Channel, mode: str) -> Mode:
    known = registered.kinds().get(kind)
    allowed = list(Mode) if channel == Channel.EMAIL else [Mode.OFF, Mode.INSTANT]
    if known is None or mode not in allowed:
        raise ValidationError(_("Choose one of the ways that the page offers."))
    if known.fixed(channel) and mode != known.usual(channel):
        raise ValidationError(_("“%(kind)s” can't be switched off.") % {"kind": known.label})
    return Mode(mode)


def _can_stop(name: str) -> bool:
    kind = registered.kinds().get(name)
    return kind is not None and not kind.fixed(Channel.EMAIL)


def _write(user: Any, modes: Mapping[Choice, Mode]) -> None:
    NotificationChoice.objects.bulk_create(
        [
            NotificationChoice(user=user, kind=kind, channel=channel, mode=mode)
            for (kind, channel), mode in modes.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "kind", "channel"],
        update_fields=["mode"],
    )


def _told(modes: Mapping[Choice, Mode]) -> dict[str, str]:
    return {f"{kind} {channel.value}": mode.value for (kind, channel), mode in modes.items()}
