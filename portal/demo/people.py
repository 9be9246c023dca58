"""One sign-in per role. The password is made once for each installation."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal.accounts.actions import create_account
from portal.accounts.models import User


@dataclass(frozen=True)
class Person:
    """Who signs in, as what."""

    role: str
    email: str
    name: str
    city_roles: tuple[str, ...] = ()


PEOPLE = (
    Person("manufacturer", "sme@demo.example", "陈永泰"),
    Person("provider", "provider@demo.example", "林眸"),
    Person("collective", "collective@demo.example", "周源"),
    Person("maintainer", "maintainer@demo.example", "何维"),
    Person("contributor", "contributor@demo.example", "吴码"),
    Person("moderator", "moderator@demo.example", "审核员小杨", ("moderator",)),
    Person("officer", "officer@demo.example", "市经信专员", ("officer",)),
    Person("editor", "editor@demo.example", "编辑小许", ("editor",)),
)


def password() -> str:
    """The demo accounts' password on this installation, kept in the data folder."""
    path = Path(settings.DUIJIE_DATA_DIR) / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"duijie-{secrets.token_hex(4)}", encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def ensure_people() -> dict[str, User]:
    """The demo accounts by role, made where missing."""
    people: dict[str, User] = {}
    for person in PEOPLE:
        user = User.objects.filter(email=person.email).first()
        people[person.role] = user or create_account(
            actor=None,
            email=person.email,
            name=person.name,
            password=password(),
            roles=person.city_roles,
            is_demo=True,
        )
    return people
