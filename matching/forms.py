"""Forms of needs and introductions; codes and numbers are checked again by the actions."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching import choices
from matching.actions.introduction import MAX_MESSAGE, MAX_REASON
from matching.actions.need import MAX_NOTE
from matching.content import MAX_DESCRIPTION, MAX_DISTANCE_KM, MAX_TITLE, Understanding, Words
from matching.models import Need
from matching.reading import main_language
from portal.foundation.text import PlainTextField
from portal.organisations.models import Organisation, ProviderProfile
from portal.organisations.values import MAX_PRICE, NAME_ZH

NEW = "new"
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
_UNITS = {"万": 10_000, "万元": 10_000, "亿": 100_000_000, "亿元": 100_000_000, "元": 1, "": 1}


class AmountField(forms.CharField):
    """Whole yuan, also written as 200,000, ¥200000 or 20万; None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=30,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            **kwargs,
        )

    def clean(self, value: Any) -> int | None:
        """The amount. Raises ValidationError with how to write one."""
        text = re.sub(r"[\s,，¥￥]", "", str(value or "")).removesuffix("CNY").removesuffix("RMB")
        if not text:
            return None
        if text.startswith("-"):
            raise ValidationError(gettext("An amount can't be less than 0."), code="negative")
        number = text.rstrip("万亿元")
        unit = _UNITS.get(text[len(number) :])
        if unit is None or not _AMOUNT.fullmatch(number):
            raise ValidationError(
                gettext("Write an amount in yuan, such as 200000 or 20万."), code="invalid"
            )
        amount = round(float(number) * unit)
        if amount > MAX_PRICE:
            raise ValidationError(
                gettext("An amount is at most 1,000,000,000,000 yuan."), code="large"
            )
        return amount


class TextForm(forms.Form):
    """What hurts, in one box."""

    text = PlainTextField(max_length=MAX_DESCRIPTION, rows=8, label=_("What hurts?"))


def _several(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("“%(value)s” is not known here.")},
    )


def _one(label: Any, *, required: bool = False, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=required,
        help_text=help_text,
        error_messages={
            "invalid_choice": _("“%(value)s” is not known here."),
            "required": _("Please choose one."),
        },
    )


