"""The form of a saved search: its name, how often, through what."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.discovery.models import SavedSearch
from portal.foundation.text import PlainTextField


class SavedSearchForm(forms.Form):
    """Name, frequency and channels; the fields are the keywords of the actions."""

    name = PlainTextField(max_length=SavedSearch.NAME, label=pgettext_lazy("of a thing", "Name"))
    frequency = forms.ChoiceField(
        label=gettext_lazy("Tell me of new results"),
        choices=SavedSearch.Frequency.choices,
        widget=forms.RadioSelect,
        initial=SavedSearch.Frequency.DAILY,
    )
    by_email = forms.BooleanField(label=gettext_lazy("By e-mail"), required=False, initial=True)
    in_portal = forms.BooleanField(
        label=gettext_lazy("Among my notifications here"), required=False, initial=True
    )

    def clean(self) -> dict[str, Any]:
        """The values, with a channel at least unless nothing is to be told."""
        cleaned = super().clean() or self.cleaned_data
        told = cleaned.get("by_email") or cleaned.get("in_portal")
        if not told and cleaned.get("frequency") not in (None, SavedSearch.Frequency.OFF):
            self.add_error("by_email", _("Choose at least one way to be told, or pause it."))
        return cleaned

    @classmethod
    def of(cls, search: SavedSearch) -> "SavedSearchForm":
        """The form filled with what a search says."""
        return cls(initial={name: getattr(search, name) for name in cls.base_fields})
