"""Asking to join a project, deciding on it, and leaving. Moves are compare-and-set on the state:
of two people at once, one decides and the other is told so."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.community.models import JoinRequest, Project, ProjectMember
from portal.community.permissions import MAINTAINER, REQUESTER
from portal.community.telling import tell_maintainers, tell_requester
from portal.foundation import audit, limits, permissions
from portal.foundation.text import clean_plain_text
from search.indexing import request_index

MAX_MESSAGE = 1000
PER_DAY = limits.Limit(("community.join.request",), 20)
State = JoinRequest.State
Role = ProjectMember.Role


def request_to_join(*, actor: User, project: Project, does: str, message: str) -> JoinRequest:
    """Ask to join: `does` is one of JoinRequest.Does, `message` a word about oneself.

    The maintainers are told. Raises ValidationError by field or when one is a member or has
    asked already, PermissionDenied."""
    permissions.require(actor, "community.project.join", project)
    PER_DAY.require(actor)
    if does not in JoinRequest.Does.values:
        raise ValidationError({"does": gettext("Choose what you would like to do.")})
    message = _clean(message, "message")
    if not message:
        raise ValidationError({"message": gettext("Write a word about yourself.")})
    if ProjectMember.objects.filter(project=project, user=actor).exists():
        raise ValidationError(gettext("You are in this project already."))
    try:
        with transaction.atomic():
            request = JoinRequest.objects.create(
                project=project, user=actor, does=does, message=message
            )
            audit.record(actor, "community.join.request", request, after={"does": does})
            tell_maintainers(
                "community.join_requested",
                project,
                person=actor.get_full_name(),
                message=message,
            )
    except IntegrityError:
        raise ValidationError(
            gettext("You have asked already. A maintainer will answer you.")
        ) from None
    return request


def approve_join(*, actor: User | None, request: JoinRequest, note: str = "") -> JoinRequest:
    """Take the person in as a contributor, who is told.

    Raises ValidationError when it was decided or withdrawn meanwhile, PermissionDenied."""
    note = _clean(note, "note")
    with transaction.atomic():
        request = _move(actor, request, "community.join.decide", State.APPROVED, note)
        ProjectMember.objects.get_or_create(
            project=request.project,
            user=request.user,
            defaults={"role": Role.CONTRIBUTOR, "does": request.does},
        )
        tell_requester(request, actor)
        request_index("project", request.project.slug)
    return request


def decline_join(*, actor: User | None, request: JoinRequest, note: str) -> JoinRequest:
    """Decline, saying why; the person is told.

    Raises ValidationError without a reason or when it was decided or withdrawn meanwhile,
    PermissionDenied."""
    note = _clean(note, "note")
    if not note:
        raise ValidationError({"note": gettext("Say why: the person put effort into asking.")})
    with transaction.atomic():
        request = _move(actor, request, "community.join.decide", State.DECLINED, note)
        tell_requester(request, actor)
    return request


def withdraw_join(*, actor: User, request: JoinRequest) -> JoinRequest:
    """Take one's own request back; the maintainers are told.

    Raises ValidationError when it was decided meanwhile, PermissionDenied."""
    with transaction.atomic():
        request = _move(actor, request, "community.join.withdraw", State.WITHDRAWN, "")
        tell_maintainers("community.join_withdrawn", request.project, person=actor.get_full_name())
    return request


def leave_project(*, actor: User, project: Project) -> None:
    """Leave; the last maintainer can't.

    Raises ValidationError for the last maintainer, PermissionDenied."""
    permissions.require(actor, "community.project.leave", project)
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)
        members = {row.user_id: row for row in ProjectMember.objects.filter(project=project)}
        own = members.get(actor.pk)
        if own is None:
            raise ValidationError(gettext("You have left this project already."))
        maintainers = [row for row in members.values() if row.role == Role.MAINTAINER]
        if maintainers == [own]:
            raise ValidationError(
                gettext("You are the last maintainer: somebody has to answer for the project.")
            )
        audit.record(actor, "community.project.leave", project, before={"role": own.role})
        own.delete()
        request_index("project", project.slug)


def _move(
    actor: User | None, request: JoinRequest, action: str, to: JoinRequest.State, note: str
) -> JoinRequest:
    """One move from open, in the caller's transaction; answers the row as it is now."""
    fresh = JoinRequest.objects.select_related("project", "user", "decided_by").get(pk=request.pk)
    if fresh.state != State.OPEN and _concerns(actor, fresh):
        raise _too_late(fresh)
    permissions.require(actor, action, fresh)
    moved = JoinRequest.objects.filter(pk=fresh.pk, state=State.OPEN).update(
        state=to, decided_by=actor, decision_note=note, decided_at=timezone.now()
    )
    if not moved:
        fresh.refresh_from_db()
        raise _too_late(fresh)
    fresh.refresh_from_db(fields=["state", "decided_by", "decision_note", "decided_at"])
    verb = {State.APPROVED: "approve", State.DECLINED: "decline", State.WITHDRAWN: "withdraw"}[to]
    audit.record(
        actor,
        f"community.join.{verb}",
        fresh,
        before={"state": State.OPEN},
        after={"state": to},
        note=note,
    )
    return fresh


def _concerns(actor: Any | None, request: JoinRequest) -> bool:
    return actor is None or bool(permissions.roles_of(actor, request) & {MAINTAINER, REQUESTER})


def _too_late(request: JoinRequest) -> ValidationError:
    if request.state == State.WITHDRAWN or request.decided_by is None:
        return ValidationError(
            gettext("This request is closed already: %(state)s.")
            % {"state": request.get_state_display()}
        )
    return ValidationError(
        gettext("%(person)s was quicker: %(state)s.")
        % {"person": request.decided_by.get_full_name(), "state": request.get_state_display()}
    )


def _clean(text: str, field: str) -> str:
    try:
        return clean_plain_text(text, MAX_MESSAGE)
    except ValueError as error:
        raise ValidationError({field: str(error)}) from None
