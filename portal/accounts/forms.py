"""Forms of the account pages."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.foundation.text import PlainTextField


class SignupForm(forms.Form):
    """What sign-up asks beside the address and password."""

    name = PlainTextField(label=_("Your name"), max_length=80)
    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Keep the name."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
