"""Who a request comes from."""

from typing import cast

from django.http import HttpRequest

from portal.accounts.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person; for views that let nobody else in."""
    return cast(User, request.user)
