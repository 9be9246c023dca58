"""What the views of this room share."""

from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from portal.accounts.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person: the view lets nobody else in."""
    return cast(User, request.user)


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put the messages of an action at their fields; those of fields the form lacks stand above."""
    for name, errors in error.error_dict.items():
        for entry in errors:
            form.add_error(name if name in form.fields else None, entry)


def tell_errors(request: HttpRequest, error: ValidationError) -> None:
    """Show the messages on the next page."""
    for message in error.messages:
        messages.error(request, message)