class NeedForm(forms.Form):
    """The words and what was understood of them, all of it to correct."""

    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    reading = forms.CharField(required=False, widget=forms.HiddenInput)
    title = PlainTextField(
        max_length=MAX_TITLE,
        label=_("Title"),
        help_text=_("One line that a provider reads first. It is public: no names."),
    )
    description = PlainTextField(max_length=MAX_DESCRIPTION, rows=7, label=_("Your words"))
    concepts = _several(
        _("What we read"), _("Switch off what is not meant. What stays on decides who fits.")
    )
    industries = _several(_("Industry"))
    district = _one(
        _("Where the work is"), required=True, help_text=_("Distance is counted from here.")
    )
    budget_min = AmountField(label=_("Budget from"))
    budget_max = AmountField(label=_("Budget to"))
    start_by = forms.DateField(
        label=_("Start by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d"],
        error_messages={"invalid": _("Write a day such as 2027-03-31.")},
    )
    approach = _one(_("Way to transform"))
    tier_at_least = _one(_("Title at least"))
    max_distance_km = forms.IntegerField(
        label=_("At most this far away"),
        required=False,
        min_value=1,
        max_value=MAX_DISTANCE_KM,
        error_messages={
            "invalid": _("Write a whole number of kilometres."),
            "min_value": _("A distance is between 1 and 20,000 km."),
            "max_value": _("A distance is between 1 and 20,000 km."),
        },
    )
    languages = _several(_("Must work in"))
    offer_types = _several(_("Kind of offer, any of"))
    exclusions = _several(_("Ruled out"))

    def __init__(
        self, *args: Any, understood: Understanding, words_fixed: bool = False, **kwargs: Any
    ) -> None:
        """`understood` gives the concepts to choose from; `words_fixed` keeps the words."""
        super().__init__(*args, **kwargs)
        self.understood = understood
        for name, rows in (
            ("concepts", choices.concepts(row["concept"] for row in understood.concepts)),
            ("industries", choices.industries(understood.industries)),
            ("district", [("", gettext("Choose…")), *choices.districts(understood.district)]),
            ("approach", choices.approaches()),
            ("tier_at_least", choices.tiers()),
            ("languages", choices.languages()),
            ("offer_types", choices.offer_types()),
            ("exclusions", choices.exclusions()),
        ):
            self.fields[name].choices = rows  # type: ignore[attr-defined]
        if words_fixed:
            for name in ("title", "description"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """Adds what concerns two fields."""
        data = super().clean() or {}
        low, high = data.get("budget_min"), data.get("budget_max")
        if low is not None and high is not None and high < low:
            self.add_error("budget_max", gettext("The budget ends below where it begins."))
        return data

    def words(self) -> Words:
        """The words as typed; the language is told from the description."""
        data = self.cleaned_data
        return Words(data["title"], data["description"], main_language(data["description"]))

    def understanding(self) -> Understanding:
        """What was understood, as corrected."""
        data = self.cleaned_data
        on = set(data["concepts"])
        ids = [row["concept"] for row in self.understood.concepts]
        return Understanding(
            concepts=self.understood.concepts,
            concepts_off=[pk for pk in ids if pk not in on],
            concepts_version=self.understood.concepts_version,
            **{
                name: data[name]
                for name in Understanding.__dataclass_fields__
                if not name.startswith("concepts")
            },
        )


class OwnerForm(forms.Form):
    """For which organisation the need is: one of the person's own, or a new one."""

    organisation = forms.ChoiceField(label=_("Organisation"), widget=forms.RadioSelect)
    new_name = PlainTextField(max_length=NAME_ZH, required=False, label=_("Name of the firm"))
    new_uscc = PlainTextField(
        max_length=30,
        required=False,
        label=_("Unified social credit code"),
        help_text=_("18 characters. You can add it later."),
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {row.key: row for row in organisations}
        field = self.fields["organisation"]
        field.choices = [  # type: ignore[attr-defined]
            *((key, str(row)) for key, row in self.organisations.items()),
            (NEW, gettext("Another firm, which is not here yet")),
        ]
        if not organisations:
            # A page from before the person signed in did not have it either.
            field.widget, field.required = forms.HiddenInput(), False
        self.initial.setdefault("organisation", next(iter(self.organisations), NEW))

    def clean(self) -> dict[str, Any]:
        """A new firm needs its name."""
        data = super().clean() or {}
        if "organisation" not in self.errors:
            data["organisation"] = data.get("organisation") or NEW
        missing = not data.get("new_name") and "new_name" not in self.errors
        if data.get("organisation") == NEW and missing:
            self.add_error("new_name", gettext("Please fill in this field."))
        return data

    @property
    def chosen(self) -> Organisation | None:
        """The organisation chosen; None for a new one."""
        return self.organisations.get(self.cleaned_data["organisation"])


class ModerationForm(forms.Form):
    """A moderator's note."""

    note = PlainTextField(
        max_length=MAX_NOTE,
        rows=4,
        required=False,
        label=_("Note to the manufacturer"),
        help_text=_("Needed when you give the need back: say what to change."),
    )


class ReasonForm(forms.Form):
    """A reason or closing word that the other side reads."""

    reason = PlainTextField(max_length=MAX_REASON, rows=3, label=_("Reason"))

    def __init__(self, *args: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed


class IntroductionForm(forms.Form):
    """A message to the other side, about a need, from or to a provider."""

    need = _one(_("About which need"), required=True)
    provider = _one(_("Provider"), required=True)
    message = PlainTextField(
        max_length=MAX_MESSAGE,
        rows=6,
        label=_("Message"),
        help_text=_(
            "The other side reads this before it answers. Contacts are exchanged by the portal "
            "once it accepts, so leave them out."
        ),
    )

    share_contacts = forms.BooleanField(
        label=_("Once it is accepted, share my contacts with the other side"),
        required=False,
        help_text=_(
            "My name, e-mail address and phone number, or the contact my organisation entered. "
            "Without this you write to each other here. You can take it back at any time on the "
            "page “My data”."
        ),
    )

    def __init__(
        self,
        *args: Any,
        needs: list[Need],
        providers: list[ProviderProfile],
        shares_contacts: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if shares_contacts:
            del self.fields["share_contacts"]
        self.needs = {need.ref: need for need in needs}
        self.providers = {row.organisation.key: row for row in providers}
        self._offer("need", [(need.ref, need.title) for need in needs])
        self._offer("provider", [(row.organisation.key, str(row)) for row in providers])

    def _offer(self, name: str, rows: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = rows  # type: ignore[attr-defined]
        if len(rows) == 1:
            field.widget = forms.HiddenInput()
            self.initial[name] = rows[0][0]
