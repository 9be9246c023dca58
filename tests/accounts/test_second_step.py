"""Roles of the city count only in a session that has shown a second step."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.core.cache import cache

from portal.accounts import consent
from portal.accounts.models import User
from portal.foundation import permissions
from tests.clients import Client
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "secret-word-1"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def agreed(user: User) -> User:
    for purpose in consent.SIGN_UP:
        consent.give(actor=user, purpose=purpose)
    return user


@pytest.mark.parametrize("role", ["officer", "moderator", "editor"])
def test_a_role_without_a_second_step_reaches_nothing_but_where_it_is_set_up(
    client: Client, role: str
) -> None:
    client.force_login(make_user(roles=(role,)), second_step=False)
    for path in ("/en/", "/en/moderation/", "/en/officers/security/", "/admin/", "/django-admin/"):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert "/accounts/second-step/" in answer.url
    assert "/accounts/second-step/" in client.get("/django-admin/accounts/user/").url
    page = client.get("/en/accounts/second-step/")
    assert "/en/accounts/2fa/totp/activate/" in page.content.decode()
    assert client.get("/en/privacy/").status_code == 200


def test_a_superuser_is_led_too_and_django_knows_no_permission_of_theirs(client: Client) -> None:
    boss = User.objects.create_superuser("boss@example.com", PASSWORD)
    client.force_login(boss, second_step=False)
    assert client.get("/django-admin/").status_code == 302
    assert permissions.allowed(boss, "accounts.user.create")
    boss.roles_asleep = True
    assert not permissions.allowed(boss, "accounts.user.create")
    assert not boss.has_perm("wagtailadmin.access_admin")
    assert not boss.has_module_perms("auth")


def test_a_sleeping_role_is_no_role_for_the_permission_table() -> None:
    officer = make_user(roles=("officer",))
    assert permissions.allowed(officer, "accounts.complaint.read")
    officer.roles_asleep = True
    assert not permissions.allowed(officer, "accounts.complaint.read")
    assert permissions.general_roles(officer) == {"anonymous", "user"}


def test_everybody_else_is_not_asked(client: Client) -> None:
    client.force_login(make_user(), second_step=False)
    assert client.get("/en/desk/").status_code == 200


def test_htmx_requests_are_led_as_a_whole_page(client: Client) -> None:
    client.force_login(make_user(roles=("officer",)), second_step=False)
    answer = client.get("/en/search/?q=x", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/en/accounts/second-step/?")


@pytest.mark.django_db(transaction=True)
def test_after_setting_up_the_role_counts_and_the_next_sign_in_asks_for_a_code(
    client: Client,
) -> None:
    officer = agreed(make_user(roles=("officer",)))
    client.force_login(officer, second_step=False)
    client.get("/en/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    client.post("/en/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert client.get("/en/officers/complaints/").status_code == 200

    cache.clear()
    again = Client()
    asked = again.post("/en/accounts/login/", {"login": officer.email, "password": PASSWORD})
    assert asked.url == "/en/accounts/2fa/authenticate/"  # type: ignore[attr-defined]
    assert again.get("/en/officers/complaints/").status_code == 302
    wrong = again.post("/en/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    again.post("/en/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert again.get("/en/officers/complaints/").status_code == 200


def test_who_has_one_shows_it_where_the_session_has_not(client: Client) -> None:
    officer = make_user(roles=("officer",))
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    client.force_login(officer, second_step=False)
    page = client.get("/en/accounts/second-step/?next=/en/officers/complaints/").content.decode()
    assert re.search(r'action="/en/accounts/2fa/reauthenticate/"', page)
    client.post(
        "/en/accounts/2fa/reauthenticate/?next=/en/officers/complaints/", {"code": code_of(secret)}
    )
    assert client.get("/en/officers/complaints/").status_code == 200


def test_the_last_factor_of_a_role_stays(client: Client) -> None:
    officer, other = make_user(roles=("officer",)), make_user()
    for user in (officer, other):
        TOTP.activate(user, generate_totp_secret())
        client.force_login(user)
        client.post("/en/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=officer).exists()
    assert not Authenticator.objects.filter(user=other).exists()


def test_no_other_door_signs_in_by_password_alone(client: Client) -> None:
    make_user(email="door@example.com")
    for path in ("/en/_util/login/", "/zh-hans/_util/login/", "/admin/login/"):
        data = {"username": "door@example.com", "password": PASSWORD}
        answer = client.post(path, data)
        assert answer.status_code == 302, path
        assert "/accounts/login/" in answer.url
        assert "_auth_user_id" not in client.session
