"""From values as people gave them to values as they are kept, field by field."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from portal.foundation.text import clean_plain_text
from portal.organisations import values as v
from portal.organisations.models import Organisation, ProviderProfile

Check = Callable[[Any], Any]


class OrganisationValues(TypedDict, total=False):
    """What members may change of an organisation; `district` is a GB/T 2260 code."""

    name_zh: str
    name_en: str
    district: str
    latitude: float | None
    longitude: float | None
    contact_name: str
    contact_email: str
    contact_phone: str


class ProfileValues(TypedDict, total=False):
    """What members may change of a provider profile."""

    kind: str
    summary_zh: str
    summary_en: str
    capabilities: list[str]
    industries: list[str]
    languages: list[str]
    capacity: int | None
    staff: int | None
    founded: int | None
    contracting_member: Organisation | None


class OfferValues(TypedDict, total=False):
    """What an offer says; prices in whole yuan."""

    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    type: str
    price_from: int | None
    price_to: int | None
    days: int | None


def _text(limit: int) -> Check:
    return lambda value: clean_plain_text(value, limit)


def _amount(limit: int) -> Check:
    return lambda value: v.clean_amount(value, limit)


def _same(value: Any) -> Any:
    return value


def _email(value: str) -> str:
    address = clean_plain_text(value, 254)
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise ValueError(error.messages[0]) from None
    return address


def _kind(value: str) -> str:
    if value not in ProviderProfile.Kind.values:
        raise ValueError(
            gettext("“%(value)s” is no kind: provider or collective is wanted.")
            % {"value": value[:60]}
        )
    return value


def _contracting_member(value: Organisation | None) -> Organisation | None:
    if value is not None and value.uscc is None:
        raise ValueError(
            gettext(
                "The contracting member needs a unified social credit code: it signs and bills."
            )
        )
    return value


ORGANISATION: Mapping[str, Check] = {
    "name_zh": _text(v.NAME_ZH),
    "name_en": _text(v.NAME_EN),
    "district": v.clean_district,
    "latitude": _same,
    "longitude": _same,
    "contact_name": _text(80),
    "contact_email": _email,
    "contact_phone": _text(30),
}
PROFILE: Mapping[str, Check] = {
    "kind": _kind,
    "summary_zh": _text(v.SUMMARY_ZH),
    "summary_en": _text(v.SUMMARY_EN),
    "capabilities": v.clean_labels,
    "industries": v.clean_industries,
    "languages": v.clean_languages,
    "capacity": _amount(v.MAX_CAPACITY),
    "staff": _amount(v.MAX_STAFF),
    "founded": v.clean_founded,
    "contracting_member": _contracting_member,
}
OFFER: Mapping[str, Check] = {
    "title_zh": _text(v.TITLE_ZH),
    "title_en": _text(v.TITLE_EN),
    "description_zh": _text(v.DESCRIPTION_ZH),
    "description_en": _text(v.DESCRIPTION_EN),
    "type": v.clean_offer_type,
    "price_from": _amount(v.MAX_PRICE),
    "price_to": _amount(v.MAX_PRICE),
    "days": _amount(v.MAX_DAYS),
}


def clean(checks: Mapping[str, Check], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every value after its check.

    Raises ValidationError with all messages by field; KeyError for a field that is none."""
    kept: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field, value in given.items():
        try:
            kept[field] = checks[field](value)
        except ValueError as error:
            errors[field] = str(error)
    if errors:
        raise ValidationError(errors)
    return kept


def require(field: str, check: Callable[..., None], *arguments: Any) -> None:
    """A check over several values whose message belongs to one field.

    Raises ValidationError."""
    try:
        check(*arguments)
    except ValueError as error:
        raise ValidationError({field: str(error)}) from None


def apply(obj: Any, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs on `obj` (unsaved); returns the changed fields before and after, ready
    for the audit. What a contact field said is personal and not repeated there."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for field, value in wanted.items():
        old = getattr(obj, field)
        if old != value:
            setattr(obj, field, value)
            before[field], after[field] = _shown(field, old), _shown(field, value)
    return before, after


def changed(fields: Iterable[str], after: Mapping[str, Any]) -> bool:
    """Is any of `fields` among what changed?"""
    return any(field in after for field in fields)


def _shown(field: str, value: Any) -> Any:
    if field.startswith("contact_"):
        return "…" if value else ""
    return value.key if isinstance(value, Organisation) else value
