"""Pages of how one is told: choices, addresses, deliveries, and what officers see of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import User
from portal.foundation.models import Endpoint, NotificationChoice, NotificationDelivery
from portal.foundation.notifications import again, endpoints, registered, sending
from tests.clients import Client
from tests.factories import make_user
from tests.foundation.telling import (
    HELLO,
    forget_kinds,
    make_endpoint,
    make_reader,
    register_kinds,
    tell,
)
from tests.services.receivers import Answer, WebServer, running

pytestmark = pytest.mark.django_db
BASE = "/en/notifications/"


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    register_kinds()
    yield
    forget_kinds()


@pytest.fixture
def server(settings: Any) -> Iterator[WebServer]:
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    server = WebServer()
    with running(server):
        yield server


@pytest.fixture
def reader() -> User:
    return make_reader()


@pytest.fixture
def client(reader: User) -> Client:
    client = Client()
    client.force_login(reader)
    return client


def words(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def fields(response: Any) -> dict[str, str]:
    """What the page's largest form would send."""
    form = max(BeautifulSoup(response.content, "html.parser").find_all("form"), key=len)
    found = {}
    for field in form.find_all("input"):
        if field.get("type") != "checkbox" or field.has_attr("checked"):
            found[field["name"]] = field.get("value", "on")
    for select in form.find_all("select"):
        chosen = select.find("option", selected=True) or select.find("option")
        found[select["name"]] = chosen["value"]
    return found


# choices


def test_every_kind_stands_under_a_heading(client: Client) -> None:
    page = client.get(f"{BASE}choices/")
    text = words(page)
    for kind in registered.kinds().values():
        assert " ".join(kind.label.split()) in text
    assert "Introductions" in text
    assert "Hello …" in text


def test_saving_as_it_is_changes_nothing(client: Client, reader: User) -> None:
    page = client.get(f"{BASE}choices/")
    assert client.post(f"{BASE}choices/", fields(page)).status_code == 302
    assert not NotificationChoice.objects.exists()


def test_choosing(client: Client, reader: User) -> None:
    given = fields(client.get(f"{BASE}choices/"))
    assert given[f"email:{HELLO}"] == "instant"
    given[f"email:{HELLO}"] = "weekly"
    del given[f"site:{HELLO}"]
    given |= {"hour": "18", "weekday": "4"}
    assert client.post(f"{BASE}choices/", given).status_code == 302
    shown = fields(client.get(f"{BASE}choices/"))
    del given["csrfmiddlewaretoken"], shown["csrfmiddlewaretoken"]
    assert shown == given
    assert tell(reader).bell is False


def test_all_e_mail_at_a_stroke(client: Client, reader: User) -> None:
    given = fields(client.get(f"{BASE}choices/")) | {"every_email": "daily"}
    assert client.post(f"{BASE}choices/", given).status_code == 302
    shown = fields(client.get(f"{BASE}choices/"))
    assert {value for name, value in shown.items() if name.startswith("email:")} == {"daily"}
    assert shown["every_email"] == ""


@pytest.mark.parametrize(
    ("name", "value"), [(f"email:{HELLO}", "x"), ("hour", "24"), ("weekday", ""), ("hour", "💥")]
)
def test_bad_input_gets_a_message(client: Client, name: str, value: str) -> None:
    given = fields(client.get(f"{BASE}choices/"))
    response = client.post(f"{BASE}choices/", {**given, name: value})
    assert response.status_code == 400
    assert not NotificationChoice.objects.exists()


def test_channels_without_an_address_have_no_column(client: Client, reader: User) -> None:
    assert "webhook:" not in client.get(f"{BASE}choices/").content.decode()
    make_endpoint(reader, "https://example.com/")
    assert "webhook:" in client.get(f"{BASE}choices/").content.decode()


# addresses


def test_an_address_from_adding_to_removing(
    client: Client, reader: User, server: WebServer
) -> None:
    assert "No address yet" in words(client.get(f"{BASE}endpoints/"))
    given = {"channel": "webhook", "url": f"{server.url}/x", "name": "Our desk"}
    answer = client.post(f"{BASE}endpoints/add/", given)
    endpoint = Endpoint.objects.get()
    page = f"{BASE}endpoints/{endpoint.pk}/"
    assert answer.headers["Location"] == page
    assert endpoint.secret not in client.get(page).content.decode()
    assert endpoint.secret in client.post(page).content.decode()
    assert endpoint.secret not in client.post(page).content.decode()

    server.answer = Answer(status=500)
    told = client.post(f"{page}test/", follow=True)
    assert "The address answered with an error (500)." in words(told)
    server.answer = Answer()
    assert "The test message has arrived" in words(client.post(f"{page}test/", follow=True))

    assert "Make a new secret?" in words(client.get(f"{page}rotate/"))
    client.post(f"{page}rotate/")
    assert Endpoint.objects.get().secret != endpoint.secret
    assert "Switch this address off?" in words(client.get(f"{page}pause/"))
    client.post(f"{page}pause/")
    assert not Endpoint.objects.get().active
    assert "switched off by you" in words(client.get(f"{BASE}endpoints/"))
    assert "Remove this address?" in words(client.get(f"{page}remove/"))
    client.post(f"{page}remove/")
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"channel": "webhook", "url": "http://10.0.0.1/"},
        {"channel": "x", "url": "https://example.com/"},
        {"channel": "wecom", "url": "https://example.com/"},
        {"channel": "webhook", "url": "https://example.com/", "name": "\x00"},
        {"channel": "dingtalk", "url": "https://oapi.dingtalk.com/x", "secret": "秘密"},
    ],
)
def test_an_address_that_cannot_be_right_gets_a_message(
    client: Client, given: dict[str, str]
) -> None:
    response = client.post(f"{BASE}endpoints/add/", given)
    assert response.status_code == 400
    assert not Endpoint.objects.exists()


