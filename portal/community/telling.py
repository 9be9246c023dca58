"""Whom this room tells what: the kinds of its notifications, and the telling."""

from functools import partial

from django.utils.translation import gettext_noop as _

from portal.accounts.models import User
from portal.community.models import JoinRequest, Project, ProjectMember
from portal.foundation import notifications
from portal.foundation.text import pick


def register() -> None:
    """Add this room's kinds of notification."""
    add = partial(notifications.register, group=_("Projects"))
    add(
        "community.join_requested",
        subject=_("%(person)s asks to join %(project)s"),
        body=_("%(person)s writes:\n%(message)s\n\nApprove or decline on the project's page."),
    )
    add(
        "community.join_approved",
        subject=_("Welcome to %(project)s"),
        body=_("%(decider)s has approved your request to join.\n%(note)s"),
    )
    add(
        "community.join_declined",
        subject=_("Your request to join %(project)s was declined"),
        body=_("%(decider)s has declined your request to join.\n%(note)s"),
    )
    add(
        "community.join_withdrawn",
        subject=_("%(person)s no longer asks to join %(project)s"),
        body=_("There is nothing to decide any more."),
    )
    add(
        "community.project_published",
        subject=_("%(project)s is published"),
        body=_("An editor has published the project; everybody can see it now."),
    )
    add(
        "community.project_declined",
        subject=_("%(project)s was not published"),
        body=_("An editor has declined the project:\n%(note)s"),
    )


def tell(kind: str, recipient: User, project: Project, **context: str) -> None:
    """Tell one person something about a project, named in the language that person reads."""
    language = "en" if recipient.language == "en" else "zh"
    name = pick(project.name_zh, project.name_en, language)
    notifications.notify(
        recipient=recipient,
        kind=kind,
        context={"project": name, **context},
        url=f"/projects/{project.slug}/",
    )


def tell_maintainers(
    kind: str, project: Project, *, but: User | None = None, **context: str
) -> None:
    """Tell every maintainer of a project, except the one who did it."""
    rows = ProjectMember.objects.filter(
        project=project, role=ProjectMember.Role.MAINTAINER
    ).select_related("user")
    for row in rows:
        if row.user != but:
            tell(kind, row.user, project, **context)


def tell_requester(request: JoinRequest, decider: User | None) -> None:
    """Tell who asked to join what was decided."""
    tell(
        f"community.join_{request.state}",
        request.user,
        request.project,
        decider=decider.get_full_name() if decider else "",
        note=request.decision_note,
    )
