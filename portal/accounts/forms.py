"""Forms of the account pages."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.foundation.text import PlainTextField


class SignupForm(forms.Form):
    """What sign-up asks beside the address and password."""

    name = PlainTextField(label=_("Your name"), max_length=User.NAME)
    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Keep the name."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class ProfileForm(forms.Form):
    """One's own name, phone and language."""

    name = PlainTextField(label=_("Your name"), max_length=User.NAME)
    phone = PlainTextField(label=_("Phone"), max_length=User.PHONE, required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=User.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("Of the pages after you sign in, and of the e-mail we send you."),
    )
