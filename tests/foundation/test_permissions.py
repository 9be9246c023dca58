"""Deny by default; roles in general and towards an object; states."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.foundation import permissions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions, "_permissions", {})
    permissions.register("test.read", roles=["anonymous"], summary="Read")
    permissions.register("test.check", roles=["moderator"], states=["waiting"], summary="Check")


def thing(state: str) -> SimpleNamespace:
    return SimpleNamespace(state=state)


def test_everyone_reads_only_moderators_check_and_only_what_waits() -> None:
    person = User.objects.create_user("a@example.com")
    moderator = User.objects.create_user("m@example.com")
    moderator.groups.add(Group.objects.get_or_create(name="moderator")[0])
    assert permissions.allowed(AnonymousUser(), "test.read")
    assert not permissions.allowed(person, "test.check", thing("waiting"))
    assert permissions.allowed(moderator, "test.check", thing("waiting"))
    assert not permissions.allowed(moderator, "test.check", thing("done"))
    with pytest.raises(PermissionDenied):
        permissions.require(person, "test.check", thing("waiting"))


def test_the_system_and_superusers_may_in_the_right_state_only() -> None:
    chief = User.objects.create_superuser("chief@example.com")
    assert permissions.allowed(None, "test.check", thing("waiting"))
    assert permissions.allowed(chief, "test.check", thing("waiting"))
    assert not permissions.allowed(None, "test.check", thing("done"))


def test_an_account_switched_off_is_nobody() -> None:
    chief = User.objects.create_superuser("chief@example.com", is_active=False)
    assert not permissions.allowed(chief, "test.check", thing("waiting"))


def test_an_action_nobody_registered_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        permissions.allowed(AnonymousUser(), "test.unheard")
