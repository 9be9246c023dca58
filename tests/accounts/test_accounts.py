"""Signing up, confirming, signing in, one's own profile, and the city's roles."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from portal.accounts import actions
from portal.accounts.models import User
from portal.accounts.queries import UnknownActor, actor_by_email, has_confirmed_email
from portal.foundation import audit
from portal.foundation.models import NotificationDelivery
from portal.foundation.notifications import notify
from portal.foundation.notifications.sending import send_due_emails
from tests.clients import Client
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-42"


def sign_up(client: Client, language: str, **fields: str) -> None:
    data = {
        "name": "王小明",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "agree": "on",
        **fields,
    }
    response = client.post(f"/{language}/accounts/signup/", data)
    assert response.status_code == 302, response.context["form"].errors


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nobody_gets_in_before_the_address_is_confirmed(client: Client, language: str) -> None:
    # allauth sends one address one letter in three minutes: each case has its own.
    address = f"wang-{language}@example.com"
    sign_up(client, language, email=address.upper())
    user = User.objects.get()
    assert (user.email, user.name, user.language) == (address, "王小明", language)
    assert client.get("/en/accounts/profile/").status_code == 302
    link = re.search(rf"/{language}/accounts/confirm-email/\S+", str(mail.outbox[-1].body))
    assert link is not None
    assert not has_confirmed_email(user, user.email)
    client.post(link[0])
    assert has_confirmed_email(user, address.upper())
    login = {"login": address, "password": PASSWORD}
    client.post(f"/{language}/accounts/login/", login)
    assert client.get("/en/accounts/profile/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a\x00b"),
        ("name", "x" * 81),
        ("name", "abc\u202ecba"),
        ("email", "nobody"),
        ("password1", "12345678"),
    ],
)
def test_a_bad_sign_up_is_a_message_at_its_field(client: Client, field: str, value: str) -> None:
    data = {"name": "W", "email": "w@example.com", "password1": PASSWORD, "password2": PASSWORD}
    data[field] = value
    if field == "password1":
        data["password2"] = value
    response = client.post("/en/accounts/signup/", data)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not User.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "name",
    [
        "accounts:profile",
        "account_email",
        "account_change_password",
        "socialaccount_connections",
        "mfa_index",
    ],
)
def test_account_pages_open_in_both_languages(client: Client, language: str, name: str) -> None:
    client.force_login(make_user())
    address = reverse(name).replace("/zh-hans/", f"/{language}/")
    assert client.get(address).status_code == 200


def test_the_language_of_the_profile_is_that_of_the_pages_and_of_the_mail(client: Client) -> None:
    user = make_user(language="zh-hans")
    client.force_login(user)
    form = {"name": "Wang", "phone": "0574 1", "language": "en"}
    response = client.post("/zh-hans/accounts/profile/", form)
    assert response.url == "/en/accounts/profile/"  # type: ignore[attr-defined]
    user.refresh_from_db()
    assert (user.name, user.phone, user.language) == ("Wang", "0574 1", "en")
    assert client.get("/").url == "/en/"  # type: ignore[attr-defined]
    notify(
        recipient=user, kind="organisations.invited", context={"organisation": "甬"}, url="/desk/"
    )
    mail.outbox.clear()
    send_due_emails(10)
    assert mail.outbox[0].subject == "You are invited to join 甬"
    assert "/en/desk/" in mail.outbox[0].body
    assert NotificationDelivery.objects.get(channel="email").state == "sent"


def test_the_audit_says_that_a_profile_changed_and_not_what_it_says() -> None:
    user = make_user()
    actions.update_account(actor=user, name="Wang", phone="0574 1", language="en")
    entry = audit.trail(user).last()
    assert entry is not None
    assert entry.after == {"fields": ["language", "name", "phone"]}
    count = audit.trail(user).count()
    actions.update_account(actor=user, name="Wang", phone="0574 1", language="en")
    assert audit.trail(user).count() == count


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "a\x00b"), ("name", ""), ("phone", "1" * 31), ("language", "fr")],
)
def test_a_bad_profile_is_a_message_at_its_field(client: Client, field: str, value: str) -> None:
    client.force_login(make_user())
    data = {"name": "W", "phone": "", "language": "en", field: value}
    response = client.post("/en/accounts/profile/", data)
    assert response.status_code == 200
    assert field in response.context["form"].errors


def test_city_roles_are_groups_given_by_the_system_or_a_superuser() -> None:
    assert set(actions.ensure_groups()) == {"officer", "moderator", "editor"}
    actions.ensure_groups()
    assert Group.objects.filter(name__in=["officer", "moderator", "editor"]).count() == 3
    user = make_user(roles=("officer",))
    assert user.role_groups == {"officer"}
    actions.set_roles(actor=None, user=user, roles=["moderator"])
    assert User.objects.get(pk=user.pk).role_groups == {"moderator"}
    with pytest.raises(ValidationError, match="officer, moderator and editor"):
        actions.set_roles(actor=None, user=user, roles=["king"])
    for person in (user, make_user(roles=("officer",))):
        with pytest.raises(PermissionDenied):
            actions.set_roles(actor=person, user=user, roles=["officer"])
        with pytest.raises(PermissionDenied):
            actions.create_account(actor=person, email="b@example.com")


def test_an_account_made_here_is_confirmed_and_an_address_has_one_account() -> None:
    user = actions.create_account(actor=None, email=" New@Example.com ", name="New")
    assert EmailAddress.objects.get(user=user).verified
    with pytest.raises(ValidationError, match="already has an account"):
        actions.create_account(actor=None, email="NEW@example.com")


def test_a_command_acts_as_the_system_or_as_somebody_known() -> None:
    user = make_user()
    assert actor_by_email(None) is None
    assert actor_by_email(f" {user.email.upper()} ") == user
    with pytest.raises(UnknownActor, match=r"nobody@example\.com"):
        actor_by_email("nobody@example.com")
    user.is_active = False
    user.save()
    with pytest.raises(UnknownActor):
        actor_by_email(user.email)


def test_too_many_wrong_passwords_lock_that_address_and_nobody_else(
    client: Client, settings: Any
) -> None:
    settings.AXES_ENABLED = True
    settings.ACCOUNT_RATE_LIMITS = False
    victim, colleague = make_user(), make_user()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        wrong = {"login": victim.email, "password": "wrong"}
        last = client.post("/en/accounts/login/", wrong)
    assert last.status_code == 429
    right = {"login": victim.email.upper(), "password": "secret-word-1"}
    assert client.post("/en/accounts/login/", right).status_code == 429
    other = {"login": colleague.email, "password": "secret-word-1"}
    assert client.post("/en/accounts/login/", other).status_code == 302


@pytest.mark.parametrize("back", ["/admin/", "/django-admin/"])
def test_the_admins_let_people_in_by_the_portals_own_sign_in_only(
    client: Client, back: str
) -> None:
    asked = client.get(back, follow=True)
    assert [url for url, _ in asked.redirect_chain][-1].endswith(f"/accounts/login/?next={back}"), (
        asked.redirect_chain
    )
    user = User.objects.create_superuser("ed@example.com", "secret-word-1")
    typed = {"username": user.email, "password": "secret-word-1"}
    assert client.post(f"{back}login/", typed).status_code == 302
    assert "_auth_user_id" not in client.session
    client.force_login(make_user())
    assert client.get(back, follow=True).status_code == 403
    client.force_login(user)
    assert client.get(back).status_code == 200


def test_the_admin_login_leads_nowhere_else(client: Client) -> None:
    answer = client.get("/admin/login/?next=https://evil.example/")
    assert "evil" not in answer.headers["Location"]


def test_the_admin_changes_no_password_and_no_address(client: Client) -> None:
    make_user(email="ed@example.com")
    client.post("/admin/password_reset/", {"email": "ed@example.com"})
    assert mail.outbox == []
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    page = client.get("/admin/account/").content.decode()
    assert 'type="password"' not in page
    assert 'type="email"' not in page


def test_without_a_name_nothing_of_the_address_is_shown() -> None:
    user = User(pk=7, email="13800138000@example.com")
    assert "138" not in str(user)
