"""What the rest of the house learns of notifications: work, figures, permissions, a menu entry."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.foundation import metrics, permissions, registries, work
from portal.foundation.models import Endpoint, NotificationDelivery
from portal.foundation.notifications import endpoints, figures, personal, sending, telling

BURY_EVERY = timedelta(minutes=5)
OLD_EVERY = timedelta(days=1)
ENDPOINT_OWNER = "endpoint_owner"
TOLD = "told_person"


def register() -> None:
    """Fill the registries; called once when the app is ready."""
    work.register_consumer("e-mail", sending.send_due_emails)
    work.register_consumer("endpoints", sending.send_due_messages)
    work.register_periodic("bury-deliveries", BURY_EVERY, sending.bury)
    work.register_periodic("old-notifications", OLD_EVERY, telling.delete_old)
    metrics.register("notifications", figures.collect)
    endpoints.register_kind()
    _permissions()
    registries.personal_data.register(
        registries.PersonalData(
            name="notifications", order=80, export=personal.export, erase=personal.erase
        )
    )
    registries.menu.register(
        registries.MenuEntry(
            name="notification-choices",
            order=80,
            label=_("How you are told"),
            url="/notifications/choices/",
            icon="bell",
        )
    )
    registries.menu.register(
        registries.MenuEntry(
            name="deliveries",
            order=95,
            label=_("Deliveries of notifications"),
            url="/officers/deliveries/",
            icon="mail",
            shown=lambda user: permissions.allowed(user, "notifications.report"),
        )
    )


def _permissions() -> None:
    permissions.register_roles(Endpoint, _endpoint_roles)
    permissions.register_roles(NotificationDelivery, _delivery_roles)
    add = permissions.register
    add(
        "notifications.choose",
        roles=["user"],
        summary=gettext_noop("Choose how to be told of what"),
    )
    add(
        "notifications.endpoint.add",
        roles=["user"],
        summary=gettext_noop("Add an address that one's notifications are sent to"),
    )
    add(
        "notifications.endpoint.change",
        roles=[ENDPOINT_OWNER],
        summary=gettext_noop("See, test, rotate, switch off and remove such an address"),
    )
    add(
        "notifications.delivery.send_again",
        roles=[TOLD],
        states=["dead"],
        summary=gettext_noop("Send again what could not be delivered"),
    )
    add(
        "notifications.send_emails_again",
        roles=["officer"],
        summary=gettext_noop("Send again all e-mail that was given up in the last days"),
    )
    add(
        "notifications.report",
        roles=["officer"],
        summary=gettext_noop(
            "See how many notifications were delivered and why others were not, without contents"
        ),
    )


def _endpoint_roles(user: Any, endpoint: Endpoint) -> set[str]:
    return {ENDPOINT_OWNER} if endpoint.user_id == user.pk else set()


def _delivery_roles(user: Any, delivery: NotificationDelivery) -> set[str]:
    return {TOLD} if delivery.notification.recipient_id == user.pk else set()
