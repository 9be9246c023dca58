"""What does not move on, stage by stage, for officers: counts, the oldest, and the rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.utils import timezone
from django.utils.translation import gettext

from portal.foundation import registries
from portal.foundation.registries import ModerationKind, StuckRow

MODERATION_DAYS = 2
SHOWN = 20


@dataclass(frozen=True)
class Stage:
    """The rows of one stage, the longest stuck first."""

    name: str
    label: str
    rows: list[StuckRow]

    @property
    def count(self) -> int:
        """How many are stuck here."""
        return len(self.rows)

    @property
    def oldest(self) -> datetime | None:
        """Since when the first of them has been."""
        return self.rows[0].since if self.rows else None

    @property
    def shown(self) -> list[StuckRow]:
        """Those that the page lists."""
        return self.rows[:SHOWN]

    @property
    def hidden(self) -> int:
        """How many only the file has."""
        return max(0, len(self.rows) - SHOWN)


def stages() -> list[Stage]:
    """Every stage that rooms registered, in the order of the way, in the active language."""
    return [
        Stage(entry.name, str(entry.label), sorted(entry.rows(), key=lambda row: row.since))
        for entry in registries.stuck.all()
    ]


def moderation_too_old() -> list[StuckRow]:
    """What has waited for a moderator longer than MODERATION_DAYS, of every kind."""
    before = timezone.now() - timedelta(days=MODERATION_DAYS)
    return [
        StuckRow(
            title=str(obj),
            url=kind.detail_url(obj),
            where=gettext("Waiting for a moderator: %(kind)s") % {"kind": kind.label},
            since=since,
        )
        for kind in registries.moderation.all()
        for obj in kind.pending()
        if (since := waiting_since(kind, obj)) < before
    ]


def waiting_since(kind: ModerationKind, obj: object) -> datetime:
    """Since when something waits for a moderator."""
    since: datetime = attrgetter(kind.since)(obj)
    return since
