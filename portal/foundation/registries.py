"""What one page shows of many rooms: rooms register in AppConfig.ready, the page asks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from django.core.files.base import File
from django.db.models import QuerySet
from django.http import HttpRequest


class Named(Protocol):
    """An entry with a name and a place among the others."""

    @property
    def name(self) -> str: ...
    @property
    def order(self) -> int: ...


Entry = TypeVar("Entry", bound=Named)


class Registry(Generic[Entry]):
    """Entries by name, read in order."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def register(self, entry: Entry) -> None:
        """Add an entry; the same name again replaces it."""
        self._entries[entry.name] = entry

    def all(self) -> list[Entry]:
        """Every entry in order."""
        return sorted(self._entries.values(), key=lambda entry: (entry.order, entry.name))


@dataclass(frozen=True)
class Panel:
    """A part of the home page; `context` gets the content language, `zh` or `en`."""

    name: str
    order: int
    template: str
    context: Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Indicator:
    """A live figure with the path (without language) of the records behind it."""

    name: str
    order: int
    label: Any
    value: Callable[[], int]
    url: str


@dataclass(frozen=True)
class ModerationKind:
    """Something that waits for a moderator, oldest first, and where one of it is decided.

    `since` names the attribute that tells since when, dotted where it is another object's."""

    name: str
    order: int
    label: Any
    pending: Callable[[], QuerySet[Any]]
    detail_url: Callable[[Any], str]
    since: str = "created"


@dataclass(frozen=True)
class Slot:
    """A part that another room adds to a page about one object; `context` gets the request and
    the object, and None from it leaves the part out."""

    name: str
    order: int
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]


def filled(registry: "Registry[Slot]", request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
    """The parts to show for `obj`, in order: the context of each with its `template`."""
    parts = []
    for slot in registry.all():
        context = slot.context(request, obj)
        if context is not None:
            parts.append({**context, "template": slot.template})
    return parts


def _everybody(user: Any) -> bool:
    return True


@dataclass(frozen=True)
class MenuEntry:
    """A line of the menu of whoever is signed in; `url` is a path without language."""

    name: str
    order: int
    label: Any
    url: str
    icon: str
    shown: Callable[[Any], bool] = _everybody


@dataclass(frozen=True)
class WaitingItem:
    """One thing a person can do now; `url` as reverse() gives it, after `due` it is late."""

    title: str
    url: str
    since: datetime
    due: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """A kind of thing that waits for a person.

    `items` gets somebody who is signed in and answers in the active language, in a number of
    queries that does not grow with the items."""

    name: str
    order: int
    label: Any
    items: Callable[[Any], list[WaitingItem]]


@dataclass(frozen=True)
class NextStep:
    """What somebody could do next for whom nothing waits; `url` is a path without language."""

    name: str
    order: int
    title: Any
    text: Any
    url: str
    icon: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True)
class StuckRow:
    """Something that does not move on: `where` says at which point, never what people wrote."""

    title: str
    url: str
    where: str
    since: datetime


@dataclass(frozen=True)
class Stuck:
    """A stage of the way from need to review at which things get stuck, for officers."""

    name: str
    order: int
    label: Any
    rows: Callable[[], list[StuckRow]]


def _no_files(user: Any) -> Iterable[tuple[str, File]]:
    return ()


def _nothing(user: Any) -> list[str]:
    return []


@dataclass(frozen=True)
class PersonalData:
    """What one room holds of a person.

    `export` gives it as JSON-ready data with moments and numbers as they are; `erase` takes out or
    makes anonymous what the law does not oblige to keep, in the caller's transaction, and may be
    called again. Rows that other people's records rest on stay, without the person in them."""

    name: str
    order: int
    export: Callable[[Any], dict[str, Any] | list[Any]]
    erase: Callable[[Any], None]
    files: Callable[[Any], Iterable[tuple[str, File]]] = _no_files
    """The person's own files to go into the copy: names without folders, opened one at a time."""
    keeps: Callable[[Any], list[str]] = _nothing
    """What stands in the way of erasing, as sentences that say what to do first."""


@dataclass(frozen=True)
class Closing:
    """What a room has open of an organisation that is to be closed, as sentences."""

    name: str
    order: int
    open: Callable[[Any], list[str]]


panels: Registry[Panel] = Registry()
indicators: Registry[Indicator] = Registry()
moderation: Registry[ModerationKind] = Registry()
provider_actions: Registry[Slot] = Registry()
provider_parts: Registry[Slot] = Registry()
menu: Registry[MenuEntry] = Registry()
waiting: Registry[Waiting] = Registry()
next_steps: Registry[NextStep] = Registry()
stuck: Registry[Stuck] = Registry()
personal_data: Registry[PersonalData] = Registry()
closing: Registry[Closing] = Registry()
