"""Browsers of people who are signed in, second factor and notices behind them."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from portal.accounts.gate import NOTICES_DUE
from portal.accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(user: User | None) -> Client:
    """A browser of somebody who has just signed in with all that is asked for; nobody for None."""
    client = Client()
    if user is None:
        return client
    client.force_login(user, backend=BACKEND)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time()},
        {"method": "mfa", "type": "totp", "at": time.time()},
    ]
    session.pop(NOTICES_DUE, None)
    session.save()
    return client
