"""The one table of moves: what may happen to what, from where, by whom.

Actions look their move up here, permissions are registered from it, docs/states.md is written
from it. `sources` is empty for what makes a new row."""

from matching.states import document
from matching.states.deals import AGREEMENT_MOVES, PROPOSAL_MOVES
from matching.states.introductions import MOVES as INTRODUCTION_MOVES
from matching.states.jobs import DISPUTE_MOVES, JOB_MOVES, MILESTONE_MOVES, REVIEW_MOVES
from matching.states.needs import MOVES as NEED_MOVES
from matching.states.table import (
    ACCEPTED,
    AGREED,
    AGREEMENT_STATES,
    ANSWERED,
    AWAITING_CONSENT,
    CANCELLED,
    CLOSED,
    CONFIDENTIALITY_STATES,
    CONFIRMED,
    COUNTERED,
    DECLINED,
    DELIVERED,
    DISPUTE_STATES,
    DISPUTED,
    DONE,
    DRAFT,
    EXPIRED,
    IN_FORCE,
    INTRODUCTION_STATES,
    JOB_STATES,
    MILESTONE_STATES,
    MODERATION,
    NEED_STATES,
    OFFERED,
    OPEN,
    PROPOSAL_STATES,
    PROPOSED,
    QUESTION_STATES,
    REMOVED,
    REQUESTED,
    RETURNED,
    REVIEW_STATES,
    RUNNING,
    SETTLED,
    SHOWN,
    VOID,
    WITHDRAWN,
    WRITTEN,
    Move,
)
from matching.states.talk import CONFIDENTIALITY_MOVES, QUESTION_MOVES

MOVES: tuple[Move, ...] = (
    *NEED_MOVES,
    *INTRODUCTION_MOVES,
    *CONFIDENTIALITY_MOVES,
    *QUESTION_MOVES,
    *PROPOSAL_MOVES,
    *AGREEMENT_MOVES,
    *JOB_MOVES,
    *MILESTONE_MOVES,
    *DISPUTE_MOVES,
    *REVIEW_MOVES,
)

_by_name = {move.name: move for move in MOVES}


def move(name: str) -> Move:
    """The move of that name, such as `need.post`. Raises KeyError."""
    return _by_name[name]


def moves_of(subject: str) -> list[Move]:
    """The moves of `need`, `introduction` …, in the table's order."""
    return [row for row in MOVES if row.subject == subject]


def subjects() -> list[str]:
    """What the table speaks of, in its order."""
    return list(dict.fromkeys(row.subject for row in MOVES))


def as_markdown() -> str:
    """The whole table as docs/states.md has it."""
    return document.markdown((subject, moves_of(subject)) for subject in subjects())


__all__ = [
    "ACCEPTED",
    "AGREED",
    "AGREEMENT_STATES",
    "ANSWERED",
    "AWAITING_CONSENT",
    "CANCELLED",
    "CLOSED",
    "CONFIDENTIALITY_STATES",
    "CONFIRMED",
    "COUNTERED",
    "DECLINED",
    "DELIVERED",
    "DISPUTED",
    "DISPUTE_STATES",
    "DONE",
    "DRAFT",
    "EXPIRED",
    "INTRODUCTION_STATES",
    "IN_FORCE",
    "JOB_STATES",
    "MILESTONE_STATES",
    "MODERATION",
    "MOVES",
    "NEED_STATES",
    "OFFERED",
    "OPEN",
    "PROPOSAL_STATES",
    "PROPOSED",
    "QUESTION_STATES",
    "REMOVED",
    "REQUESTED",
    "RETURNED",
    "REVIEW_STATES",
    "RUNNING",
    "SETTLED",
    "SHOWN",
    "VOID",
    "WITHDRAWN",
    "WRITTEN",
    "Move",
    "as_markdown",
    "move",
    "moves_of",
    "subjects",
]
