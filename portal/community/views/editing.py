"""Proposing, changing and reviewing a project."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from portal.accounts.requests import person
from portal.community import actions
from portal.community.content import ProjectContent
from portal.community.drafting import PROJECT
from portal.community.forms import COMMON_LICENCES, NewProjectForm, NoteForm, ProjectForm
from portal.community.models import Project
from portal.community.views.common import tell_errors
from portal.community.views.pages import show_project, visible_project
from portal.foundation import drafts, permissions
from portal.foundation.forms import add_refusal


@login_required
def new_project(request: HttpRequest) -> HttpResponse:
    """Propose a project."""
    permissions.require(request.user, "community.project.propose")
    form = NewProjectForm(request.POST or None)
    drafts.fill(form, request, PROJECT)
    if request.method == "POST" and form.is_valid():
        try:
            project = actions.create_project(
                actor=person(request), slug=form.cleaned_data["slug"], content=form.content([])
            )
        except ValidationError as error:
            add_refusal(form, error)
        else:
            drafts.clear(request.user, PROJECT)
            messages.success(
                request, gettext("Thank you. An editor looks at it before everybody sees it.")
            )
            return redirect(project)
    return _form_page(request, form, None)


@login_required
def edit_project(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what the page of a project says."""
    project = visible_project(request, slug)
    permissions.require(request.user, "community.project.update", project)
    initial = ProjectContent.of(project).as_fields()
    form = ProjectForm(request.POST or None, initial=initial)
    drafts.fill(form, request, PROJECT, slug)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_project(
                actor=person(request), project=project, content=form.content(project.industries)
            )
        except ValidationError as error:
            add_refusal(form, error)
        else:
            drafts.clear(request.user, PROJECT, slug)
            messages.success(request, gettext("Saved."))
            return redirect(project)
    return _form_page(request, form, project)


def _form_page(request: HttpRequest, form: ProjectForm, project: Project | None) -> HttpResponse:
    context = {"form": form, "project": project, "licences": COMMON_LICENCES}
    status = 422 if form.errors else 200
    return render(request, "community/project_form.html", context, status=status)


@login_required
@require_POST
def review_project(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish or decline, as an editor."""
    project = visible_project(request, slug)
    form = NoteForm(request.POST)
    try:
        if request.POST.get("decision") == "publish":
            actions.publish_project(actor=person(request), project=project)
            messages.success(request, gettext("Everybody sees the project now."))
            return redirect(project)
        if form.is_valid():
            note = form.cleaned_data["note"]
            actions.decline_project(actor=person(request), project=project, note=note)
            messages.success(request, gettext("Declined; the maintainers are told why."))
            return redirect(project)
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            tell_errors(request, error)
            return redirect(project)
        add_refusal(form, error)
    return show_project(request, project, note_form=form, status=422)
