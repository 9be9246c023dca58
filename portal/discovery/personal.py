"""What this room holds of a person: saved searches, and what was told of them."""

from typing import Any

from portal.accounts.models import User
from portal.discovery.models import Delivery, SavedSearch
from portal.foundation import registries


def register() -> None:
    """Tell whoever hands out and erases."""
    registries.personal_data.register(registries.PersonalData("searches", 60, export, erase))


def export(user: User) -> dict[str, Any]:
    """The searches as they were saved, and when something was told."""
    return {
        "saved_searches": list(
            SavedSearch.objects.filter(owner=user)
            .order_by("pk")
            .values(
                "name", "parameters", "language", "frequency", "by_email", "in_portal", "created"
            )
        ),
        "alerts": list(
            Delivery.objects.filter(owner=user).order_by("pk").values("created", "emailed_at")
        ),
    }


def erase(user: User) -> None:
    """Delete both."""
    Delivery.objects.filter(owner=user).delete()
    SavedSearch.objects.filter(owner=user).delete()
