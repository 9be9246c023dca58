"""The page of a job."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from matching.deal_detail import job_context
from matching.models import Job
from matching.views.common import key_or_404
from portal.foundation import permissions


def job_for(user: Any, ref: str) -> Job:
    """A job this person may read. Raises Http404."""
    row = get_object_or_404(
        Job.objects.select_related(
            "introduction__need__organisation",
            "introduction__provider__organisation",
            "agreement__proposal",
        ),
        ref=key_or_404(ref),
    )
    if not permissions.allowed(user, "matching.job.read", row):
        raise Http404
    return row


@login_required
@require_GET
def job(request: HttpRequest, ref: str) -> HttpResponse:
    """Milestones, days and amounts, for both sides and the city."""
    return render(
        request, "matching/job.html", job_context(job_for(request.user, ref), request.user)
    )
