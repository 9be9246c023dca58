"""Choosing how to be told, adding an address and seeing what was sent, in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.accounts.models import User
from portal.foundation import notifications
from portal.foundation.models import Endpoint, NotificationChoice, NotificationDelivery
from tests.e2e.conftest import Come
from tests.e2e.visitor import DESKTOP, NARROW
from tests.factories import make_user
from tests.foundation.telling import make_endpoint
from tests.services.receivers import WebServer, running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KIND = "organisations.invited"


@pytest.fixture
def server(settings: Any) -> Iterator[WebServer]:
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    server = WebServer()
    with running(server):
        yield server


def tell(reader: User, **fields: Any) -> None:
    notifications.notify(
        recipient=reader, kind=KIND, context={"organisation": "甬江机械厂"}, url="/desk/"
    )
    NotificationDelivery.objects.update(**fields)


def test_on_the_narrowest_phone(come: Come, portal: str, server: WebServer) -> None:
    reader = make_user(language="en")
    visitor = come("en", NARROW)
    visitor.sign_in(reader)
    visitor.go("/notifications/choices/")
    visitor.look("choices")
    visitor.find(f'select[name="email:{KIND}"]').select_option("weekly")
    visitor.press('button:has-text("Save")')
    assert NotificationChoice.objects.get().mode == "weekly"

    visitor.go("/notifications/endpoints/")
    visitor.look("no-endpoints")
    visitor.press('a:has-text("Add an address")')
    visitor.look("add-endpoint")
    visitor.find('input[name="url"]').fill(f"{server.url}/hook")
    visitor.press('button:has-text("Add")')
    visitor.press('button:has-text("Show the secret")')
    visitor.look("endpoint-secret")
    assert Endpoint.objects.get().secret in visitor.find("code").inner_text()
    visitor.press('button:has-text("Send a test message")')
    visitor.look("endpoint")
    assert Endpoint.objects.get().active
    visitor.go("/notifications/endpoints/")
    visitor.look("endpoints")
    tell(reader, state="dead", attempts=8, last_error="status:500")
    visitor.go("/notifications/deliveries/")
    visitor.look("deliveries")
    visitor.press('button:has-text("Send again")')
    assert NotificationDelivery.objects.filter(state="pending").count() == 1


def test_on_a_desktop_in_chinese(come: Come, portal: str) -> None:
    reader = make_user(language="zh-hans", roles=("officer",))
    for channel in ("webhook", "wecom", "dingtalk"):
        host = {"wecom": "qyapi.weixin.qq.com", "dingtalk": "oapi.dingtalk.com"}
        make_endpoint(reader, f"https://{host.get(channel, 'example.com')}/x", channel)
    tell(reader, state="dead", attempts=8, last_error="smtp:550")
    visitor = come("zh-hans", DESKTOP, theme="dark")
    visitor.sign_in(reader)
    for path, name in (
        ("/notifications/choices/", "choices-zh"),
        ("/notifications/", "notifications-zh"),
        ("/notifications/deliveries/", "deliveries-zh"),
        ("/notifications/endpoints/", "endpoints-zh"),
        ("/officers/deliveries/", "report-zh"),
    ):
        visitor.go(path)
        visitor.look(name)
