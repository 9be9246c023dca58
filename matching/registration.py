"""What this room gives the rooms below it: periodic work, moderation, panels, documents."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matching.actions.introduction import expire_introductions
from matching.actions.need import expire_needs
from matching.models import Need
from matching.states import MODERATION
from portal.foundation import work
from portal.foundation.registries import ModerationKind, moderation

HOURLY = timedelta(hours=1)


def register() -> None:
    """Called once at start."""
    work.register_periodic("expire-needs", HOURLY, expire_needs)
    work.register_periodic("expire-introductions", HOURLY, expire_introductions)
    moderation.register(
        ModerationKind(
            name="need",
            order=20,
            label=_("Needs"),
            pending=lambda: Need.objects.filter(state=MODERATION).order_by("changed"),
            detail_url=lambda need: reverse("matching:moderate", args=[need.ref]),
        )
    )
