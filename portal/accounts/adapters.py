"""How allauth makes and keeps accounts here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language


class AccountAdapter(DefaultAccountAdapter):
    """New accounts read the language they signed up in."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Save the person, with the interface language of the sign-up page."""
        user.language = get_language() or user.language
        return super().save_user(request, user, form, commit)
