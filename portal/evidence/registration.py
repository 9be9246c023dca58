"""What this room adds to the provider's page."""

from typing import Any

from django.http import HttpRequest

from portal.evidence.queries import summary
from portal.foundation import permissions
from portal.foundation.registries import Slot, provider_parts
from portal.organisations.models import ProviderProfile


def register() -> None:
    """Called once at start."""
    provider_parts.register(Slot("evidence", 10, "evidence/_provider.html", _on_record))


def _on_record(request: HttpRequest, profile: ProviderProfile) -> dict[str, Any] | None:
    """Figures for everybody; without any, a word on how to get them for its own people only."""
    own = request.user.is_authenticated and permissions.allowed(
        request.user, "evidence.export", profile.organisation
    )
    figures = summary(profile.organisation)
    if not figures.since and not own:
        return None
    return {"figures": figures, "own": own, "key": profile.organisation.key}
