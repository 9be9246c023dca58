"""The moves of a confidentiality agreement and of a question."""

from django.utils.translation import gettext_noop

from matching.states.deals import EITHER
from matching.states.table import ANSWERED, DECLINED, IN_FORCE, OPEN, PROPOSED, WITHDRAWN, Move

ANSWER = ("answered_at", "answered_by")

CONFIDENTIALITY_MOVES: tuple[Move, ...] = (
    Move(
        "confidentiality",
        "propose",
        (),
        (PROPOSED,),
        EITHER,
        ("introduction", "side", "text_version", "text_zh", "text_en", "sha256", "proposed_at"),
        gettext_noop("Propose the standard confidentiality agreement in an accepted introduction"),
        gettext_noop("%(who)s proposed it"),
    ),
    Move(
        "confidentiality",
        "accept",
        (PROPOSED,),
        (IN_FORCE,),
        ("other_side",),
        ANSWER,
        gettext_noop("Accept a confidentiality agreement; confidential files open to both sides"),
        gettext_noop("%(who)s accepted it"),
    ),
    Move(
        "confidentiality",
        "decline",
        (PROPOSED,),
        (DECLINED,),
        ("other_side",),
        ANSWER,
        gettext_noop("Decline a confidentiality agreement"),
        gettext_noop("%(who)s declined it"),
    ),
    Move(
        "confidentiality",
        "withdraw",
        (PROPOSED,),
        (WITHDRAWN,),
        ("author_side",),
        (),
        gettext_noop("Take back a confidentiality agreement that nobody has answered"),
        gettext_noop("%(who)s withdrew it"),
    ),
    Move(
        "confidentiality",
        "drop",
        (PROPOSED,),
        (WITHDRAWN,),
        ("system",),
        (),
        gettext_noop("End an unanswered confidentiality agreement as its introduction was closed"),
        gettext_noop("It ended with the introduction"),
    ),
)

QUESTION_MOVES: tuple[Move, ...] = (
    Move(
        "question",
        "ask",
        (),
        (OPEN,),
        ("provider_member",),
        ("need", "introduction", "text", "asked_at"),
        gettext_noop("Ask about a need as an introduced provider; nobody is told who asked"),
        gettext_noop("A provider asked"),
    ),
    Move(
        "question",
        "answer",
        (OPEN,),
        (ANSWERED,),
        ("manufacturer_member",),
        ("answer", *ANSWER),
        gettext_noop("Answer a question for every introduced provider"),
        gettext_noop("%(who)s answered it"),
    ),
    Move(
        "question",
        "correct",
        (ANSWERED,),
        (ANSWERED,),
        ("manufacturer_member",),
        ("answer", "corrected_at"),
        gettext_noop("Correct an answer; the earlier one stays in the audit trail"),
        gettext_noop("%(who)s corrected the answer"),
    ),
)
