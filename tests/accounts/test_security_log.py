"""What is logged around accounts, who reads it, and when it goes."""

import logging
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from portal.accounts import actions, security
from portal.accounts.models import SecurityEvent, User
from tests.clients import Client
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "secret-word-1"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def kinds_of(user: User) -> list[str]:
    return list(
        SecurityEvent.objects.filter(user=user).order_by("id").values_list("kind", flat=True)
    )


def test_signing_in_and_out_and_failing_are_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    user = make_user()
    client.post("/en/accounts/login/", {"login": user.email, "password": "wrong"})
    client.post(
        "/en/accounts/login/",
        {"login": user.email, "password": PASSWORD},
        headers={"User-Agent": FIREFOX},
        REMOTE_ADDR="192.0.2.77",
    )
    client.post("/en/accounts/logout/")
    assert kinds_of(user) == ["sign-in-failed", "signed-in", "signed-out"]
    event = SecurityEvent.objects.get(kind="signed-in")
    assert (event.network, event.browser) == ("192.0.2.0/24", "Firefox, Linux")
    assert event.address_hash == security.hash_of("192.0.2.77")
    assert user.email not in caplog.text


def test_an_attempt_on_nobodys_account_keeps_no_address(client: Client) -> None:
    client.post("/en/accounts/login/", {"login": "ghost@works.example", "password": "x"})
    event = SecurityEvent.objects.get(kind="sign-in-failed")
    assert event.user is None
    assert "ghost" not in str(event.detail)


def test_a_changed_password_and_changed_roles_are_logged(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    client.post(
        "/en/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "Harbour-9-blue", "password2": "Harbour-9-blue"},
    )
    actions.set_roles(actor=None, user=user, roles=["editor"])
    assert kinds_of(user)[-2:] == ["password", "roles"]


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2:3::4", "2001:db8:1::/48"), ("", "")],
)
def test_only_the_network_is_kept(address: str, network: str) -> None:
    assert security.network_of(address) == network


def test_it_is_pruned_after_its_days_and_not_before(settings) -> None:
    now = timezone.now()
    for days in (1, 183, settings.SECURITY_LOG_DAYS + 1):
        security.log("signed-in", user=None, now=now - timedelta(days=days))
    assert security.prune(now=now) == 1
    assert SecurityEvent.objects.count() == 2


def test_everybody_sees_their_own_events_only(client: Client) -> None:
    user, other = make_user(), make_user()
    security.log("password", user=other, how="reset")
    client.force_login(user)
    page = client.get("/en/accounts/security/")
    assert [row.kind for row in page.context["page"]] == ["signed-in"]


def test_officers_filter_and_take_away_and_that_is_logged_too(client: Client) -> None:
    user, officer = make_user(), make_user(roles=("officer",))
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.77")
    security.log("signed-in", request=request, user=user)
    security.log("signed-out", user=user)
    client.force_login(officer)
    page = client.get("/en/officers/security/", {"email": user.email, "kind": "signed-in"})
    assert [row.kind for row in page.context["page"]] == ["signed-in"]
    page = client.get("/en/officers/security/", {"address": "192.0.2.77"})
    assert [row.user_id for row in page.context["page"]] == [user.pk]
    assert user.email not in page.content.decode()
    answer = client.get("/en/officers/security/", {"format": "csv"})
    body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "192.0.2.0/24" in body
    assert user.email not in body
    seen = SecurityEvent.objects.filter(kind="viewed", actor=officer)
    assert [row.detail["what"] for row in seen].count("security-log-export") == 1
    assert client.get("/en/officers/security/", {"since": "x"}).status_code == 400
    # Reading is about nobody's account: no word of the program stands for nobody.
    assert ">None<" not in client.get("/en/officers/security/").content.decode()


@pytest.mark.parametrize("roles", [(), ("moderator",), ("editor",)])
def test_nobody_else_reads_the_log(client: Client, roles: tuple[str, ...]) -> None:
    client.force_login(make_user(roles=roles))
    assert client.get("/en/officers/security/").status_code == 403
