"""The one permission table, cell by cell: each action × each role × each state."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command

from portal.foundation import permissions
from portal.foundation.permissions import GENERAL_ROLES, ROLE_GROUPS, Permission

ROOT = Path(__file__).parents[1]
ELSEWHERE = "a state that is nowhere"


class Person:
    """Somebody signed in with the city's roles given."""

    is_authenticated = is_active = True
    is_superuser = roles_asleep = False

    def __init__(self, *role_groups: str) -> None:
        self.role_groups = set(role_groups)


class Chief(Person):
    is_superuser = True


class Thing:
    """An object in a state, towards which everybody signed in has one role."""

    def __init__(self, state: str, role: str = "") -> None:
        self.state, self.role = state, role


@pytest.fixture(autouse=True)
def _roles_of_things(monkeypatch: pytest.MonkeyPatch) -> None:
    resolvers: dict[Any, Any] = {
        Thing: (lambda user, thing: {thing.role} - {""}, frozenset({"party"}))
    }
    monkeypatch.setattr(permissions, "_resolvers", resolvers)


def object_roles() -> list[str]:
    """Roles that depend on an object, from the whole table."""
    roles = {role for permission in permissions.table() for role in permission.roles}
    return sorted(roles - {*GENERAL_ROLES, "superuser", "system"})


def states(permission: Permission) -> list[str]:
    """The states that allow an action, and one that does not."""
    return [*sorted(permission.states or ()), ELSEWHERE]


CELLS = [
    pytest.param(permission, state, id=f"{permission.action}-{state}")
    for permission in permissions.table()
    for state in states(permission)
]


def test_there_is_a_table() -> None:
    assert len(permissions.table()) > 20


@pytest.mark.parametrize(("permission", "state"), CELLS)
def test_the_city_s_roles(permission: Permission, state: str) -> None:
    right_state = permission.states is None or state in permission.states
    thing = Thing(state)
    people = {"anonymous": AnonymousUser(), "user": Person()}
    people |= {role: Person(role) for role in ROLE_GROUPS}
    for role, person in people.items():
        held = {"anonymous", role} if role == "anonymous" else {"anonymous", "user", role}
        expected = right_state and bool(held & permission.roles)
        assert permissions.allowed(person, permission.action, thing) is expected, role


@pytest.mark.parametrize(("permission", "state"), CELLS)
def test_roles_towards_the_object(permission: Permission, state: str) -> None:
    right_state = permission.states is None or state in permission.states
    for role in object_roles():
        expected = right_state and bool({"anonymous", "user", role} & permission.roles)
        assert permissions.allowed(Person(), permission.action, Thing(state, role)) is expected
        # Nobody has a role towards an object without signing in.
        everybody = right_state and "anonymous" in permission.roles
        thing = Thing(state, role)
        assert permissions.allowed(AnonymousUser(), permission.action, thing) is everybody


@pytest.mark.parametrize(("permission", "state"), CELLS)
def test_the_system_and_superusers_may_in_the_right_state_only(
    permission: Permission, state: str
) -> None:
    right_state = permission.states is None or state in permission.states
    assert permissions.allowed(None, permission.action, Thing(state)) is right_state
    assert permissions.allowed(Chief(), permission.action, Thing(state)) is right_state


@pytest.mark.parametrize(("permission", "state"), CELLS)
def test_a_moderator_who_takes_part_has_no_other_rights_than_those_who_do(
    permission: Permission, state: str
) -> None:
    judge, party, editor = Person("moderator"), Person(), Person("moderator", "editor")
    thing = Thing(state, "party")
    assert permissions.allowed(judge, permission.action, thing) is permissions.allowed(
        party, permission.action, thing
    )
    assert permissions.roles_of(editor, thing) == {"anonymous", "user", "editor", "party"}


def test_the_page_says_what_the_code_does() -> None:
    out = StringIO()
    call_command("permission_table", stdout=out)
    page = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert page == out.getvalue(), "manage.py permission_table > docs/permissions.md"


def test_every_summary_is_a_sentence_of_its_own() -> None:
    summaries = [permission.summary for permission in permissions.table()]
    assert all(summary and summary[0].isupper() for summary in summaries)
    assert len(set(summaries)) == len(summaries)
