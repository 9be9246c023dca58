"""What this room gives the rooms below it: periodic work, moderation, panels, documents."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matching import job_desk, personal, stuck, stuck_deals, waiting, waiting_deals
from matching.actions.introduction import expire_introductions
from matching.actions.need import expire_needs
from matching.actions.proposal import expire_proposals
from matching.documents import NeedDocument
from matching.listing import open_needs, public_card
from matching.lists import registration as lists
from matching.models import Introduction, Need
from matching.people import is_member
from matching.states import ACCEPTED, CLOSED, MODERATION
from portal.foundation import work
from portal.foundation.registries import (
    Indicator,
    MenuEntry,
    ModerationKind,
    Panel,
    Slot,
    indicators,
    menu,
    moderation,
    panels,
    provider_actions,
)
from portal.organisations.models import ProviderProfile
from search import documents

HOURLY = timedelta(hours=1)
NEWEST = 4


def register() -> None:
    """Called once at start."""
    work.register_periodic("expire-needs", HOURLY, expire_needs)
    work.register_periodic("expire-introductions", HOURLY, expire_introductions)
    work.register_periodic("expire-proposals", HOURLY, expire_proposals)
    documents.register(NeedDocument())
    waiting.register()
    waiting_deals.register()
    stuck.register()
    stuck_deals.register()
    personal.register()
    lists.register()
    job_desk.register()
    moderation.register(
        ModerationKind(
            name="need",
            order=20,
            label=_("Needs"),
            pending=lambda: Need.objects.filter(state=MODERATION).order_by("changed"),
            detail_url=lambda need: reverse("matching:moderate", args=[need.ref]),
            since="changed",
        )
    )
    provider_actions.register(
        Slot("introduce", 10, "matching/_provider_action.html", _provider_action)
    )
    panels.register(Panel("needs", 20, "matching/_panel.html", _newest_needs))
    menu.register(MenuEntry("needs", 20, _("My needs"), "/needs/mine/", "factory"))
    menu.register(MenuEntry("introductions", 30, _("Introductions"), "/introductions/", "join"))
    _register_indicators()


def _register_indicators() -> None:
    indicators.register(
        Indicator("needs", 20, _("open needs"), lambda: open_needs().count(), "/needs/")
    )
    indicators.register(
        Indicator("introductions", 30, _("introductions made"), _introductions_made, "/needs/")
    )


def _introductions_made() -> int:
    return Introduction.objects.filter(state__in=[ACCEPTED, CLOSED]).count()


def _newest_needs(language: str) -> dict[str, Any]:
    return {"cards": [public_card(need) for need in open_needs()[:NEWEST]]}


def _provider_action(request: HttpRequest, provider: ProviderProfile) -> dict[str, Any] | None:
    """The button on a provider's page: not for its own members, not while it is unlisted."""
    if not provider.listed or is_member(request.user, provider.organisation_id):
        return None
    return {"key": provider.organisation.key}
