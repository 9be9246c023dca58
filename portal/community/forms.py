"""Forms of the project pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.community.actions.joining import MAX_MESSAGE
from portal.community.content import (
    LIMITS,
    MAX_LICENCE,
    MAX_SLUG,
    MAX_URL,
    MAX_VALUES,
    ProjectContent,
)
from portal.community.models import JoinRequest
from portal.foundation.text import PlainTextField, content_language
from portal.vocabulary import get_vocabulary

COMMON_LICENCES = (
    "Apache-2.0", "MIT", "BSD-3-Clause", "MulanPSL-2.0", "MPL-2.0", "EPL-2.0",
    "LGPL-3.0-or-later", "GPL-3.0-or-later", "AGPL-3.0-or-later",
)  # fmt: skip


class JoinForm(forms.Form):
    """A request to join: a role and a word."""

    does = forms.ChoiceField(
        label=_("What would you like to do?"),
        choices=JoinRequest.Does.choices,
        widget=forms.RadioSelect,
    )
    message = PlainTextField(
        label=_("A word about you"),
        max_length=MAX_MESSAGE,
        rows=4,
        help_text=_("What you can do, and what draws you here. The maintainers read it."),
    )


class NoteForm(forms.Form):
    """What one says with a decision; whether it is needed depends on the decision."""

    note = PlainTextField(
        label=_("A word with your answer"), max_length=1000, rows=2, required=False
    )


class ProjectForm(forms.Form):
    """The page of a project, in both languages."""

    repository_url = forms.CharField(
        label=_("Repository"),
        max_length=MAX_URL,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("Where the source is, on any forge."),
    )
    licence = forms.CharField(
        label=_("Licence"),
        max_length=MAX_LICENCE,
        help_text=_("Its SPDX name, such as Apache-2.0, MulanPSL-2.0 or MIT."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    name_zh = PlainTextField(
        label=_("Name in Chinese"), max_length=LIMITS["name_zh"], required=False
    )
    name_en = PlainTextField(
        label=_("Name in English"), max_length=LIMITS["name_en"], required=False
    )
    summary_zh = PlainTextField(
        label=_("What it solves, in Chinese"),
        max_length=LIMITS["summary_zh"],
        rows=4,
        required=False,
        help_text=_("On a shop floor, in the words of people who work there."),
    )
    summary_en = PlainTextField(
        label=_("What it solves, in English"),
        max_length=LIMITS["summary_en"],
        rows=4,
        required=False,
    )
    wanted_zh = PlainTextField(
        label=_("Help wanted, in Chinese"), max_length=LIMITS["wanted_zh"], rows=3, required=False
    )
    wanted_en = PlainTextField(
        label=_("Help wanted, in English"), max_length=LIMITS["wanted_en"], rows=3, required=False
    )
    concepts = forms.MultipleChoiceField(
        label=_("Capabilities"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What somebody who looks for help would find this project by."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = content_language()
        labels = [
            (concept.id, concept.label(language)) for concept in get_vocabulary().concepts.values()
        ]
        self.fields["concepts"].choices = sorted(labels, key=lambda pair: pair[1])  # type: ignore[attr-defined]

    def clean_concepts(self) -> list[str]:
        """As many as a page can show."""
        chosen: list[str] = self.cleaned_data["concepts"]
        if len(chosen) > MAX_VALUES:
            raise forms.ValidationError(
                _("Choose at most %(limit)s."), params={"limit": MAX_VALUES}
            )
        return chosen

    def content(self, industries: list[str]) -> ProjectContent:
        """What the form says, to be checked by the action."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "slug"}
        return ProjectContent(**values, industries=industries)


class NewProjectForm(ProjectForm):
    """A project to propose."""

    slug = PlainTextField(
        label=_("Address"),
        max_length=MAX_SLUG,
        help_text=_("The last part of the page's address: a–z, 0–9 and hyphens. It stays."),
    )
    field_order = ["repository_url", "slug", "licence"]
