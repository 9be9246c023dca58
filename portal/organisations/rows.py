"""One row of a providers file, checked. Field names and meanings are the public format."""

from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from portal.foundation.loading import FlatScheme
from portal.foundation.text import clean_plain_text
from portal.organisations import values as v
from portal.organisations.models import ProviderProfile

SCHEME = FlatScheme(
    lists=frozenset({"capabilities", "industries", "languages"}),
    bilingual=frozenset({"name", "summary", "title", "description"}),
    numbered={"offer": "offers"},
)


def _no_flag(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a number is wanted")
    return value


def _list_or_none(value: Any) -> Any:
    return [] if value is None else value


def _text_or_none(value: Any) -> Any:
    return "" if value is None else value


def _object(value: Any) -> Any:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError('an object is wanted: {"zh": "…", "en": "…"}')
    return value


Whole = Annotated[int | None, BeforeValidator(_no_flag)]
Degrees = Annotated[float | None, BeforeValidator(_no_flag)]
Text = Annotated[str, BeforeValidator(_text_or_none)]
Texts = Annotated[list[str], BeforeValidator(_list_or_none)]


class Bilingual(BaseModel):
    """A text in Chinese and English, of `limits` characters at most."""

    limits: ClassVar[tuple[int, int]] = (v.DESCRIPTION_ZH, v.DESCRIPTION_EN)
    zh: Text = ""
    en: Text = ""

    @model_validator(mode="after")
    def _clean(self) -> "Bilingual":
        self.zh = clean_plain_text(self.zh, self.limits[0])
        self.en = clean_plain_text(self.en, self.limits[1])
        return self


class Needed(Bilingual):
    """Either language may be missing, not both."""

    @model_validator(mode="after")
    def _one(self) -> "Needed":
        v.check_one_language(self.zh, self.en)
        return self


class Name(Needed):
    limits = (v.NAME_ZH, v.NAME_EN)


class Summary(Needed):
    limits = (v.SUMMARY_ZH, v.SUMMARY_EN)


class Title(Needed):
    limits = (v.TITLE_ZH, v.TITLE_EN)


class OfferRow(BaseModel):
    """One offer; prices in whole yuan."""

    title: Annotated[Title, BeforeValidator(_object)]
    description: Annotated[Bilingual, BeforeValidator(_object)] = Bilingual()
    type: str
    price_from: Whole = None
    price_to: Whole = None
    days: Whole = None

    @field_validator("type")
    @classmethod
    def _type(cls, value: str) -> str:
        return v.clean_offer_type(value)

    @field_validator("price_from", "price_to")
    @classmethod
    def _price(cls, value: int | None) -> int | None:
        return v.clean_amount(value, v.MAX_PRICE)

    @field_validator("days")
    @classmethod
    def _days(cls, value: int | None) -> int | None:
        return v.clean_amount(value, v.MAX_DAYS)

    @model_validator(mode="after")
    def _order(self) -> "OfferRow":
        v.check_prices(self.price_from, self.price_to)
        return self


class ProviderRow(BaseModel):
    """One provider or collective."""

    model_config = ConfigDict(extra="allow")

    uscc: Text = ""
    ref: Text = ""
    kind: str
    name: Annotated[Name, BeforeValidator(_object)]
    summary: Annotated[Summary, BeforeValidator(_object)]
    offers: Annotated[list[OfferRow], BeforeValidator(_list_or_none)] = Field([])
    capabilities: Texts = []
    industries: Texts = []
    tier: Annotated[str, BeforeValidator(lambda value: value or v.BASE_TIER)] = v.BASE_TIER
    district: str
    latitude: Degrees = None
    longitude: Degrees = None
    languages: Texts = []
    capacity: Whole = None
    staff: Whole = None
    founded: Whole = None

    @property
    def key(self) -> str:
        """The permanent public key: the code, else the reference."""
        return self.uscc or self.ref

    @property
    def keys(self) -> list[str]:
        """What must be of this row only."""
        return [key for key in (self.uscc, self.ref) if key]

    @field_validator("uscc")
    @classmethod
    def _uscc(cls, value: str) -> str:
        return v.clean_uscc(value).code if value.strip() else ""

    @field_validator("ref")
    @classmethod
    def _ref(cls, value: str) -> str:
        return v.clean_ref(value) if value.strip() else ""

    @field_validator("kind")
    @classmethod
    def _kind(cls, value: str) -> str:
        if value not in ProviderProfile.Kind.values:
            raise ValueError(f"“{value[:60]}” is no kind: provider or collective is wanted")
        return value

    @field_validator("district")
    @classmethod
    def _district(cls, value: str) -> str:
        return v.clean_district(value)

    @field_validator("tier")
    @classmethod
    def _tier(cls, value: str) -> str:
        return v.clean_tier(value)

    @field_validator("industries")
    @classmethod
    def _industries(cls, value: list[str]) -> list[str]:
        return v.clean_industries(value)

    @field_validator("capabilities")
    @classmethod
    def _capabilities(cls, value: list[str]) -> list[str]:
        return v.clean_labels(value)

    @field_validator("languages")
    @classmethod
    def _languages(cls, value: list[str]) -> list[str]:
        return v.clean_languages(value)

    @field_validator("capacity")
    @classmethod
    def _capacity(cls, value: int | None) -> int | None:
        return v.clean_amount(value, v.MAX_CAPACITY)

    @field_validator("staff")
    @classmethod
    def _staff(cls, value: int | None) -> int | None:
        return v.clean_amount(value, v.MAX_STAFF)

    @field_validator("founded")
    @classmethod
    def _founded(cls, value: int | None) -> int | None:
        return v.clean_founded(value)

    @model_validator(mode="after")
    def _whole(self) -> "ProviderRow":
        v.check_place(self.latitude, self.longitude)
        if not self.uscc and self.kind == ProviderProfile.Kind.PROVIDER:
            raise ValueError("uscc is missing; only a collective may do without one")
        if not self.key:
            raise ValueError("uscc or ref is missing: one of them is the key")
        if len(self.offers) > v.OFFERS:
            raise ValueError(f"{len(self.offers)} offers; at most {v.OFFERS} are possible")
        return self
