"""Browsers of people who are signed in, second step and notices behind them."""

from django.test import Client as Browser

from portal.accounts.gate import NOTICES_DUE
from portal.accounts.models import User
from tests.clients import Client


def client_of(user: User | None) -> Browser:
    """A browser of somebody who has just signed in with all that is asked for; nobody for None."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session.pop(NOTICES_DUE, None)
        session.save()
    return client
