"""The moves of an introduction."""

from django.utils.translation import gettext_noop

from matching.states.table import (
    ACCEPTED,
    CLOSED,
    DECLINED,
    EXPIRED,
    REQUESTED,
    WITHDRAWN,
    Move,
)

MOVES: tuple[Move, ...] = (
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
