"""Forms of the account pages."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts import consent
from portal.accounts.models import Complaint, SecurityEvent, User
from portal.foundation.text import PlainTextField


class SignupForm(forms.Form):
    """What sign-up asks beside the address and password."""

    name = PlainTextField(label=_("Your name"), max_length=User.NAME)
    agree = forms.BooleanField(
        label=_("I have read the privacy notice and the terms of use, and agree"),
        error_messages={"required": _("Without this there is no account.")},
    )
    field_order = ["name", "email", "password1", "password2", "agree"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "agree" in self.fields:
            self.fields["agree"].help_text = format_html(
                '<a href="{}">{}</a> · <a href="{}">{}</a>',
                reverse("accounts:privacy"),
                gettext("Privacy notice"),
                reverse("accounts:terms"),
                gettext("Terms of use"),
            )

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Keep the name, and what was agreed to."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        for purpose in consent.SIGN_UP:
            consent.give(actor=user, purpose=purpose)


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


class ErasureForm(forms.Form):
    """Confirms by typing."""

    typed = forms.CharField(
        label=_("Your e-mail address, to confirm"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ComplaintForm(forms.Form):
    """What somebody complains about; an address only from those who are not signed in."""

    about = forms.ChoiceField(label=_("About"), choices=[("", "–"), *Complaint.About.choices])
    text = PlainTextField(
        label=_("What happened"), max_length=Complaint.TEXT, widget=forms.Textarea
    )
    address = PlainTextField(
        label=_("On which page"),
        max_length=500,
        required=False,
        help_text=_("Its address, if there is one."),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("Where the answer goes. Without it there is a number, and no answer."),
    )

    def __init__(self, *args: Any, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signed_in:
            del self.fields["email"]


class AnswerForm(forms.Form):
    """The answer to a complaint."""

    text = PlainTextField(label=_("Answer"), max_length=Complaint.TEXT, widget=forms.Textarea)


class ComplaintFilterForm(forms.Form):
    """Which complaints a list shows."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *Complaint.State.choices],
    )


class EventFilterForm(forms.Form):
    """Which events of the security log a list shows."""

    kind = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("All")), *SecurityEvent.Kind.choices]
    )
    email = forms.EmailField(label=_("Whose account (e-mail address)"), required=False)
    address = forms.GenericIPAddressField(label=_("From the address"), required=False)
    since = forms.DateField(
        label=pgettext_lazy("first day", "Since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
