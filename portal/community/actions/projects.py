"""Proposing, changing and publishing projects."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.community.content import ProjectContent, check_slug
from portal.community.models import Project, ProjectMember
from portal.community.telling import tell_maintainers
from portal.foundation import audit, limits, permissions
from portal.foundation.text import clean_plain_text
from search.indexing import request_index

KIND = "project"
MAX_NOTE = 1000
PER_DAY = limits.Limit(("community.project.propose",), 20)
State = Project.State


def create_project(
    *,
    actor: User | None,
    slug: str,
    content: ProjectContent,
    maintainer: User | None = None,
    is_demo: bool = False,
) -> Project:
    """Propose a project at /projects/`slug`/; it waits for an editor.

    `maintainer` (default: the actor) answers for its page and decides who joins.
    Raises ValidationError by field, PermissionDenied."""
    permissions.require(actor, "community.project.propose")
    PER_DAY.require(actor)
    try:
        slug = check_slug(slug)
    except ValueError as error:
        raise ValidationError({"slug": str(error)}) from None
    fields = content.checked().as_fields()
    answers = maintainer or actor
    try:
        with transaction.atomic():
            project = Project.objects.create(slug=slug, is_demo=is_demo, **fields)
            if answers is not None:
                ProjectMember.objects.create(
                    project=project, user=answers, role=ProjectMember.Role.MAINTAINER
                )
            audit.record(actor, "community.project.propose", project, after={"slug": slug})
    except IntegrityError:
        raise ValidationError(
            {"slug": gettext("Another project has this address already. Choose another one.")}
        ) from None
    return project


def update_project(*, actor: User | None, project: Project, content: ProjectContent) -> Project:
    """Change what the page says; the address stays.

    Raises ValidationError by field, PermissionDenied."""
    permissions.require(actor, "community.project.update", project)
    fields = content.checked().as_fields()
    with transaction.atomic():
        current = Project.objects.select_for_update().get(pk=project.pk)
        changed = [name for name, value in fields.items() if getattr(current, name) != value]
        if not changed:
            return current
        before = {name: getattr(current, name) for name in changed}
        after: dict[str, Any] = {name: fields[name] for name in changed}
        for name, value in after.items():
            setattr(current, name, value)
        current.save(update_fields=[*changed, "changed"])
        audit.record(actor, "community.project.update", current, before=before, after=after)
        request_index(KIND, current.slug)
    return current


def publish_project(*, actor: User | None, project: Project) -> Project:
    """Show a proposed or declined project to everybody; its maintainers are told.

    Raises ValidationError when somebody else decided first, PermissionDenied."""
    permissions.require(actor, "community.project.publish", project)
    return _decide(actor, project, "publish", State.PUBLISHED, note="")


def decline_project(*, actor: User | None, project: Project, note: str) -> Project:
    """Decline a proposed project, or take a published one off the list; its maintainers are told.

    Raises ValidationError without a reason or when somebody else decided first,
    PermissionDenied."""
    permissions.require(actor, "community.project.decline", project)
    try:
        note = clean_plain_text(note, MAX_NOTE)
    except ValueError as error:
        raise ValidationError({"note": str(error)}) from None
    if not note:
        raise ValidationError({"note": gettext("Say why, so that it can be mended.")})
    return _decide(actor, project, "decline", State.DECLINED, note=note)


def _decide(
    actor: User | None, project: Project, verb: str, state: Project.State, *, note: str
) -> Project:
    before = project.state
    with transaction.atomic():
        moved = Project.objects.filter(pk=project.pk, state=before).update(
            state=state, decision_note=note
        )
        if not moved:
            raise ValidationError(gettext("Somebody else has decided on this project meanwhile."))
        project.refresh_from_db()
        audit.record(
            actor,
            f"community.project.{verb}",
            project,
            before={"state": before},
            after={"state": state},
            note=note,
        )
        tell_maintainers(f"community.project_{state}", project, but=actor, note=note)
        request_index(KIND, project.slug)
    return project
