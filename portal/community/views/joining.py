"""Joining and leaving a project."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from portal.accounts.requests import person
from portal.community import actions
from portal.community.forms import JoinForm, NoteForm
from portal.community.models import JoinRequest
from portal.community.views.common import tell_errors
from portal.community.views.pages import show_project, visible_project
from portal.foundation import permissions
from portal.foundation.forms import add_refusal
from portal.foundation.text import pick


@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to join; a GET (somebody signed in on the way) leads to the form."""
    project = visible_project(request, slug)
    if request.method != "POST":
        return redirect(f"{project.get_absolute_url()}#join")
    form = JoinForm(request.POST)
    if form.is_valid():
        try:
            actions.request_to_join(actor=person(request), project=project, **form.cleaned_data)
        except ValidationError as error:
            if not hasattr(error, "error_dict"):
                tell_errors(request, error)
                return redirect(project)
            add_refusal(form, error)
        else:
            messages.success(
                request, gettext("The maintainers are told. You hear from them here and by e-mail.")
            )
            return redirect(project)
    return show_project(request, project, join_form=form, status=422)


@login_required
@require_POST
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Approve or decline one request, as a maintainer."""
    project = visible_project(request, slug)
    permissions.require(request.user, "community.project.requests", project)
    asked = get_object_or_404(JoinRequest, pk=pk, project=project)
    form = NoteForm(request.POST)
    approving = request.POST.get("decision") == "approve"
    if form.is_valid():
        act = actions.approve_join if approving else actions.decline_join
        try:
            act(actor=person(request), request=asked, note=form.cleaned_data["note"])
        except ValidationError as error:
            if not hasattr(error, "error_dict"):
                tell_errors(request, error)
                return redirect(project)
            add_refusal(form, error)
        else:
            messages.success(request, _decided(asked, approving))
            return redirect(project)
    return show_project(request, project, note_form=form, decided=asked.pk, status=422)


def _decided(asked: JoinRequest, approved: bool) -> str:
    person = {"person": asked.user.get_full_name()}
    if approved:
        return gettext("%(person)s is a contributor now and is told.") % person
    return gettext("%(person)s is told that you declined.") % person


@login_required
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask once, then take one's own request back."""
    asked = get_object_or_404(
        JoinRequest.objects.select_related("project"), pk=pk, project__slug=slug, user=request.user
    )
    if request.method != "POST":
        context = {
            "title": gettext("Withdraw your request?"),
            "text": gettext("The maintainers no longer see it. You can ask again."),
            "confirm_label": gettext("Withdraw the request"),
            "cancel_url": asked.project.get_absolute_url(),
        }
        return render(request, "layouts/confirm.html", context)
    try:
        actions.withdraw_join(actor=person(request), request=asked)
    except ValidationError as error:
        tell_errors(request, error)
    else:
        messages.success(request, gettext("Your request is withdrawn."))
    return redirect("community:contributions")


@login_required
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave, after a question."""
    project = visible_project(request, slug)
    permissions.require(request.user, "community.project.leave", project)
    if request.method == "POST":
        try:
            actions.leave_project(actor=person(request), project=project)
        except ValidationError as error:
            tell_errors(request, error)
            return redirect(project)
        messages.success(request, gettext("You have left the project."))
        return redirect("community:contributions")
    name = {"project": pick(project.name_zh, project.name_en)}
    context = {
        "title": gettext("Leave %(project)s?") % name,
        "text": gettext("You are no longer named on its page. You can ask to join again."),
        "confirm_label": gettext("Leave the project"),
        "cancel_url": project.get_absolute_url(),
        "tone": "danger",
    }
    return render(request, "layouts/confirm.html", context)
