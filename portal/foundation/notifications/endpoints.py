"""Addresses that notifications are sent to: added, tested, rotated, switched off, removed."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from portal.foundation import audit, permissions
from portal.foundation.limits import Limit
from portal.foundation.models import Endpoint, NotificationDelivery
from portal.foundation.models.notifications import Channel
from portal.foundation.notifications import registered, robots, telling, webhooks
from portal.foundation.notifications.outgoing import Outgoing, Refused

AT_MOST = 10
"""Addresses that one person may have."""
DEAD_IN_A_ROW = 5
"""So many messages given up one after the other switch an address off."""
OLD_SECRET_KEPT = timedelta(hours=24)
TESTS = Limit(verbs=("test_endpoint",), amount=50)
KIND = "notifications.endpoint_off"
State = NotificationDelivery.State


def register_kind() -> None:
    """Add the kind that tells of an address that was switched off."""
    registered.register(
        KIND,
        subject=gettext_noop("Your address %(name)s gets no more notifications"),
        body=gettext_noop(
            "%(name)s was switched off because what was sent there could not be delivered. Test "
            "it on the page of your addresses to switch it on again."
        ),
        group=gettext_noop("Your account"),
        required=True,
    )


def add_endpoint(
    *, actor: Any, channel: str, url: str, name: str = "", secret: str = ""
) -> Endpoint:
    """Add an address, off until `test_endpoint` has reached it. A webhook's secret is made here;
    `secret` is what DingTalk shows for a robot with signatures.

    Raises ValidationError for an address that can't be used or that the person has already."""
    permissions.require(actor, "notifications.endpoint.add")
    way = Channel(channel)
    checked = check_url(way, url)
    if way == Channel.WEBHOOK:
        secret = webhooks.new_secret()
    with transaction.atomic():
        if Endpoint.objects.filter(user=actor).count() >= AT_MOST:
            raise ValidationError(
                gettext("%(count)s addresses are as many as one person may have.")
                % {"count": AT_MOST}
            )
        try:
            with transaction.atomic():
                endpoint = Endpoint.objects.create(
                    user=actor, channel=way, url=checked, name=name.strip(), secret=secret.strip()
                )
        except IntegrityError:
            raise ValidationError({"url": gettext("You have this address already.")}) from None
        audit.record(actor, "add_endpoint", endpoint, after=_told(endpoint))
    return endpoint


