"""How allauth makes and keeps accounts here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from portal.accounts.models import User
from portal.foundation.text import clean_plain_text


class AccountAdapter(DefaultAccountAdapter):
    """New accounts read the language they signed up in; addresses are kept in lower case."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Save the person, with the interface language of the sign-up page."""
        user.language = get_language() or user.language
        return super().save_user(request, user, form, commit)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Takes the name over from where somebody signed in."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """The person as the other service knows them; one whole name, not cut in two."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        name = data.get("name") or " ".join(filter(None, parts)) or data.get("username") or ""
        try:
            user.name = clean_plain_text(str(name))[: User.NAME]
        except ValueError:
            user.name = ""
        user.language = get_language() or user.language
        return user
