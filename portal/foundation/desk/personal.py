"""What the desk keeps of a person: views and columns of lists, and weekly e-mails sent."""

from typing import Any

from portal.foundation.models import ListColumns, SavedView, WeeklyDesk


def export(user: Any) -> dict[str, Any]:
    """All of it."""
    return {
        "views": list(
            SavedView.objects.filter(owner=user)
            .order_by("pk")
            .values("list_name", "name", "query", "created")
        ),
        "columns": list(ListColumns.objects.filter(owner=user).values("list_name", "columns")),
        "weekly_emails": list(
            WeeklyDesk.objects.filter(user=user).order_by("pk").values("monday", "items")
        ),
    }


def erase(user: Any) -> None:
    """Delete all of it."""
    SavedView.objects.filter(owner=user).delete()
    ListColumns.objects.filter(owner=user).delete()
    WeeklyDesk.objects.filter(user=user).delete()
