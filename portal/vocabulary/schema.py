"""The shape of every data file of this room, checked when it is loaded."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Language = Literal["zh", "en"]
Text = Annotated[str, Field(min_length=1, max_length=300)]
LongText = Annotated[str, Field(min_length=1, max_length=1_200)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
DistrictCode = Annotated[str, Field(pattern=r"^\d{6}$")]


class Entry(BaseModel):
    """A row with a name in both languages. Rows are immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Text
    en: str = ""

    def label(self, language: str) -> str:
        """The name in `language` (`en`, else Chinese); the Chinese one where there is no other."""
        return self.en or self.zh if language == "en" else self.zh


class BilingualEntry(Entry):
    """A row that must have both names."""

    en: Text


class District(BilingualEntry):
    """A division of GB/T 2260 with its centre (Chinese map coordinates, some 500 m off WGS 84)
    and its place on the city's map of equal tiles: column and row from the north-west."""

    code: DistrictCode
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    tile: tuple[int, int] | None = None


class Districts(BaseModel):
    """The city, its divisions, and codes that old files still carry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    city: District
    districts: tuple[District, ...] = Field(min_length=1)
    old_codes: dict[DistrictCode, DistrictCode]

    @model_validator(mode="after")
    def _old_codes_lead_somewhere(self) -> "Districts":
        known = {district.code for district in self.districts}
        lost = sorted(set(self.old_codes.values()) - known)
        if lost:
            raise ValueError(f"old codes map to unknown districts: {', '.join(lost)}")
        return self

    @model_validator(mode="after")
    def _tiles_are_apart(self) -> "Districts":
        tiles = [district.tile for district in self.districts]
        if None in tiles or len(set(tiles)) < len(tiles):
            raise ValueError("every district has a tile of its own")
        if any(part < 0 for tile in tiles if tile for part in tile):
            raise ValueError("tiles are counted from 0")
        return self


class Park(BilingualEntry):
    """An industrial park, the district that holds it, and other ways to write its name."""

    key: Key
    district: DistrictCode
    level: str
    sourced: bool
    words: tuple[Text, ...]


class Industry(Entry):
    """A class of GB/T 4754-2017: section letter, division, group or 4-digit class."""

    code: str = Field(pattern=r"^[A-T](\d{2,4})?$")


class IndustryWords(BaseModel):
    """Words by which a text names an industry; those in `alone` do so wherever they stand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    zh: tuple[Text, ...]
    en: tuple[Text, ...]
    alone: tuple[Text, ...]


class Tier(BilingualEntry):
    """A rung of the ladder of titles. `validity_years` None: it does not lapse by itself."""

    key: Key
    rank: int = Field(ge=0)
    granted_by: str
    validity_years: int | None = Field(gt=0)
    rule: str
    aliases: tuple[Key, ...]
    words: tuple[Text, ...]


class OfferType(BilingualEntry):
    """What kind of thing an offer is, and the words that ask for it."""

    key: Key
    words: tuple[Text, ...]


ConceptGroup = Literal[
    "product",
    "process",
    "defect",
    "equipment",
    "ai",
    "software",
    "green",
    "data",
    "compute",
    "service",
]


class ConceptKind(BilingualEntry):
    """What sort of thing a concept is. Kinds are a closed list; each belongs to one group."""

    key: Key
    group: ConceptGroup
    about_zh: Text
    about_en: Text


