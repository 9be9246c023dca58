"""The demo's data files, validated as they are read."""

import json
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, TypeAdapter

DATA = Path(__file__).parent / "data"


class DemoOffer(BaseModel):
    """One offer in both languages; prices in CNY."""

    type: str
    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    price_from: int
    price_to: int
    days: int


class DemoProvider(BaseModel):
    """A made-up firm (with a code) or collective (with a reference)."""

    uscc: str
    ref: str
    kind: Literal["provider", "collective"]
    name_zh: str
    name_en: str
    district: str
    tier: str
    industries: list[str]
    languages: list[str]
    capacity: int
    staff: int | None
    founded: int | None
    summary_zh: str
    summary_en: str
    offers: list[DemoOffer]
    verification: Literal["verified", "pending", "unverified"] = "verified"

    @property
    def key(self) -> str:
        """The public key of its organisation."""
        return self.uscc or self.ref


class DemoManufacturer(BaseModel):
    """A made-up factory."""

    uscc: str
    name_zh: str
    name_en: str
    district: str


class DemoRequirements(BaseModel):
    """Hard constraints of a demo need."""

    tier_at_least: str = ""
    max_distance_km: int | None = None
    languages: list[str] = []
    offer_types: list[str] = []


class DemoNeed(BaseModel):
    """A need and the state it is brought to; the budget is (from, to) in CNY."""

    organisation: DemoManufacturer
    title: str
    description: str
    language: Literal["zh", "en"]
    industries: list[str]
    budget: tuple[int, int]
    required: DemoRequirements
    state: Literal["draft", "moderation", "open", "withdrawn", "expired"]


class DemoProject(BaseModel):
    """A real open-source project: name, repository and licence are facts, the rest is ours."""

    slug: str
    name_zh: str
    name_en: str
    repository_url: str
    licence: str
    summary_zh: str
    summary_en: str
    wanted_zh: str
    wanted_en: str


class DemoIntroduction(BaseModel):
    """Need by title, provider by key, who asks, and the state it is brought to."""

    need: str
    provider: str
    side: Literal["manufacturer", "provider"]
    message: str
    state: Literal["requested", "accepted", "declined", "withdrawn", "expired", "closed"]
    reason: str = ""


class DemoPart(BaseModel):
    """A milestone of a demo proposal; `share` in percent, due `days` after the start."""

    title: str
    done_when: str
    share: int
    days: int


class DemoMessage(BaseModel):
    """What a side writes to the other."""

    side: Literal["manufacturer", "provider"]
    text: str


class DemoReview(BaseModel):
    """One grade for every criterion, and words."""

    grade: int
    words: str


class DemoDeal(BaseModel):
    """What an accepted introduction, told by need and provider, has come to. `confirmed`: how many
    milestones are; `delivered`: whether the next one waits to be."""

    need: str
    provider: str
    stage: Literal["offered", "agreed", "running", "done"]
    scope: str
    price: int
    days: int
    milestones: list[DemoPart]
    confirmed: int = 0
    delivered: bool = False
    messages: list[DemoMessage] = []
    reviews: dict[str, DemoReview] = {}


class DemoNews(BaseModel):
    """A piece of news in both languages."""

    slug: str
    days_ago: int
    title_zh: str
    title_en: str
    intro_zh: str
    intro_en: str
    body_zh: str
    body_en: str


Row = TypeVar("Row", bound=BaseModel)


def read(name: str, row: type[Row]) -> list[Row]:
    """All rows of `data/<name>.json`."""
    data = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return TypeAdapter(list[row]).validate_python(data)  # type: ignore[valid-type]
