"""What this room adds to pages that show many rooms."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.foundation import work
from portal.foundation.registries import (
    Indicator,
    MenuEntry,
    ModerationKind,
    Panel,
    indicators,
    menu,
    moderation,
    panels,
)
from portal.organisations import drafting, personal, waiting
from portal.organisations.actions.importing import forget_imports
from portal.organisations.queries import (
    flagged_profiles,
    pending_profiles,
    providers_by_district,
    visible_providers,
)
from portal.vocabulary.places import places


def register() -> None:
    """The count of providers, what waits for a moderator, and the way to one's own desk."""
    waiting.register()
    drafting.register()
    personal.register()
    work.register_periodic("forget-imports", timedelta(hours=1), forget_imports)
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
    panels.register(Panel("districts", 50, "organisations/districts_panel.html", _districts))
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


def _districts(language: str) -> dict[str, Any]:
    """The map of the home page: visible providers of each district, leading to the search."""
    address = f"{reverse('discovery:search')}?in=providers&district="
    return {"places": places(providers_by_district(), language, lambda code: address + code)}
