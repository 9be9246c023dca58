"""What this room adds to pages that show many rooms."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.foundation.registries import (
    Indicator,
    MenuEntry,
    ModerationKind,
    indicators,
    menu,
    moderation,
)
from portal.organisations import drafting, waiting
from portal.organisations.queries import flagged_profiles, pending_profiles, visible_providers


def register() -> None:
    """The count of providers, what waits for a moderator, and the way to one's own desk."""
    waiting.register()
    drafting.register()
    menu.register(MenuEntry("desk", 10, _("My organisation"), "/desk/", "building"))
    indicators.register(
        Indicator(
            name="providers",
            order=20,
            label=_("providers and collectives"),
            value=lambda: visible_providers().count(),
            url="/search/?in=providers",
        )
    )
    moderation.register(
        ModerationKind(
            name="providers",
            order=20,
            label=_("Providers to verify"),
            pending=pending_profiles,
            detail_url=_moderate,
            since="changed",
        )
    )
    moderation.register(
        ModerationKind(
            name="codes",
            order=30,
            label=_("Codes with a wrong check digit"),
            pending=flagged_profiles,
            detail_url=_moderate,
            since="organisation.created",
        )
    )


def _moderate(profile: Any) -> str:
    return reverse("organisations:moderate", args=[profile.organisation.key])
