"""A needs file: its rows, checked, and the same columns for the way out."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from django.utils import timezone
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    field_validator,
    model_validator,
)
from pydantic import ValidationError as RowError

from matching.content import MAX_DESCRIPTION, MAX_DISTANCE_KM, MAX_TITLE, Understanding, Words
from matching.models import Need
from portal.foundation.loading import Checked, FlatScheme, check_rows, read_rows
from portal.foundation.text import LANGUAGES, clean_plain_text
from portal.organisations import values as v

SCHEME = FlatScheme(
    lists=frozenset({"industries", "languages", "offer_types"}),
    bilingual=frozenset({"name"}),
    groups=frozenset({"organisation", "required"}),
)
NEED_COLUMNS = (
    "ref",
    "organisation_uscc",
    "organisation_name_zh",
    "organisation_name_en",
    "title",
    "description",
    "language",
    "industries",
    "district",
    "budget_min",
    "budget_max",
    "start_by",
    "approach",
    "required_tier_at_least",
    "required_max_distance_km",
    "required_languages",
    "required_offer_types",
)
# They are addresses of pages below /needs/.
RESERVED_REFS = frozenset({"post", "mine", "fitting", "mine.csv"})
_DAY = TypeAdapter(date)


def _no_flag(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a number is wanted")
    return value


def _none_as(empty: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: empty() if value is None else value)


def _day(value: Any) -> date | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("a day such as 2027-03-31 is wanted")
    try:
        return _DAY.validate_python(value.strip())
    except RowError:
        raise ValueError(f"“{value[:40]}” is no day; 2027-03-31 is how one is written") from None


Whole = Annotated[int | None, BeforeValidator(_no_flag)]
Text = Annotated[str, _none_as(str)]
Texts = Annotated[list[str], _none_as(list)]


class NameRow(BaseModel):
    """A firm's name; either language may be missing, not both."""

    zh: Text = ""
    en: Text = ""

    @model_validator(mode="after")
    def _clean(self) -> "NameRow":
        self.zh = clean_plain_text(self.zh, v.NAME_ZH)
        self.en = clean_plain_text(self.en, v.NAME_EN)
        v.check_one_language(self.zh, self.en)
        return self


class OwnerRow(BaseModel):
    """The firm that has the need."""

    uscc: str
    name: NameRow

    @field_validator("uscc")
    @classmethod
    def _uscc(cls, value: str) -> str:
        return v.clean_uscc(value).code


class RequiredRow(BaseModel):
    """Hard constraints; null or [] is no constraint."""

    tier_at_least: Text = ""
    max_distance_km: Whole = Field(None, gt=0, le=MAX_DISTANCE_KM)
    languages: Texts = []
    offer_types: Texts = []

    @field_validator("tier_at_least")
    @classmethod
    def _tier(cls, value: str) -> str:
        return v.clean_tier(value) if value else ""

    @field_validator("languages")
    @classmethod
    def _languages(cls, value: list[str]) -> list[str]:
        return v.clean_languages(value)

    @field_validator("offer_types")
    @classmethod
    def _offer_types(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(v.clean_offer_type(item) for item in value))


class NeedRow(BaseModel):
    """One need; amounts in whole yuan."""

    model_config = ConfigDict(extra="allow")

    ref: str
    organisation: OwnerRow
    title: str
    description: str
    language: str
    industries: Texts = []
    district: str
    budget_min: Whole = None
    budget_max: Whole = None
    start_by: Annotated[date | None, BeforeValidator(_day)] = None
    approach: Text = ""
    required: Annotated[RequiredRow, _none_as(dict)] = RequiredRow()

    @field_validator("ref")
    @classmethod
    def _ref(cls, value: str) -> str:
        ref = v.clean_ref(value)
        if ref in RESERVED_REFS:
            raise ValueError(f"“{ref}” is taken by a page of the portal")
        return ref

    @field_validator("title")
    @classmethod
    def _title(cls, value: str) -> str:
        return _filled(" ".join(clean_plain_text(value, MAX_TITLE).split()))

    @field_validator("description")
    @classmethod
    def _description(cls, value: str) -> str:
        return _filled(clean_plain_text(value, MAX_DESCRIPTION))

    @field_validator("language")
    @classmethod
    def _language(cls, value: str) -> str:
        if value not in LANGUAGES:
            raise ValueError(f"“{value[:40]}” is no language: zh or en is wanted")
        return value

    @field_validator("industries")
    @classmethod
    def _industries(cls, value: list[str]) -> list[str]:
        return v.clean_industries(value)

    @field_validator("district")
    @classmethod
    def _district(cls, value: str) -> str:
        return v.clean_district(value)

    @field_validator("budget_min", "budget_max")
    @classmethod
    def _amount(cls, value: int | None) -> int | None:
        return v.clean_amount(value, v.MAX_PRICE)

    @field_validator("approach")
    @classmethod
    def _approach(cls, value: str) -> str:
        if value and value not in Need.Approach.values:
            ways = ", ".join(Need.Approach.values)
            raise ValueError(f"“{value[:40]}” is no approach; there are {ways}")
        return value

    @model_validator(mode="after")
    def _order(self) -> "NeedRow":
        if (
            self.budget_min is not None
            and self.budget_max is not None
            and self.budget_max < self.budget_min
        ):
            raise ValueError("budget_max is below budget_min")
        return self

    @property
    def words(self) -> Words:
        """What the need says."""
        return Words(self.title, self.description, self.language)

    def understanding(self, read: Understanding) -> Understanding:
        """What the file says of the need, and from `read` what only its words can tell."""
        return Understanding(
            district=self.district,
            concepts=read.concepts,
            concepts_off=read.concepts_off,
            concepts_version=read.concepts_version,
            exclusions=read.exclusions,
            industries=self.industries,
            budget_min=self.budget_min,
            budget_max=self.budget_max,
            start_by=self.start_by,
            approach=self.approach,
            tier_at_least=self.required.tier_at_least,
            max_distance_km=self.required.max_distance_km,
            languages=self.required.languages,
            offer_types=self.required.offer_types,
        )


def _filled(text: str) -> str:
    if not text:
        raise ValueError("this must not be empty")
    return text


def check_file(path: Path, advance: Callable[[int], None] = lambda by: None) -> Checked[NeedRow]:
    """Every row of the file, checked by itself and against the others. Raises UnreadableFile."""
    checked = check_rows(read_rows(path, SCHEME), NeedRow, lambda row: [row.ref], advance)
    checked.errors.sort(key=lambda error: error.line)
    return checked


def warnings(checked: Checked[NeedRow]) -> list[str]:
    """What loads all the same but should be known: days to start by that have passed."""
    today = timezone.localdate()
    return [
        f"line {line}: warning: start_by {row.start_by} has passed"
        for line, row in checked.rows
        if row.start_by and row.start_by < today
    ]


def need_row(need: Need) -> list[str]:
    """A need as NEED_COLUMNS has it."""
    cells: list[Any] = [
        need.ref,
        need.organisation.uscc,
        need.organisation.name_zh,
        need.organisation.name_en,
        need.title,
        need.description,
        need.language,
        need.industries,
        need.district,
        need.budget_min,
        need.budget_max,
        need.start_by,
        need.approach,
        need.tier_at_least,
        need.max_distance_km,
        need.languages,
        need.offer_types,
    ]
    return [_cell(value) for value in cells]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return ";".join(value) if isinstance(value, list) else str(value)
