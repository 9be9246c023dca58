"""Writes about people: accounts made by the portal itself, their city roles, their profile."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from portal.accounts import security
from portal.accounts.models import SecurityEvent, User
from portal.foundation import audit, permissions
from portal.foundation.permissions import ROLE_GROUPS
from portal.foundation.text import clean_plain_text


def ensure_groups() -> dict[str, Group]:
    """The groups behind the city's roles, made where missing: officer, moderator, editor."""
    return {name: Group.objects.get_or_create(name=name)[0] for name in ROLE_GROUPS}


def create_account(
    *,
    actor: User | None,
    email: str,
    name: str = "",
    password: str | None = None,
    language: str = "zh-hans",
    roles: Iterable[str] = (),
    is_demo: bool = False,
) -> User:
    """An account whose address counts as confirmed, with city roles.

    Raises ValidationError when the address is taken, PermissionDenied."""
    permissions.require(actor, "accounts.user.create")
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": gettext("This address already has an account.")})
    with transaction.atomic():
        user = User.objects.create_user(
            email,
            password,
            name=_clean("name", name, User.NAME),
            language=language,
            is_demo=is_demo,
        )
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        audit.record(actor, "accounts.user.create", user)
        wanted = list(roles)
        if wanted:
            set_roles(actor=actor, user=user, roles=wanted)
    return user


def set_roles(*, actor: User | None, user: User, roles: Iterable[str]) -> None:
    """Give a person exactly these city roles.

    Raises ValidationError for a role that is none, PermissionDenied."""
    permissions.require(actor, "accounts.user.set_roles")
    wanted = set(roles)
    if wanted - set(ROLE_GROUPS):
        raise ValidationError({"roles": gettext("There are officer, moderator and editor.")})
    groups = ensure_groups()
    with transaction.atomic():
        before = set(user.groups.filter(name__in=ROLE_GROUPS).values_list("name", flat=True))
        if before == wanted:
            return
        user.groups.remove(*(groups[name] for name in before - wanted))
        user.groups.add(*(groups[name] for name in wanted - before))
        user.__dict__.pop("role_groups", None)
        audit.record(
            actor,
            "accounts.user.set_roles",
            user,
            before={"roles": sorted(before)},
            after={"roles": sorted(wanted)},
        )
        security.log(
            SecurityEvent.Kind.ROLES, user=user, actor=actor, roles=", ".join(sorted(wanted))
        )


def update_account(*, actor: User, name: str, phone: str, language: str) -> User:
    """Change one's own name, phone and language; e-mail is written in that language.

    Raises ValidationError."""
    values = {
        "name": _clean("name", name, User.NAME),
        "phone": _clean("phone", phone, User.PHONE),
        "language": language,
    }
    if language not in dict(User.LANGUAGES):
        raise ValidationError({"language": gettext("Choose one of the two languages.")})
    changed = sorted(field for field, value in values.items() if getattr(actor, field) != value)
    if changed:
        with transaction.atomic():
            for field in changed:
                setattr(actor, field, values[field])
            actor.save(update_fields=changed)
            # Which fields, not what they said: the audit outlives an account.
            audit.record(actor, "accounts.user.update", actor, after={"fields": changed})
    return actor


def _clean(field: str, value: str, limit: int) -> str:
    try:
        return clean_plain_text(value, limit)
    except ValueError as error:
        raise ValidationError({field: str(error)}) from None
