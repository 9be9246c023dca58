"""What goes to an address, and what may come of it."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.foundation.models import NotificationDelivery
from portal.foundation.notifications import registered

VERSION = 1
"""Of the webhook's body: it grows when a receiver would have to change."""


@dataclass(frozen=True)
class Outgoing:
    """One message to an endpoint, in the person's language. The same for every try."""

    key: UUID
    kind: str
    language: str
    subject: str
    body: str
    url: str
    at: datetime

    def as_json(self) -> str:
        """The webhook's body."""
        return json.dumps(
            {
                "version": VERSION,
                "id": str(self.key),
                "kind": self.kind,
                "at": self.at.isoformat(),
                "language": self.language,
                "subject": self.subject,
                "body": self.body,
                "url": self.url,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


class Refused(Exception):
    """An endpoint did not take a message. `code` is what is kept of the reason: no address, no
    words of the receiver's, nothing personal.

    `gone`: the endpoint wants no more. `busy`: it may take others as little as this one for now,
    so it is left alone; `wait` is how long it asked for."""

    def __init__(
        self,
        code: str,
        *,
        gone: bool = False,
        busy: bool = False,
        wait: timedelta | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.gone, self.busy, self.wait = code, gone, busy, wait


def outgoing_of(delivery: NotificationDelivery) -> Outgoing:
    """What is sent of a delivery, from its notification with its recipient."""
    notification = delivery.notification
    language = notification.recipient.language
    with override(language):
        return Outgoing(
            key=delivery.key,
            kind=notification.kind,
            language=language,
            subject=" ".join(registered.subject_of(notification).split()),
            body=registered.body_of(notification),
            url=f"{settings.SITE_URL}/{language}{notification.url}",
            at=notification.created,
        )


_REASONS = {
    "timeout": _("There was no answer in time."),
    "connect": _("No connection could be made."),
    "refused": _("The address leads into a network that the portal does not write to."),
    "too-large": _("The answer was too long."),
    "redirect": _("The address leads on to another one; give that one instead."),
    "gone": _("The address says that it is gone (410)."),
    "too-many": _("The address asks for fewer messages."),
    "no-json": _("The answer was not understood."),
    "no-words": _("The message could not be written."),
    "worker": _("The work was broken off again and again."),
    "off": _("The address is switched off."),
    "smtp": _("The mail server did not take it."),
}


def reason(code: str) -> str:
    """The words for a kept code such as `status:500`, in the active language."""
    name, _colon, number = code.partition(":")
    if name == "status":
        return str(_("The address answered with an error (%(number)s).")) % {"number": number}
    if name == "errcode":
        return str(_("The robot refused it (error %(number)s).")) % {"number": number}
    if name == "smtp" and number:
        return str(_("The mail server refused it (%(number)s).")) % {"number": number}
    return str(_REASONS.get(name, ""))


def seconds(text: str) -> timedelta | None:
    """What a Retry-After header asks for in seconds, a day at most; None for anything else."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        return None
    return min(timedelta(seconds=int(text)), timedelta(days=1))
