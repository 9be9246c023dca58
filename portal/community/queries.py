"""What pages read of projects."""

from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Prefetch, Q, QuerySet

from portal.accounts.models import User
from portal.community.models import JoinRequest, Project, ProjectMember
from portal.vocabulary import get_vocabulary

CARD_TAGS = 4


def published_projects() -> QuerySet[Project]:
    """Every project that a visitor may see, newest first."""
    return Project.objects.filter(state=Project.State.PUBLISHED)


def projects_wanting_help() -> QuerySet[Project]:
    """Published projects that say what help they want, newest first."""
    return published_projects().exclude(wanted_zh="", wanted_en="")


def proposed_projects() -> QuerySet[Project]:
    """Projects that wait for an editor, oldest first."""
    return Project.objects.filter(state=Project.State.PROPOSED).order_by("created", "id")


def with_contributors(projects: QuerySet[Project]) -> QuerySet[Project]:
    """The same with `contributor_count`, maintainers included, newest first."""
    counted = projects.annotate(contributor_count=Count("memberships"))
    return counted.order_by("-created", "-id")


def with_members(projects: QuerySet[Project]) -> QuerySet[Project]:
    """The same with `memberships` and their people loaded, in the order of joining."""
    members = ProjectMember.objects.select_related("user").order_by("since", "id")
    return projects.prefetch_related(Prefetch("memberships", queryset=members))


def contributor_count() -> int:
    """People who maintain or contribute to a published project."""
    rows = ProjectMember.objects.filter(project__state=Project.State.PUBLISHED)
    return rows.values("user").distinct().count()


def open_requests(project: Project) -> QuerySet[JoinRequest]:
    """Requests to join that wait for a maintainer, oldest first."""
    rows = JoinRequest.objects.filter(project=project, state=JoinRequest.State.OPEN)
    return rows.select_related("user").order_by("id")


def latest_request(project: Project, user: User) -> JoinRequest | None:
    """The last request of a person to join a project."""
    rows = JoinRequest.objects.filter(project=project, user=user)
    return rows.select_related("decided_by").order_by("-id").first()


def projects_of(user: User) -> QuerySet[ProjectMember]:
    """A person's projects with what waits for a decision in those they maintain."""
    waiting = Count(
        "project__join_requests",
        filter=Q(project__join_requests__state=JoinRequest.State.OPEN, role="maintainer"),
    )
    rows = ProjectMember.objects.filter(user=user).select_related("project")
    return rows.annotate(waiting=waiting).order_by("-since", "-id")


def requests_of(user: User) -> QuerySet[JoinRequest]:
    """A person's requests to join, newest first."""
    rows = JoinRequest.objects.filter(user=user)
    return rows.select_related("project", "decided_by").order_by("-id")


def concept_chips(ids: list[str]) -> list[dict[str, Any]]:
    """Label in both languages and id of each concept; ids the vocabulary lost are left out."""
    vocabulary = get_vocabulary()
    known = [concept for concept in map(vocabulary.concept, ids) if concept is not None]
    return [
        {
            "label": {"zh": concept.label("zh"), "en": concept.label("en")},
            "concept": concept.id,
        }
        for concept in known
    ]


def repository_host(url: str) -> str:
    """The host, as people call a forge: `github.com`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def card(project: Project, projects_url: str) -> dict[str, Any]:
    """What a card in a list shows; `contributor_count` where it was asked for."""
    tags = concept_chips(project.concepts[:CARD_TAGS])
    return {
        "url": project.get_absolute_url(),
        "title": {"zh": project.name_zh, "en": project.name_en},
        "summary": {"zh": project.summary_zh, "en": project.summary_en},
        "host": repository_host(project.repository_url),
        "licence": project.licence,
        "contributors": getattr(project, "contributor_count", None),
        "help_wanted": bool(project.wanted_zh or project.wanted_en),
        "demo": project.is_demo,
        "tags": [
            {"label": chip["label"], "url": f"{projects_url}?concept={chip['concept']}"}
            for chip in tags
        ],
    }
