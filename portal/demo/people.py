"""One sign-in per role. The password is made once for each installation."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings

from portal.accounts import consent
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
    return _kept("demo_password", lambda: f"duijie-{secrets.token_hex(4)}")


def totp_secret() -> str:
    """What an authenticator app makes the codes of the city's demo accounts from, on this
    installation."""
    return _kept("demo_totp_secret", generate_totp_secret)


def code_now() -> str:
    """The code that an authenticator app would show now."""
    value = hotp_value(totp_secret(), int(time.time()) // mfa_settings.TOTP_PERIOD)
    return format_hotp_value(value)


def _kept(name: str, make: Callable[[], str]) -> str:
    path = Path(settings.DUIJIE_DATA_DIR) / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make(), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def ensure_people() -> dict[str, User]:
    """The demo accounts by role, made where missing."""
    people: dict[str, User] = {}
    for person in PEOPLE:
        user = User.objects.filter(email=person.email).first()
        people[person.role] = user = user or create_account(
            actor=None,
            email=person.email,
            name=person.name,
            password=password(),
            roles=person.city_roles,
            is_demo=True,
        )
        _agree(user)
        if person.city_roles:
            _ensure_second_step(user)
    return people


def _agree(user: User) -> None:
    """Nobody stands behind a demo account whom a notice could tell anything."""
    for purpose in consent.Purpose.values:
        consent.give(actor=user, purpose=purpose)


def _ensure_second_step(user: User) -> None:
    steps = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    if not steps.exists():
        TOTP.activate(user, totp_secret())
