"""What `manage.py check --deploy` warns of beside Django's own."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning

PRINTED = "django.core.mail.backends.console.EmailBackend"


def letters_are_sent(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning where letters are printed: nobody gets them, and the log gets their addresses."""
    if settings.EMAIL_BACKEND != PRINTED:
        return []
    message = "EMAIL_URL is not set: letters are printed to the log, and nobody gets them."
    hint = "Set EMAIL_URL, such as submission://user:password@mail.example.org:587."
    return [Warning(message, hint=hint, id="foundation.W001")]
