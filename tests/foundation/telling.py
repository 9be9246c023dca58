"""What tests of notifications share: a kind, a person, addresses that are switched on."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from portal.accounts.models import User
from portal.foundation import notifications
from portal.foundation.models import Endpoint, Notification, NotificationDelivery
from portal.foundation.notifications import endpoints, registered
from tests.factories import make_user

HELLO, TALK, DUTY = "test.hello", "test.talk", "test.duty"


def register_kinds() -> None:
    """One usual kind, one whose messages go together, one that is a duty."""
    subject, body = gettext_noop("Hello %(name)s"), gettext_noop("A word for %(name)s.")
    notifications.register(HELLO, subject=subject, body=body, group="Tests")
    notifications.register(TALK, subject=subject, body=body, group="Tests", coalesce=True)
    notifications.register(DUTY, subject=subject, body=body, required=True)


def forget_kinds() -> None:
    """Other tests see only the rooms' kinds."""
    for kind in (HELLO, TALK, DUTY):
        registered._kinds.pop(kind, None)


def make_reader(**fields: Any) -> User:
    """Somebody who reads English."""
    return make_user(**{"language": "en", **fields})


def tell(reader: User, kind: str = HELLO, *, name: str = "Li", **fields: Any) -> Notification:
    """Tell them something."""
    usual = {"context": {"name": name}, "url": "/needs/N1/"}
    return notifications.notify(recipient=reader, kind=kind, **{**usual, **fields})


def make_endpoint(reader: User, url: str, channel: str = "webhook", **fields: Any) -> Endpoint:
    """An address of theirs that was tested."""
    endpoint = endpoints.add_endpoint(actor=reader, channel=channel, url=url, **fields)
    Endpoint.objects.filter(pk=endpoint.pk).update(active=True, confirmed_at=timezone.now())
    endpoint.refresh_from_db()
    return endpoint


def due_now() -> None:
    """As if the waits of deliveries and addresses were over."""
    NotificationDelivery.objects.filter(state="pending").update(not_before=None)
    Endpoint.objects.update(paused_until=None)
