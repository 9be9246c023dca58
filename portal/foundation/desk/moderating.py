"""What waits for moderators, on the desk of each of them."""

from datetime import timedelta
from typing import Any

from portal.foundation import permissions, registries
from portal.foundation.desk import MOST
from portal.foundation.desk.stuck import MODERATION_DAYS, waiting_since
from portal.foundation.registries import WaitingItem


def to_moderate(user: Any) -> list[WaitingItem]:
    """What a moderator has to decide; two days are given for it."""
    if not permissions.allowed(user, "foundation.moderate"):
        return []
    return [
        WaitingItem(
            title=f"{kind.label}: {obj}",
            url=kind.detail_url(obj),
            since=(since := waiting_since(kind, obj)),
            due=since + timedelta(days=MODERATION_DAYS),
        )
        for kind in registries.moderation.all()
        for obj in kind.pending()[:MOST]
    ]
