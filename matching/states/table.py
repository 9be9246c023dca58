"""What a move is, and the names of the states of every subject."""

from dataclasses import dataclass

DRAFT, MODERATION, OPEN = "draft", "moderation", "open"
WITHDRAWN, EXPIRED = "withdrawn", "expired"
REQUESTED, ACCEPTED, DECLINED, CLOSED = "requested", "accepted", "declined", "closed"
OFFERED, COUNTERED, AGREED = "offered", "countered", "agreed"
AWAITING_CONSENT, IN_FORCE, VOID = "awaiting_consent", "in_force", "void"
RUNNING, DISPUTED, DONE, CANCELLED = "running", "disputed", "done", "cancelled"
DELIVERED, RETURNED, CONFIRMED = "delivered", "returned", "confirmed"
WRITTEN, SHOWN, REMOVED = "written", "shown", "removed"
SETTLED = "settled"
PROPOSED, ANSWERED = "proposed", "answered"

NEED_STATES = (DRAFT, MODERATION, OPEN, WITHDRAWN, EXPIRED)
INTRODUCTION_STATES = (REQUESTED, ACCEPTED, DECLINED, WITHDRAWN, EXPIRED, CLOSED)
PROPOSAL_STATES = (DRAFT, OFFERED, COUNTERED, AGREED, DECLINED, WITHDRAWN, EXPIRED)
AGREEMENT_STATES = (AWAITING_CONSENT, IN_FORCE, VOID)
JOB_STATES = (RUNNING, DISPUTED, DONE, CANCELLED)
MILESTONE_STATES = (OPEN, DELIVERED, RETURNED, CONFIRMED)
REVIEW_STATES = (WRITTEN, SHOWN, REMOVED)
DISPUTE_STATES = (OPEN, SETTLED)
CONFIDENTIALITY_STATES = (PROPOSED, IN_FORCE, DECLINED, WITHDRAWN)
QUESTION_STATES = (OPEN, ANSWERED)


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
