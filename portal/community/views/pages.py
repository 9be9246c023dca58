"""Reading projects: the list, one project, and what a person takes part in."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from portal.accounts.requests import person
from portal.community import finding, queries
from portal.community.forms import JoinForm, NoteForm
from portal.community.models import JoinRequest, Project, ProjectMember
from portal.foundation import permissions
from portal.foundation.limits import few_reads
from portal.foundation.text import whole_number

WANTING = 6
"""Projects that want help, on the page for those who come to help."""


@require_GET
@few_reads
def project_list(request: HttpRequest) -> HttpResponse:
    """Published projects, narrowed by words (`q`) and capabilities (`concept`), newest first
    without words."""
    url = reverse("community:projects")
    wanted = finding.Wanted.parse(request.GET)
    found = finding.find(wanted, _page_number(request.GET.get("page", "")))
    context = {
        "wanted": wanted,
        "found": found,
        "cards": [queries.card(project, url) for project in found.projects],
        "chosen": queries.concept_chips(list(wanted.concepts)),
    }
    return render(request, "community/project_list.html", context)


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """The way in for those who build open source: help wanted, a search, and proposing one."""
    url = reverse("community:projects")
    wanting = queries.with_contributors(queries.projects_wanting_help())[:WANTING]
    context = {
        "cards": [queries.card(project, url) for project in wanting],
        "total": queries.projects_wanting_help().count(),
        "projects": queries.published_projects().count(),
    }
    return render(request, "community/start.html", context)


def _page_number(text: str) -> int:
    return min(whole_number(text, 5) or 1, finding.MAX_PAGE)


@require_GET
def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One project with its people and what the visitor may do."""
    return show_project(request, visible_project(request, slug))


def visible_project(request: HttpRequest, slug: str) -> Project:
    """The project with its members. Raises Http404 for one this visitor may not see."""
    project = queries.with_members(Project.objects.filter(slug=slug)).first()
    if project is None or not any(
        permissions.allowed(request.user, action, project)
        for action in ("community.project.view", "community.project.view_unpublished")
    ):
        raise Http404
    return project


def show_project(
    request: HttpRequest,
    project: Project,
    *,
    join_form: JoinForm | None = None,
    note_form: NoteForm | None = None,
    decided: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; `note_form` belongs to the request `decided`, or to the review without one."""
    members = list(project.memberships.all())
    context: dict[str, Any] = {
        "project": project,
        "host": queries.repository_host(project.repository_url),
        "chips": queries.concept_chips(project.concepts),
        "projects_url": reverse("community:projects"),
        "maintainers": [m for m in members if m.role == ProjectMember.Role.MAINTAINER],
        "contributors": [m for m in members if m.role == ProjectMember.Role.CONTRIBUTOR],
        "does_labels": dict(JoinRequest.Does.choices),
        "note_form": note_form,
        "decided": decided,
        "may": {
            verb: permissions.allowed(request.user, f"community.project.{verb}", project)
            for verb in ("join", "leave", "update", "publish", "decline", "requests")
        },
    }
    if request.user.is_authenticated:
        context["own"] = queries.latest_request(project, request.user)
        context["membership"] = next((m for m in members if m.user_id == request.user.pk), None)
        context["join_form"] = join_form or JoinForm()
    if context["may"]["requests"]:
        context["waiting"] = list(queries.open_requests(project))
    return render(request, "community/project_detail.html", context, status=status)


@login_required
@require_GET
def contributions(request: HttpRequest) -> HttpResponse:
    """The person's projects and requests to join."""
    context = {
        "memberships": list(queries.projects_of(person(request))),
        "requests": list(queries.requests_of(person(request))[:50]),
    }
    return render(request, "community/contributions.html", context)
