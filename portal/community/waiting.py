"""What waits for people of the community: requests to join, proposals to publish."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.community.models import JoinRequest, Project, ProjectMember
from portal.community.queries import proposed_projects
from portal.foundation import permissions, registries
from portal.foundation.desk import MOST
from portal.foundation.registries import NextStep, Waiting, WaitingItem


def register() -> None:
    """Add this room's part of the desk."""
    registries.waiting.register(
        Waiting("join-requests", 60, _("Requests to join"), requests_to_decide)
    )
    registries.waiting.register(
        Waiting("projects", 61, _("Proposed projects"), projects_to_publish)
    )
    registries.waiting.register(
        Waiting("declined-projects", 62, _("Projects that an editor gave back"), projects_declined)
    )
    registries.next_steps.register(
        NextStep(
            name="project",
            order=60,
            title=_("Find a project"),
            text=_(
                "Open-source projects solve shop-floor problems; their maintainers look for help."
            ),
            url="/projects/",
            icon="branch",
            fits=lambda user: not user.role_groups,
        )
    )


def requests_to_decide(user: Any) -> list[WaitingItem]:
    """Requests to join the projects that a person maintains."""
    rows = JoinRequest.objects.filter(
        state=JoinRequest.State.OPEN,
        project__memberships__user_id=user.pk,
        project__memberships__role=ProjectMember.Role.MAINTAINER,
    )
    return [
        WaitingItem(
            title=gettext("%(person)s asks to join %(project)s")
            % {"person": row.user, "project": row.project},
            url=reverse("community:project", args=[row.project.slug]),
            since=row.created,
        )
        for row in rows.select_related("project", "user").order_by("id")[:MOST]
    ]


def projects_to_publish(user: Any) -> list[WaitingItem]:
    """Proposed projects, for editors; moderators have them among what they moderate."""
    if permissions.allowed(user, "foundation.moderate"):
        return []
    if not permissions.allowed(user, "community.project.publish"):
        return []
    return [
        WaitingItem(str(project), project.get_absolute_url(), project.created)
        for project in proposed_projects()[:MOST]
    ]


def projects_declined(user: Any) -> list[WaitingItem]:
    """A person's own projects that were not published, with a reason to read."""
    rows = Project.objects.filter(
        state=Project.State.DECLINED,
        memberships__user_id=user.pk,
        memberships__role=ProjectMember.Role.MAINTAINER,
    )
    return [
        WaitingItem(str(row), row.get_absolute_url(), row.changed)
        for row in rows.order_by("changed", "id")[:MOST]
    ]
