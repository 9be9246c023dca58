"""E-mails: one for a notification, one for a thread's messages, one for a digest. Each carries the
key of its lead delivery as Message-ID and, except for duties, headers that stop it in one click
(RFC 8058)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext, override

from portal.foundation.models import Notification, NotificationChoice, NotificationDelivery
from portal.foundation.models.notifications import Channel, Mode
from portal.foundation.notifications import choices, registered
from portal.foundation.notifications.tokens import stop_token

State = NotificationDelivery.State


@dataclass
class Item:
    """One thing told in an e-mail; `count` messages of a thread are one."""

    subject: str
    body: str
    url: str
    kind: str
    count: int = 1


def members_of(lead: NotificationDelivery) -> list[NotificationDelivery]:
    """The deliveries that go out with a lead, itself among them, oldest first."""
    rows = NotificationDelivery.objects.filter(lead=lead, state=State.PENDING)
    together = [lead, *rows.select_related("notification", "notification__recipient")]
    return sorted(together, key=lambda row: row.pk)


def wanted(members: Sequence[NotificationDelivery]) -> list[NotificationDelivery]:
    """Those still wanted: e-mail of their kind was not switched off meanwhile, and a message of a
    thread was not read in the portal."""
    if not members:
        return []
    chosen = choices.chosen_by(members[0].notification.recipient)
    known = registered.kinds()
    kept = []
    for member in members:
        kind = known.get(member.notification.kind)
        if kind is None or chosen.mode(kind, Channel.EMAIL) == Mode.OFF:
            continue
        if not (kind.coalesce and member.notification.read_at):
            kept.append(member)
    return kept


def message_of(
    lead: NotificationDelivery, members: Sequence[NotificationDelivery]
) -> EmailMultiAlternatives:
    """The e-mail of a lead and what goes with it, in the reader's language.

    `members` is what `wanted` left, at least one."""
    recipient = members[0].notification.recipient
    with override(recipient.language):
        items = _items([member.notification for member in members])
        subject = _subject(items, Mode(lead.mode))
        stops = _stops(recipient, items)
        context = {
            "subject": subject,
            "items": items,
            "single": items[0] if len(items) == 1 else None,
            "recipient": recipient,
            "choices_url": _address("foundation:choices"),
            **stops,
        }
        headers = {
            "Message-ID": f"<notification-{lead.key}@{_host()}>",
            "Auto-Submitted": "auto-generated",
        }
        if stop_url := stops["stop_url"]:
            headers["List-Unsubscribe"] = f"<{stop_url}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("foundation/email/notification.txt", context),
            to=[recipient.email],
            headers=headers,
        )
        html = render_to_string("foundation/email/notification.html", context)
        message.attach_alternative(html, "text/html")
        return message


def _items(notifications: Sequence[Notification]) -> list[Item]:
    """What is told, oldest first; of a thread one item with the newest words."""
    threads: dict[Any, Item] = {}
    for row in notifications:
        kind = registered.kinds().get(row.kind)
        together = kind is not None and kind.coalesce
        name: Any = (row.kind, row.url) if together else row.pk
        item = threads.get(name)
        if item is None:
            item = threads[name] = Item("", "", "", row.kind, count=0)
        item.subject = " ".join(registered.subject_of(row).split())
        item.body = registered.body_of(row)
        item.url = f"{settings.SITE_URL}/{row.recipient.language}{row.url}"
        item.count += 1
    return list(threads.values())


def _subject(items: Sequence[Item], mode: Mode) -> str:
    first = items[0].subject
    if len(items) == 1:
        count = items[0].count
        if count > 1:
            together = ngettext("%(subject)s (%(count)s)", "%(subject)s (%(count)s)", count)
            return (together % {"subject": first[:180], "count": count})[:200]
        return first[:200]
    named = {"count": len(items), "subject": first[:150]}
    if mode == Mode.WEEKLY:
        return gettext("Your week: %(count)s new, “%(subject)s” …") % named
    return gettext("Your day: %(count)s new, “%(subject)s” …") % named


def _stops(recipient: Any, items: Sequence[Item]) -> dict[str, str]:
    """The address that stops the kinds of this e-mail, and the one that stops all e-mail; empty
    where all of it is duty."""
    known = registered.kinds()
    can = {item.kind for item in items if not known[item.kind].fixed(Channel.EMAIL)}
    if not can:
        return {"stop_url": "", "stop_all_url": ""}
    return {
        "stop_url": _address("foundation:unsubscribe", token=stop_token(recipient, can)),
        "stop_all_url": _address(
            "foundation:unsubscribe", token=stop_token(recipient, [NotificationChoice.ALL])
        ),
    }


def _address(name: str, **arguments: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, kwargs=arguments)}"


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
