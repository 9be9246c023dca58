"""What does not move on between a need and an accepted introduction, for officers."""

from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.models import Introduction, Need
from matching.states import OPEN, REQUESTED
from portal.foundation import registries
from portal.foundation.registries import Stuck, StuckRow

QUIET_DAYS = 14
"""An open need that is in no introduction for so long gets nowhere by itself."""
NEAR_DAYS = 3


def register() -> None:
    """Add this room's stages."""
    registries.stuck.register(
        Stuck("quiet-needs", 20, _("Needs without an introduction for two weeks"), quiet_needs)
    )
    registries.stuck.register(
        Stuck("unanswered", 30, _("Introductions unanswered, near their end"), unanswered)
    )


def quiet_needs() -> list[StuckRow]:
    """Open needs that nobody, on either side, has asked an introduction for."""
    before = timezone.now() - timedelta(days=QUIET_DAYS)
    rows = (
        Need.objects.filter(state=OPEN, posted_at__lt=before, introductions__isnull=True)
        .select_related("organisation")
        .order_by("posted_at", "pk")
    )
    return [
        StuckRow(f"{row.ref} · {row.title}", row.get_absolute_url(), str(row.organisation), since)
        for row in rows
        if (since := row.posted_at)
    ]


def unanswered() -> list[StuckRow]:
    """Introductions that end within NEAR_DAYS without an answer."""
    before = timezone.now() + timedelta(days=NEAR_DAYS)
    rows = (
        Introduction.objects.filter(state=REQUESTED, expires_at__lt=before)
        .select_related("need__organisation", "provider__organisation")
        .order_by("requested_at", "pk")
    )
    return [
        StuckRow(
            title=f"{row.need.ref} – {row.provider}",
            url=row.get_absolute_url(),
            where=gettext("%(side)s has not answered; it ends on %(day)s")
            % {"side": _asked(row), "day": date_format(timezone.localtime(row.expires_at))},
            since=row.requested_at,
        )
        for row in rows
    ]


def _asked(row: Introduction) -> str:
    if row.asked_by == Introduction.Side.MANUFACTURER:
        return str(row.provider)
    return str(row.need.organisation)