class Concept(BilingualEntry):
    """One capability: its names, how a factory complains of its lack, how a provider offers it.

    `broad` concepts have names only; they say too little to weigh much. `acronyms` are the same in
    both languages; their case counts. `shared_because`: why a name of this concept stands for
    another one of its kind too, by name."""

    id: Key
    kind: Key
    synonyms_zh: tuple[Text, ...] = ()
    synonyms_en: tuple[Text, ...] = ()
    acronyms: tuple[Text, ...] = ()
    broad: bool = False
    broader: Key | None = None
    related: tuple[Key, ...] = ()
    near_misses: tuple[Key, ...] = ()
    shared_because: dict[Text, Text] = Field(default_factory=dict)
    complaints_zh: tuple[Text, ...] = ()
    complaints_en: tuple[Text, ...] = ()
    offers_zh: tuple[Text, ...] = ()
    offers_en: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _enough_phrases(self) -> "Concept":
        if not self.broad:
            complaints = min(len(self.complaints_zh), len(self.complaints_en))
            offers = min(len(self.offers_zh), len(self.offers_en))
            if complaints < 4 or offers < 2:
                raise ValueError(
                    f"{self.id}: 4 complaints and 2 offers are needed in each language"
                )
        return self

    def names(self, language: Language) -> tuple[str, ...]:
        """Label, synonyms in `language` and acronyms."""
        return (*self.words(language), *self.acronyms)

    def words(self, language: Language) -> tuple[str, ...]:
        """Label and synonyms in `language`."""
        if language == "zh":
            return (self.zh, *self.synonyms_zh)
        return (self.en, *self.synonyms_en)

    def complaints(self, language: Language) -> tuple[str, ...]:
        """How a factory says it in `language`."""
        return self.complaints_zh if language == "zh" else self.complaints_en

    def offers(self, language: Language) -> tuple[str, ...]:
        """How a provider says it in `language`."""
        return self.offers_zh if language == "zh" else self.offers_en


class Examples(BaseModel):
    """Texts of people who never saw the vocabulary, to fit with: what a factory writes that looks
    for `concept`, and how a provider presents that it does this; short and long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    concept: Key
    needs_zh: tuple[LongText, ...] = Field(min_length=1)
    needs_en: tuple[LongText, ...] = Field(min_length=1)
    profiles_zh: tuple[LongText, ...] = Field(min_length=1)
    profiles_en: tuple[LongText, ...] = Field(min_length=1)

    def needs(self, language: Language) -> tuple[str, ...]:
        """What factories write in `language`."""
        return self.needs_zh if language == "zh" else self.needs_en

    def profiles(self, language: Language) -> tuple[str, ...]:
        """What providers write in `language`."""
        return self.profiles_zh if language == "zh" else self.profiles_en


class Exclusion(BilingualEntry):
    """Something a need rules out: how it says so, and what a provider writes against or for it.

    `unrelated` words hold one of the others but mean something else (point cloud)."""

    key: Key
    said_zh: tuple[Text, ...] = Field(min_length=1)
    said_en: tuple[Text, ...] = Field(min_length=1)
    violated_zh: tuple[Text, ...]
    violated_en: tuple[Text, ...]
    satisfied_zh: tuple[Text, ...]
    satisfied_en: tuple[Text, ...]
    unrelated_zh: tuple[Text, ...]
    unrelated_en: tuple[Text, ...]
    violating_offer_types: tuple[Key, ...]


class BilingualTexts(BaseModel):
    """Texts in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: tuple[Text, ...] = Field(min_length=10)
    en: tuple[Text, ...] = Field(min_length=10)


class OutOfDomain(BaseModel):
    """Texts that no concept covers: `fit` sets the threshold, `report` only measures it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fit: BilingualTexts
    report: BilingualTexts


class Context(BaseModel):
    """What people say around the thing that hurts: who they are, and what they hope for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    before: Text
    after: Text


class LanguageContexts(BaseModel):
    """Contexts in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: tuple[Context, ...] = Field(min_length=4)
    en: tuple[Context, ...] = Field(min_length=4)

    def sentences(self) -> tuple[str, ...]:
        """All of them, in both languages."""
        return tuple(
            text for context in (*self.zh, *self.en) for text in (context.before, context.after)
        )


class Contexts(BaseModel):
    """Contexts to fit with, and others to measure with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fit: LanguageContexts
    report: LanguageContexts
