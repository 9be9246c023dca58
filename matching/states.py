"""The one table of moves: what may happen to a need or an introduction, from where, by whom.

Actions look their move up here, permissions are registered from it, docs/states.md is written
from it. `sources` is empty for what makes a new row."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

DRAFT, MODERATION, OPEN = "draft", "moderation", "open"
WITHDRAWN, EXPIRED = "withdrawn", "expired"
REQUESTED, ACCEPTED, DECLINED, CLOSED = "requested", "accepted", "declined", "closed"

NEED_STATES = (DRAFT, MODERATION, OPEN, WITHDRAWN, EXPIRED)
INTRODUCTION_STATES = (REQUESTED, ACCEPTED, DECLINED, WITHDRAWN, EXPIRED, CLOSED)


@dataclass(frozen=True)
class Move:
    """One row of the table.

    `who`: roles (matching.permissions says how they are told); `writes`: fields beside state
    and version; `summary`: what the move is; `happened`: what is said of it afterwards, with
    %(who)s. The last two are English source strings for gettext."""

    subject: str
    action: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    who: tuple[str, ...]
    writes: tuple[str, ...]
    summary: str
    happened: str

    @property
    def name(self) -> str:
        """As the audit trail has it: `need.post`."""
        return f"{self.subject}.{self.action}"

    @property
    def permission(self) -> str:
        """As the permission table has it: `matching.need.post`."""
        return f"matching.{self.name}"


WORDS = ("title", "description", "language")
UNDERSTANDING = (
    "concepts",
    "concepts_off",
    "concepts_version",
    "industries",
    "district",
    "budget_min",
    "budget_max",
    "start_by",
    "approach",
    "tier_at_least",
    "max_distance_km",
    "languages",
    "offer_types",
    "exclusions",
)

MOVES: tuple[Move, ...] = (
    Move(
        "need",
        "create",
        (),
        (DRAFT,),
        ("manufacturer_member",),
        ("ref", "organisation", *WORDS, *UNDERSTANDING),
        gettext_noop("Write down a need"),
        gettext_noop("%(who)s wrote it down"),
    ),
    Move(
        "need",
        "load",
        (),
        (OPEN,),
        ("officer",),
        ("ref", "organisation", *WORDS, *UNDERSTANDING, "posted_at", "expires_on"),
        gettext_noop("Load needs from a file, open at once"),
        gettext_noop("%(who)s loaded it from a file"),
    ),
    Move(
        "need",
        "reload",
        NEED_STATES,
        NEED_STATES,
        ("officer",),
        ("organisation", *WORDS, *UNDERSTANDING),
        gettext_noop("Load a need again; its state stays"),
        gettext_noop("%(who)s loaded it again"),
    ),
    Move(
        "need",
        "update",
        (DRAFT,),
        (DRAFT,),
        ("manufacturer_member",),
        WORDS,
        gettext_noop("Change the words of a draft"),
        gettext_noop("%(who)s changed the words"),
    ),
    Move(
        "need",
        "understand",
        (DRAFT, OPEN),
        (DRAFT, OPEN),
        ("manufacturer_member",),
        UNDERSTANDING,
        gettext_noop("Correct what was understood of a need"),
        gettext_noop("%(who)s corrected what was understood"),
    ),
    Move(
        "need",
        "post",
        (DRAFT,),
        (MODERATION, OPEN),
        ("manufacturer_member",),
        ("posted_at", "expires_on", "moderation_note"),
        gettext_noop("Post a need (a moderator looks first where the city wants it so)"),
        gettext_noop("%(who)s posted it"),
    ),
    Move(
        "need",
        "approve",
        (MODERATION,),
        (OPEN,),
        ("moderator",),
        ("posted_at", "expires_on", "moderation_note"),
        gettext_noop("Let a posted need be seen"),
        gettext_noop("%(who)s approved it"),
    ),
    Move(
        "need",
        "return",
        (MODERATION,),
        (DRAFT,),
        ("moderator",),
        ("moderation_note",),
        gettext_noop("Give a posted need back with a note"),
        gettext_noop("%(who)s gave it back to be changed"),
    ),
    Move(
        "need",
        "extend",
        (OPEN,),
        (OPEN,),
        ("manufacturer_member",),
        ("expires_on",),
        gettext_noop("Keep a need open for longer"),
        gettext_noop("%(who)s kept it open for longer"),
    ),
    Move(
        "need",
        "withdraw",
        (DRAFT, MODERATION, OPEN),
        (WITHDRAWN,),
        ("manufacturer_member",),
        (),
        gettext_noop("Withdraw a need; introductions nobody answered go with it"),
        gettext_noop("%(who)s withdrew it"),
    ),
    Move(
        "need",
        "expire",
        (OPEN,),
        (EXPIRED,),
        ("system",),
        (),
        gettext_noop("End a need whose day has passed"),
        gettext_noop("It expired"),
    ),
    Move(
        "need",
        "reopen",
        (WITHDRAWN, EXPIRED),
        (DRAFT,),
        ("manufacturer_member",),
        (),
        gettext_noop("Take a need up again, as a draft"),
        gettext_noop("%(who)s took it up again"),
    ),
    Move(
        "introduction",
        "request",
        (),
        (REQUESTED,),
        ("manufacturer_member", "provider_member"),
        ("need", "provider", "asked_by", "requester", "message", "requested_at", "expires_at"),
        gettext_noop("Ask for an introduction"),
        gettext_noop("%(who)s asked for it"),
    ),
    Move(
        "introduction",
        "accept",
        (REQUESTED,),
        (ACCEPTED,),
        ("asked_side",),
        ("answered_at", "answered_by"),
        gettext_noop("Accept an introduction while the provider has a job free"),
        gettext_noop("%(who)s accepted it"),
    ),
    Move(
        "introduction",
        "decline",
        (REQUESTED,),
        (DECLINED,),
        ("asked_side",),
        ("answered_at", "answered_by", "reason"),
        gettext_noop("Decline an introduction with a reason"),
        gettext_noop("%(who)s declined it"),
    ),
    Move(
        "introduction",
        "withdraw",
        (REQUESTED,),
        (WITHDRAWN,),
        ("asking_side",),
        ("closed_at", "reason"),
        gettext_noop("Take back an introduction one has asked for"),
        gettext_noop("%(who)s withdrew it"),
    ),
    Move(
        "introduction",
        "expire",
        (REQUESTED,),
        (EXPIRED,),
        ("system",),
        ("closed_at",),
        gettext_noop("End an introduction that nobody answered in time"),
        gettext_noop("It expired without an answer"),
    ),
    Move(
        "introduction",
        "close",
        (ACCEPTED,),
        (CLOSED,),
        ("asking_side", "asked_side"),
        ("closed_at", "reason"),
        gettext_noop("Close an accepted introduction; the provider's capacity is free again"),
        gettext_noop("%(who)s closed it"),
    ),
)

_by_name = {move.name: move for move in MOVES}


def move(name: str) -> Move:
    """The move of that name, such as `need.post`. Raises KeyError."""
    return _by_name[name]


def moves_of(subject: str) -> list[Move]:
    """The moves of `need` or `introduction`, in the table's order."""
    return [row for row in MOVES if row.subject == subject]


def as_markdown() -> str:
    """The whole table as docs/states.md has it."""
    parts = [
        "# States of a need and of an introduction",
        "",
        "Written by `manage.py write_states` from `matching/states.py`; a test compares the two.",
        "Every move is compare-and-set on (state, version), raises `version` by one and leaves an",
        "entry in the audit trail in the same transaction. A move that comes too late changes",
        "nothing; the attempt is kept in the trail as `….refused`.",
    ]
    for subject, title in (("need", "Need"), ("introduction", "Introduction")):
        parts += ["", f"## {title}", "", "| action | from | to | who | writes | what it is |"]
        parts += ["|---|---|---|---|---|---|"]
        parts += [_row(move) for move in moves_of(subject)]
    return "\n".join(parts) + "\n"


def _row(row: Move) -> str:
    cells = [
        row.action,
        _codes(row.sources) or "(new)",
        _codes(row.targets),
        ", ".join(name.replace("_", " ") for name in row.who),
        _codes(row.writes),
        row.summary,
    ]
    return "| " + " | ".join(cells) + " |"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
