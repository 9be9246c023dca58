"""Who may do what to a project and to a request to join: registered into the one table at start."""

from typing import Any

from django.utils.translation import gettext_noop as _

from portal.community.models import JoinRequest, Project, ProjectMember
from portal.foundation import permissions

MAINTAINER = "project_maintainer"
CONTRIBUTOR = "project_contributor"
REQUESTER = "requester"
EDITORS = ("editor", "moderator")
_ROLES = {
    ProjectMember.Role.MAINTAINER.value: MAINTAINER,
    ProjectMember.Role.CONTRIBUTOR.value: CONTRIBUTOR,
}


def _roles_in_project(user: Any, project: Project) -> set[str]:
    # A page loads the members anyway; `all` then asks nothing more.
    if "memberships" in getattr(project, "_prefetched_objects_cache", {}):
        roles = [row.role for row in project.memberships.all() if row.user_id == user.pk]
        return {_ROLES[role] for role in roles}
    return _roles_by_id(user, project.pk)


def _roles_in_request(user: Any, request: JoinRequest) -> set[str]:
    own = {REQUESTER} if request.user_id == user.pk else set()
    return own | _roles_by_id(user, request.project_id)


def _roles_by_id(user: Any, project_id: int) -> set[str]:
    rows = ProjectMember.objects.filter(user_id=user.pk, project_id=project_id)
    return {_ROLES[role] for role in rows.values_list("role", flat=True)}


def register() -> None:
    """Fill the table with this room's actions and roles."""
    permissions.register_roles(Project, _roles_in_project)
    permissions.register_roles(JoinRequest, _roles_in_request)
    _register_project()
    _register_request()


def _register_project() -> None:
    add = permissions.register
    state = Project.State
    add(
        "community.project.propose",
        roles=["user", "system"],
        summary=_("Propose a project and become its maintainer here"),
    )
    add(
        "community.project.view",
        roles=["anonymous"],
        states=[state.PUBLISHED],
        summary=_("See a published project"),
    )
    add(
        "community.project.view_unpublished",
        roles=[MAINTAINER, *EDITORS, "officer"],
        summary=_("See a project before it is published"),
    )
    add(
        "community.project.update",
        roles=[MAINTAINER, *EDITORS, "system"],
        summary=_("Change what the page of a project says"),
    )
    add(
        "community.project.publish",
        roles=[*EDITORS, "system"],
        states=[state.PROPOSED, state.DECLINED],
        summary=_("Publish a proposed project"),
    )
    add(
        "community.project.decline",
        roles=[*EDITORS],
        states=[state.PROPOSED, state.PUBLISHED],
        summary=_("Decline a proposed project, or take a published one back, with a reason"),
    )
    add(
        "community.project.join",
        roles=["user"],
        states=[state.PUBLISHED],
        summary=_("Ask to join a project"),
    )
    add(
        "community.project.leave",
        roles=[MAINTAINER, CONTRIBUTOR],
        summary=_("Leave a project"),
    )
    add(
        "community.project.requests",
        roles=[MAINTAINER],
        summary=_("See who asks to join a project"),
    )


def _register_request() -> None:
    add = permissions.register
    add(
        "community.join.decide",
        roles=[MAINTAINER],
        states=[JoinRequest.State.OPEN],
        summary=_("Approve or decline a request to join"),
    )
    add(
        "community.join.withdraw",
        roles=[REQUESTER],
        states=[JoinRequest.State.OPEN],
        summary=_("Withdraw one's own request to join"),
    )
