"""Health and figures for machines, a person's notifications, and the moderators' queue."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST
from prometheus_client import CONTENT_TYPE_LATEST

from portal.foundation import metrics, metrics_access, notifications, permissions, readiness
from portal.foundation.models import Notification
from portal.foundation.registries import moderation


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when this process answers, whatever else is the matter: not a reason to restart it."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when this portal can be used, else 503; which check found what, for allowed addresses."""
    found = readiness.findings()
    ready = readiness.is_ready(found)
    answer: dict[str, Any] = {"status": "ready" if ready else "not ready"}
    if metrics_access.comes_from(request, settings.READY_ALLOWED):
        answer["checks"] = found
    response = JsonResponse(answer, status=200 if ready else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


def metrics_page(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: for allowed addresses, or with the token."""
    if not metrics_access.allowed(request):
        return HttpResponse("Forbidden\n", status=403, content_type="text/plain")
    response = HttpResponse(metrics.render(), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
def notification_list(request: HttpRequest) -> HttpResponse:
    """A person's notifications, newest first, in their language."""
    rows = Notification.objects.filter(recipient=request.user.pk)
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    entries = [
        {
            "row": row,
            "subject": notifications.subject_of(row),
            "body": notifications.body_of(row),
        }
        for row in page
    ]
    return render(request, "foundation/notifications.html", {"page": page, "entries": entries})


@login_required
@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go where it points."""
    row = get_object_or_404(Notification, pk=pk, recipient=request.user)
    notifications.mark_read(request.user, pk=row.pk)
    return redirect(f"/{get_language()}{row.url}" if row.url else "foundation:notifications")


@login_required
@require_POST
def notification_read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    notifications.mark_read(request.user)
    return redirect("foundation:notifications")


@login_required
def moderation_queue(request: HttpRequest) -> HttpResponse:
    """What waits for a moderator, of every kind, oldest first."""
    permissions.require(request.user, "foundation.moderate")
    groups = [
        {
            "label": kind.label,
            "entries": [(obj, kind.detail_url(obj)) for obj in kind.pending()[:100]],
        }
        for kind in moderation.all()
    ]
    return render(request, "foundation/moderation.html", {"groups": groups})
