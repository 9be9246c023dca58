"""What this room holds of a person: their part in projects, and their requests to join."""

from typing import Any

from portal.accounts.models import User
from portal.community.models import JoinRequest, ProjectMember
from portal.foundation import registries
from search.indexing import request_index


def register() -> None:
    """Tell whoever hands out and erases."""
    registries.personal_data.register(registries.PersonalData("community", 40, export, erase))


def export(user: User) -> dict[str, Any]:
    """Projects with what the person does there, and requests with their words."""
    return {
        "projects": list(
            ProjectMember.objects.filter(user=user)
            .order_by("pk")
            .values("project__slug", "role", "does", "since")
        ),
        "requests_to_join": list(
            JoinRequest.objects.filter(user=user)
            .order_by("pk")
            .values("project__slug", "does", "message", "state", "decision_note", "created")
        ),
    }


def erase(user: User) -> None:
    """Leave every project; the words of requests go, and open ones with them. The project stays."""
    for row in ProjectMember.objects.filter(user=user).select_related("project"):
        request_index("project", row.project.slug)
        row.delete()
    JoinRequest.objects.filter(user=user).delete()
