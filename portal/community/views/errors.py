"""What an action refuses, shown to the person."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put the messages at their fields; those of fields the form lacks stand above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        for entry in errors:
            form.add_error(name if name in form.fields else None, entry)


def tell_errors(request: HttpRequest, error: ValidationError) -> None:
    """Show the messages on the next page."""
    for message in error.messages:
        messages.error(request, message)
