"""Reads about people."""

from allauth.account.models import EmailAddress
from django.utils.translation import gettext

from portal.accounts.models import User


class UnknownActor(ValueError):
    """Nobody with this e-mail address has an active account here."""


def actor_by_email(email: str | None) -> User | None:
    """Who a command acts as: None (the system) without an address.

    Raises UnknownActor."""
    if not email:
        return None
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise UnknownActor(
            gettext("Nobody with the address %(email)s has an account here.") % {"email": email}
        )
    return user


def has_confirmed_email(user: User, email: str) -> bool:
    """Has this person shown that the address is theirs?"""
    return EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()


def confirmed_emails(user: User) -> list[str]:
    """The addresses that this person has shown to be theirs, in lower case."""
    addresses = EmailAddress.objects.filter(user=user, verified=True)
    return [address.lower() for address in addresses.values_list("email", flat=True)]
