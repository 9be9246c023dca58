"""Django's browser for tests, whose `force_login` stands for both steps of signing in."""

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.test import Client as DjangoClient


class Client(DjangoClient):
    """For tests of what comes after a sign-in: roles of the city count, as the second step counts
    as shown. `force_login(user, second_step=False)` leaves somebody who has not shown one."""

    def force_login(
        self, user: Any, backend: str | None = None, *, second_step: bool = True
    ) -> None:
        """Be signed in without the form, and without asking for the password again."""
        super().force_login(user, backend=backend)
        shown = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        if second_step:
            shown.append({"method": "mfa", "type": "totp", "at": time.time()})
        session = self.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = shown
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
        session.save()
        self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
