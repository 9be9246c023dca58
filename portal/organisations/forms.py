"""Forms of the organisation pages. What values may be is checked where they are kept; the forms
turn what was typed into them and show every message at its field."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.foundation.text import PlainTextField, content_language
from portal.organisations import values as v
from portal.organisations.models import Membership, Offer, Organisation, ProviderProfile
from portal.vocabulary import get_vocabulary

_LIST = re.compile(r"[\n;；,，、]+")
_LANGUAGES = [("zh", _("Chinese")), ("en", _("English"))]
DIVISION = 3  # characters of a two-digit industry code with its letter


def districts() -> list[tuple[str, str]]:
    """The city's districts for a choice, in the active language."""
    language = content_language()
    vocabulary = get_vocabulary()
    return [(d.code, d.label(language)) for d in (*vocabulary.districts, vocabulary.city)]


def industry_divisions() -> list[tuple[str, str]]:
    """The two-digit industries named here, in the active language."""
    language = content_language()
    vocabulary = get_vocabulary()
    return [
        (code, f"{vocabulary.industry_label(code, language)} · {code}")
        for code in vocabulary.industries
        if len(code) == DIVISION
    ]


def offer_types() -> list[tuple[str, str]]:
    """Offer types for a choice, in the active language."""
    language = content_language()
    return [("", gettext("Choose…"))] + [
        (t.key, t.label(language)) for t in get_vocabulary().offer_types
    ]


def tiers() -> list[tuple[str, str]]:
    """Tiers that an authority grants, in the active language."""
    language = content_language()
    return [(t.key, t.label(language)) for t in get_vocabulary().tiers if t.rank > 0]