def check_url(channel: Channel, url: str) -> str:
    """The address, if it may be one of the channel. Whether it leads into a private network is
    seen when something is sent. Raises ValidationError."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    known = host in settings.OUTBOUND_ALLOWED_HOSTS
    problem = ""
    if not host or len(url) > Endpoint.URL or not url.isascii() or any(map(str.isspace, url)):
        problem = gettext("This is no web address.")
    elif parts.scheme != "https" and not (known and parts.scheme == "http"):
        problem = gettext("The address has to begin with https://.")
    elif parts.username or parts.password:
        problem = gettext("Leave name and password out of the address.")
    elif channel != Channel.WEBHOOK and host not in settings.ROBOT_HOSTS[channel]:
        problem = gettext("The address has to be one of %(hosts)s.") % {
            "hosts": ", ".join(settings.ROBOT_HOSTS[channel])
        }
    if problem:
        raise ValidationError({"url": problem})
    return url


def test_endpoint(*, actor: Any, endpoint: Endpoint) -> str:
    """Send a test message now; gives "" where it arrived, which switches the address on, else the
    code of the reason. Raises ValidationError after too many tests a day."""
    permissions.require(actor, "notifications.endpoint.change", endpoint)
    TESTS.require(actor)
    sender = webhooks.send if endpoint.channel == Channel.WEBHOOK else robots.send
    problem = ""
    try:
        sender(endpoint, _test_message(actor))
    except Refused as refused:
        problem = refused.code
    with transaction.atomic():
        if not problem:
            Endpoint.objects.filter(pk=endpoint.pk).update(
                active=True,
                off_because="",
                confirmed_at=timezone.now(),
                dead_in_a_row=0,
                paused_until=None,
            )
        audit.record(actor, "test_endpoint", endpoint, after={"result": problem or "ok"})
    endpoint.refresh_from_db()
    return problem


def rotate_secret(*, actor: Any, endpoint: Endpoint) -> None:
    """Give a webhook a new secret; for OLD_SECRET_KEPT its messages are signed with both."""
    permissions.require(actor, "notifications.endpoint.change", endpoint)
    if endpoint.channel != Channel.WEBHOOK:
        raise ValidationError(gettext("Only webhooks have a secret that is made here."))
    with transaction.atomic():
        row = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
        row.old_secret, row.old_secret_until = row.secret, timezone.now() + OLD_SECRET_KEPT
        row.secret, row.secret_shown = webhooks.new_secret(), False
        row.save(update_fields=["old_secret", "old_secret_until", "secret", "secret_shown"])
        audit.record(actor, "rotate_secret", endpoint)
    endpoint.refresh_from_db()


def show_secret(*, actor: Any, endpoint: Endpoint) -> str:
    """The secret, the first time it is asked for; "" ever after."""
    permissions.require(actor, "notifications.endpoint.change", endpoint)
    rows = Endpoint.objects.filter(pk=endpoint.pk, secret_shown=False, channel=Channel.WEBHOOK)
    first = rows.update(secret_shown=True)
    return endpoint.secret if first else ""


def pause_endpoint(*, actor: Any, endpoint: Endpoint) -> None:
    """Switch an address off; what waits for it is given up and can be sent again later."""
    permissions.require(actor, "notifications.endpoint.change", endpoint)
    with transaction.atomic():
        _off(endpoint, Endpoint.Off.PERSON)
        audit.record(actor, "pause_endpoint", endpoint)


def remove_endpoint(*, actor: Any, endpoint: Endpoint) -> None:
    """Take an address out; what waits for it is not sent."""
    permissions.require(actor, "notifications.endpoint.change", endpoint)
    with transaction.atomic():
        endpoint.deliveries.filter(state=State.PENDING).update(state=State.DROPPED)
        audit.record(actor, "remove_endpoint", endpoint, before=_told(endpoint))
        Endpoint.objects.filter(pk=endpoint.pk).delete()


def switch_off(endpoint: Endpoint, why: Endpoint.Off) -> None:
    """Switch an address off for a fault of its own, and tell its owner; in the caller's
    transaction."""
    if not _off(endpoint, why):
        return
    audit.record(None, "switch_off_endpoint", endpoint, after={"why": str(why)})
    telling.notify(
        recipient=endpoint.user,
        kind=KIND,
        context={"name": endpoint.title},
        url="/notifications/endpoints/",
    )


def count_dead(endpoint: Endpoint) -> None:
    """Count a message that was given up; DEAD_IN_A_ROW of them switch the address off."""
    rows = Endpoint.objects.filter(pk=endpoint.pk)
    rows.update(dead_in_a_row=F("dead_in_a_row") + 1)
    if rows.filter(dead_in_a_row__gte=DEAD_IN_A_ROW).exists():
        switch_off(endpoint, Endpoint.Off.FAILING)


def _off(endpoint: Endpoint, why: Endpoint.Off) -> bool:
    changed = Endpoint.objects.filter(pk=endpoint.pk, active=True).update(
        active=False, off_because=why
    )
    NotificationDelivery.objects.filter(endpoint=endpoint, state=State.PENDING).update(
        state=State.DEAD, last_error="off"
    )
    return bool(changed)


def _test_message(actor: Any) -> Outgoing:
    with override(actor.language):
        return Outgoing(
            key=uuid4(),
            kind="notifications.test",
            language=actor.language,
            subject=gettext("Test of your address"),
            body=gettext("This message shows that notifications arrive here."),
            url=f"{settings.SITE_URL}/{actor.language}/notifications/endpoints/",
            at=timezone.now(),
        )


def _told(endpoint: Endpoint) -> dict[str, str]:
    """What the audit keeps: the path and query of an address may be a secret."""
    return {"channel": endpoint.channel, "host": endpoint.host}