def test_tests_are_limited(client: Client, reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "TESTS", endpoints.Limit(verbs=("test_endpoint",), amount=1))
    endpoint = make_endpoint(reader, "https://127.0.0.1/")
    page = f"{BASE}endpoints/{endpoint.pk}/test/"
    assert "network that the portal does not write to" in words(client.post(page, follow=True))
    assert "as often as is possible" in words(client.post(page, follow=True))


def test_another_s_address_is_not_found(client: Client) -> None:
    endpoint = make_endpoint(make_reader(), "https://example.com/")
    for name in ("", "test/", "rotate/", "pause/", "remove/"):
        assert client.post(f"{BASE}endpoints/{endpoint.pk}/{name}").status_code == 404
    assert Endpoint.objects.get().active


# deliveries


def dead(reader: User, **fields: Any) -> NotificationDelivery:
    tell(reader, name="Zhao")
    row = NotificationDelivery.objects.latest("pk")
    NotificationDelivery.objects.filter(pk=row.pk).update(
        **{"state": "dead", "attempts": 8, "last_error": "smtp:550", **fields}
    )
    row.refresh_from_db()
    return row


def test_what_was_given_up_is_shown_with_its_reason_and_sent_again(
    client: Client, reader: User, mailoutbox: list[Any]
) -> None:
    row = dead(reader)
    text = words(client.get(f"{BASE}deliveries/?state=dead"))
    assert "Hello Zhao" in text
    assert "The mail server refused it (550)." in text
    assert "It is sent again now." in words(
        client.post(f"{BASE}deliveries/{row.pk}/again/", follow=True)
    )
    again_text = words(client.post(f"{BASE}deliveries/{row.pk}/again/", follow=True))
    assert "This is on its way already." in again_text
    assert sending.send_due_emails(10) == 1
    [message] = mailoutbox
    assert str(row.key) in message.extra_headers["Message-ID"]


def test_what_went_out_together_goes_out_together_again(reader: User) -> None:
    lead, follower = dead(reader), dead(reader)
    NotificationDelivery.objects.filter(pk=follower.pk).update(lead=lead)
    follower.refresh_from_db()
    again.send_again(actor=reader, delivery=follower)
    assert sending.send_due_emails(10) == 1
    assert set(NotificationDelivery.objects.values_list("state", flat=True)) == {"sent"}


def test_nothing_is_sent_again_to_an_address_that_is_off_or_gone(
    client: Client, reader: User
) -> None:
    endpoint = make_endpoint(reader, "https://example.com/")
    row = dead(reader, last_error="gone")
    assert row.channel == "webhook"
    Endpoint.objects.update(active=False)
    page = f"{BASE}deliveries/{row.pk}/again/"
    assert "Test it first." in words(client.post(page, follow=True))
    endpoints.remove_endpoint(actor=reader, endpoint=endpoint)
    assert "Add it again first." in words(client.post(page, follow=True))
    row.refresh_from_db()
    assert row.state == "dead"


def test_another_s_delivery_is_not_found(client: Client) -> None:
    row = dead(make_reader())
    assert client.post(f"{BASE}deliveries/{row.pk}/again/").status_code == 404
    assert "Hello Zhao" not in words(client.get(f"{BASE}deliveries/"))


@pytest.mark.parametrize("path", ["deliveries/", "endpoints/", "choices/"])
def test_lists_cost_the_same_for_one_and_three(
    client: Client, reader: User, path: str, django_assert_num_queries: Any
) -> None:
    make_endpoint(reader, "https://example.com/1")
    tell(reader)
    with CaptureQueriesContext(connection) as one:
        client.get(f"{BASE}{path}")
    for number in (2, 3):
        make_endpoint(reader, f"https://example.com/{number}")
        tell(reader)
    with django_assert_num_queries(len(one)):
        client.get(f"{BASE}{path}")
    assert len(one) < 14


def test_officers_see_counts_and_reasons_without_people_and_words(reader: User) -> None:
    dead(reader)
    tell(reader)
    officer = Client()
    officer.force_login(make_user(language="en", roles=("officer",)))
    text = words(officer.get("/en/officers/deliveries/"))
    assert "Hello …" in text
    assert "The mail server refused it (550)." in text
    assert "Zhao" not in text
    assert reader.email not in text
    plain = Client()
    plain.force_login(reader)
    assert plain.get("/en/officers/deliveries/").status_code == 403


def test_officers_send_again_all_e_mail_of_late(reader: User, mailoutbox: list[Any]) -> None:
    lead, follower, old = dead(reader), dead(reader), dead(reader)
    NotificationDelivery.objects.filter(pk=follower.pk).update(lead=lead)
    long_ago = timezone.now() - again.LATELY
    NotificationDelivery.objects.filter(pk=old.pk).update(created=long_ago)
    officer = Client()
    officer.force_login(make_user(language="en", roles=("officer",)))
    page = "/en/officers/deliveries/"
    assert "Send e-mail again" in words(officer.get(page))
    assert "Sent again: 2" in words(officer.post(page, follow=True))
    assert sending.send_due_emails(10) == 1
    plain = Client()
    plain.force_login(reader)
    assert plain.post(page).status_code == 403


def test_one_that_was_never_finished_is_given_up(reader: User) -> None:
    tell(reader)
    NotificationDelivery.objects.update(attempts=8, not_before=timezone.now())
    assert sending.bury() == 1
    row = NotificationDelivery.objects.get()
    assert (row.state, row.last_error) == ("dead", "worker")
