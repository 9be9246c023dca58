"""The forms of the way in for those who offer something: two boxes first, the firm later."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching import choices
from matching.reading import main_language
from portal.foundation.text import PlainTextField
from portal.organisations import values as v
from portal.organisations.models import Organisation, ProviderProfile

NEW = "new"
_CODE = re.compile(r"[0-9A-Za-z]{15,20}")


class OfferStartForm(forms.Form):
    """Who it is, by name or code, and what they do."""

    firm = PlainTextField(
        max_length=v.NAME_ZH,
        label=_("Your firm"),
        help_text=_("Its name, or its unified social credit code."),
    )
    words = PlainTextField(
        max_length=v.SUMMARY_ZH,
        rows=5,
        label=_("What do you do for factories?"),
        help_text=_(
            "One to three sentences are enough: what you solve, for whom, what you do not do."
        ),
    )

    def clean_firm(self) -> str:
        """A name, or a code as it is kept."""
        given: str = self.cleaned_data["firm"]
        if not _CODE.fullmatch(re.sub(r"[\s-]", "", given)):
            return given
        try:
            return v.clean_uscc(given).code
        except ValueError as error:
            raise ValidationError(str(error)) from None


def name_and_code(firm: str) -> tuple[str, str]:
    """What `firm` is: one of the two is empty."""
    try:
        return "", v.clean_uscc(firm).code
    except ValueError:
        return firm, ""


def by_language(text: str) -> dict[str, str]:
    """The text under the language it is mainly in; nothing for none."""
    return {main_language(text): text} if text else {}


class KeepForm(forms.Form):
    """What is still needed to keep a profile: asked now, not before."""

    organisation = forms.ChoiceField(label=_("Organisation"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label=_("Who offers it?"),
        choices=ProviderProfile.Kind.choices,
        widget=forms.RadioSelect,
        initial=ProviderProfile.Kind.PROVIDER,
    )
    name = PlainTextField(max_length=v.NAME_ZH, required=False, label=_("Name of the firm"))
    uscc = PlainTextField(
        max_length=30,
        required=False,
        label=_("Unified social credit code"),
        help_text=_("18 characters, as on the business licence. A collective may do without."),
    )
    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {row.key: row for row in organisations}
        field = self.fields["organisation"]
        field.choices = [  # type: ignore[attr-defined]
            *((key, str(row)) for key, row in self.organisations.items()),
            (NEW, gettext("Another firm, which is not here yet")),
        ]
        if not organisations:
            field.widget, field.required = forms.HiddenInput(), False
        self.initial.setdefault("organisation", next(iter(self.organisations), NEW))
        self.fields["district"].choices = [  # type: ignore[attr-defined]
            ("", gettext("Choose…")),
            *choices.districts(),
        ]

    def clean(self) -> dict[str, Any]:
        """A new firm needs its name and place."""
        data = super().clean() or {}
        if (data.get("organisation") or NEW) == NEW:
            for name in ("name", "district"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, gettext("Please fill in this field."))
        return data

    @property
    def chosen(self) -> Organisation | None:
        """The organisation chosen; None for a new one."""
        return self.organisations.get(self.cleaned_data.get("organisation") or NEW)
