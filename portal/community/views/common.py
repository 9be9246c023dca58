"""What the views of this room share."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest


def tell_errors(request: HttpRequest, error: ValidationError) -> None:
    """Show the messages on the next page."""
    for message in error.messages:
        messages.error(request, message)
