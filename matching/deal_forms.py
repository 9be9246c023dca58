"""Forms of proposals and agreements; what they hold is checked again by the actions."""

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from matching.forms import AmountField
from matching.terms import (
    MAX_DAYS,
    MAX_DONE_WHEN,
    MAX_MILESTONES,
    MAX_SCOPE,
    MAX_TITLE,
    WHOLE,
    Part,
    Terms,
)
from portal.foundation.files import MultipleFileField
from portal.foundation.text import PlainTextField, whole_number

PREFIX = "parts"
_FIELDS = ("title", "done_when", "share", "days")


def _whole(label: Any, top: int, help_text: Any = "") -> forms.IntegerField:
    message = _("Write a whole number from 1 to %(limit_value)s.")
    return forms.IntegerField(
        label=label,
        required=False,
        help_text=help_text,
        min_value=1,
        max_value=top,
        error_messages={
            "invalid": _("Write a whole number."),
            "min_value": _("Write a whole number from 1."),
            "max_value": message,
        },
    )


class ProposalForm(forms.Form):
    """What a draft says beside its milestones; everything may still be empty."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    scope = PlainTextField(
        max_length=MAX_SCOPE,
        rows=8,
        required=False,
        label=_("Scope"),
        help_text=_("What is done and what is not, in words both sides read the same way."),
    )
    price = AmountField(
        label=_("Price"), help_text=_("For everything, in yuan, such as 200000 or 20万.")
    )
    days = _whole(_("Days"), MAX_DAYS, _("From the day on which both sides consent."))
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("The other side can answer until the end of this day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d"],
        error_messages={"invalid": _("Write a day such as 2027-03-31.")},
    )
    uploads = MultipleFileField(label=_("Attachments"))


class PartForm(forms.Form):
    """One milestone."""

    title = PlainTextField(max_length=MAX_TITLE, required=False, label=_("Milestone"))
    done_when = PlainTextField(
        max_length=MAX_DONE_WHEN,
        rows=2,
        required=False,
        label=_("Done when"),
        help_text=_("What both sides can check."),
    )
    share = _whole(_("Share of the price"), WHOLE)
    days = _whole(_("Due after days"), MAX_DAYS)


PartFormSet = formset_factory(
    PartForm, extra=0, max_num=MAX_MILESTONES, absolute_max=MAX_MILESTONES + 1
)


def initial_of(terms: Terms) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the forms show of a stored draft."""
    return terms.as_fields(), [vars(part) for part in terms.parts]


def terms_from(form: ProposalForm, parts: BaseFormSet) -> Terms:
    """What valid forms say."""
    data = form.cleaned_data
    return Terms(
        scope=data["scope"],
        price=data["price"],
        days=data["days"],
        valid_until=data["valid_until"],
        parts=tuple(
            Part(
                row.cleaned_data.get("title", ""),
                row.cleaned_data.get("done_when", ""),
                row.cleaned_data.get("share"),
                row.cleaned_data.get("days"),
            )
            for row in parts
        ),
    )


def with_row_added(data: QueryDict) -> QueryDict:
    """The posted milestones with an empty one at the end."""
    rows = _rows(data)
    return _with_rows(
        data, [*rows, dict.fromkeys(_FIELDS, "")] if len(rows) < MAX_MILESTONES else rows
    )


def with_row_removed(data: QueryDict, place: int) -> QueryDict:
    """The posted milestones without the one at `place` (from 0); the same where there is none."""
    return _with_rows(data, [row for at, row in enumerate(_rows(data)) if at != place])


def _rows(data: QueryDict) -> list[dict[str, str]]:
    total = whole_number(data.get(f"{PREFIX}-TOTAL_FORMS", ""), 3) or 0
    return [
        {name: data.get(f"{PREFIX}-{place}-{name}", "") for name in _FIELDS}
        for place in range(min(total, MAX_MILESTONES))
    ]


def _with_rows(data: QueryDict, rows: list[dict[str, str]]) -> QueryDict:
    changed = data.copy()
    for key in [
        key
        for key in changed
        if key.startswith(f"{PREFIX}-") and key[len(PREFIX) + 1 :][:1].isdigit()
    ]:
        del changed[key]
    changed[f"{PREFIX}-TOTAL_FORMS"] = str(len(rows))
    changed[f"{PREFIX}-INITIAL_FORMS"] = "0"
    for place, row in enumerate(rows):
        for name, value in row.items():
            changed[f"{PREFIX}-{place}-{name}"] = value
    return changed


class AgreeForm(forms.Form):
    """In which language the agreement is written."""

    language = forms.ChoiceField(
        label=_("Language of the agreement"),
        choices=[("zh", "中文"), ("en", "English")],
        error_messages={"invalid_choice": _("The language is zh or en.")},
    )


class ConsentForm(forms.Form):
    """An express yes to one text."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label=_("I have read this agreement and consent to it for my organisation."),
        error_messages={"required": _("Tick the box if you consent.")},
    )


class ChecksumForm(forms.Form):
    """A checksum to look up, or the file to compute it from."""

    digest = PlainTextField(
        max_length=100,
        required=False,
        label=_("SHA-256"),
        help_text=_("64 characters, from the foot of a page or from the agreement's page."),
    )
    file = forms.FileField(label=_("Or the PDF"), required=False)