class CheckedField(PlainTextField):
    """Plain text that a check turns into a value; its ValueError is shown at the field."""

    def __init__(self, *, check: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check

    def clean(self, value: Any) -> Any:
        """The value. Raises ValidationError."""
        text = super().clean(value)
        if not text:
            return text
        try:
            return self.check(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None


class ListField(PlainTextField):
    """Several short texts, one a line or parted by commas or semicolons."""

    def __init__(self, *, check: Callable[[list[str]], list[str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check

    def prepare_value(self, value: Any) -> Any:
        """One a line."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The list. Raises ValidationError."""
        parts = [part for text in _LIST.split(super().clean(value)) if (part := text.strip())]
        try:
            return self.check(parts)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None


def _number(label: Any, limit: int, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=limit, required=False, **kwargs)


class OrganisationForm(forms.Form):
    """Names, place and contact."""

    name_zh = PlainTextField(label=_("Name in Chinese"), max_length=v.NAME_ZH, required=False)
    name_en = PlainTextField(
        label=_("Name in English"),
        max_length=v.NAME_EN,
        required=False,
        help_text=_("One of the two names is enough."),
    )
    district = forms.ChoiceField(label=_("District"), choices=districts, required=False)
    other_district = CheckedField(
        label=_("District outside the city"),
        check=v.clean_district,
        max_length=10,
        required=False,
        help_text=_("Only if you are elsewhere: its six-digit code (GB/T 2260)."),
    )
    latitude = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        required=False,
        help_text=_("WGS 84 degrees. Without them the centre of the district counts."),
    )
    contact_name = PlainTextField(label=_("Contact person"), max_length=80, required=False)
    contact_email = forms.EmailField(label=_("Contact e-mail"), required=False)
    contact_phone = PlainTextField(label=_("Contact phone"), max_length=30, required=False)

    FIELDS = (
        "name_zh", "name_en", "latitude", "longitude",
        "contact_name", "contact_email", "contact_phone",
    )  # fmt: skip

    @classmethod
    def initial_of(cls, organisation: Organisation) -> dict[str, Any]:
        """What the form shows of a stored organisation."""
        initial = {field: getattr(organisation, field) for field in cls.FIELDS}
        inside = organisation.district in dict(districts())
        initial["district" if inside else "other_district"] = organisation.district
        return initial

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        data = self.cleaned_data
        values = {field: data[field] for field in self.FIELDS if field in data}
        return values | {"district": data["other_district"] or data["district"]}


class EditForm(OrganisationForm):
    """What is stored, and the code where it is missing; `adds_code` for who may add it."""

    uscc = PlainTextField(
        label=_("Unified social credit code"),
        max_length=40,
        required=False,
        help_text=_("18 characters, as on the business licence. Once added, it stays."),
    )

    def __init__(self, *args: Any, adds_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not adds_code:
            del self.fields["uscc"]

    def values(self) -> dict[str, Any]:
        """What `update_organisation` takes."""
        return super().values() | {"uscc": self.cleaned_data.get("uscc", "")}


class RegisterForm(OrganisationForm):
    """A new organisation; `offers` asks for a kind and lets a collective do without a code."""

    kind = forms.ChoiceField(
        label=_("Who offers it?"),
        choices=[
            ("provider", _("A registered company or institution")),
            ("collective", _("A collective: several small firms or contributors together")),
        ],
        widget=forms.RadioSelect,
        initial="provider",
    )
    uscc = PlainTextField(
        label=_("Unified social credit code"),
        max_length=40,
        required=False,
        help_text=_("18 characters, as on the business licence."),
    )
    latitude = None  # type: ignore[assignment]
    longitude = None  # type: ignore[assignment]
    field_order = ["kind", "uscc", "name_zh", "name_en", "district", "other_district"]

    def __init__(self, *args: Any, offers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not offers:
            del self.fields["kind"]
            self.fields["uscc"].required = True

    def values(self) -> dict[str, Any]:
        """What `register_organisation` takes."""
        data = self.cleaned_data
        return super().values() | {"uscc": data["uscc"], "kind": data.get("kind", "")}


class ProfileForm(forms.Form):
    """What a provider says of itself."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=ProviderProfile.Kind.choices, widget=forms.RadioSelect
    )
    summary_zh = PlainTextField(
        label=_("Summary in Chinese"), max_length=v.SUMMARY_ZH, rows=5, required=False
    )
    summary_en = PlainTextField(
        label=_("Summary in English"),
        max_length=v.SUMMARY_EN,
        rows=5,
        required=False,
        help_text=_("What you solve, for whom, and what you do not do."),
    )
    capabilities = ListField(
        label=_("Capabilities in your own words"),
        check=v.clean_labels,
        max_length=5000,
        rows=5,
        required=False,
        help_text=_("One a line, in either language."),
    )
    divisions = forms.MultipleChoiceField(
        label=_("Industries you serve"),
        choices=industry_divisions,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    other_industries = ListField(
        label=_("Further industry codes"),
        check=v.clean_industries,
        max_length=500,
        required=False,
        help_text=_("GB/T 4754-2017, such as C3311 or I65, parted by commas."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        choices=_LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    capacity = _number(
        _("Jobs at once"),
        v.MAX_CAPACITY,
        help_text=_("Accepted introductions count against it until they are closed."),
    )
    staff = _number(_("Staff"), v.MAX_STAFF)
    founded = forms.IntegerField(label=_("Founded"), required=False)
    contracting_member = PlainTextField(
        label=_("Code of the contracting member"),
        max_length=40,
        required=False,
        help_text=_("For a collective: the registered member that signs and bills."),
    )

    FIELDS = (
        "kind", "summary_zh", "summary_en", "capabilities", "languages", "capacity", "staff",
        "founded", "contracting_member",
    )  # fmt: skip

    @classmethod
    def initial_of(cls, profile: ProviderProfile) -> dict[str, Any]:
        """What the form shows of a stored profile."""
        initial = {field: getattr(profile, field) for field in cls.FIELDS}
        member = profile.contracting_member
        known = dict(industry_divisions())
        return initial | {
            "contracting_member": member.uscc if member else "",
            "divisions": [code for code in profile.industries if code in known],
            "other_industries": [code for code in profile.industries if code not in known],
        }

    def clean_founded(self) -> int | None:
        """A plausible year."""
        try:
            return v.clean_founded(self.cleaned_data["founded"])
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def clean_contracting_member(self) -> Organisation | None:
        """The organisation of that code."""
        code = self.cleaned_data["contracting_member"]
        if not code:
            return None
        try:
            uscc = v.clean_uscc(code).code
        except ValueError as error:
            raise ValidationError(str(error)) from None
        member = Organisation.objects.filter(uscc=uscc).first()
        if member is None:
            raise ValidationError(gettext("No organisation with this code is registered here."))
        return member

    def values(self) -> dict[str, Any]:
        """What `save_profile` takes."""
        data = self.cleaned_data
        values = {field: data[field] for field in self.FIELDS}
        return values | {"industries": [*data["divisions"], *data["other_industries"]]}


class OfferForm(forms.Form):
    """One offer."""

    title_zh = PlainTextField(label=_("Title in Chinese"), max_length=v.TITLE_ZH, required=False)
    title_en = PlainTextField(
        label=_("Title in English"),
        max_length=v.TITLE_EN,
        required=False,
        help_text=_("One of the two titles is enough."),
    )
    type = forms.ChoiceField(label=_("Type"), choices=offer_types)
    description_zh = PlainTextField(
        label=_("Description in Chinese"), max_length=v.DESCRIPTION_ZH, rows=4, required=False
    )
    description_en = PlainTextField(
        label=_("Description in English"), max_length=v.DESCRIPTION_EN, rows=4, required=False
    )
    price_from = _number(_("Price from (yuan)"), v.MAX_PRICE)
    price_to = _number(_("Price to (yuan)"), v.MAX_PRICE)
    days = _number(_("Days it takes"), v.MAX_DAYS)

    @classmethod
    def initial_of(cls, offer: Offer) -> dict[str, Any]:
        """What the form shows of a stored offer."""
        return {field: getattr(offer, field) for field in cls.base_fields}


class InviteForm(forms.Form):
    """Ask somebody to join."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Membership.Role.choices,
        initial=Membership.Role.EDITOR,
        help_text=_("Owners also invite members and change their roles."),
    )


class DecisionForm(forms.Form):
    """A moderator's word on a profile."""

    note = PlainTextField(
        label=_("Note to the owners"),
        max_length=1000,
        rows=3,
        required=False,
        help_text=_("Needed to decline: say what is missing."),
    )


class RecognitionForm(forms.Form):
    """A certificate that was seen."""

    tier = forms.ChoiceField(label=_("Tier"), choices=tiers)
    issued_on = forms.DateField(
        label=_("Issued on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    expires_on = forms.DateField(
        label=_("Valid until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    rule_version = PlainTextField(
        label=_("Rules it was given under"), max_length=60, required=False
    )
