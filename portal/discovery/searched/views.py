"""Counting clicks, and the officers' page of what was searched."""

from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portal.discovery.searched.page import context_of
from portal.discovery.searched.recording import record_click
from portal.discovery.searched.report import as_csv, period_of, report
from portal.foundation import permissions
from portal.foundation.limits import few_reads
from portal.foundation.text import content_language


@csrf_exempt
@require_POST
@few_reads
def click(request: HttpRequest) -> HttpResponseBase:
    """Count a click on a result. It changes nothing that is anybody's, so it needs no token of a
    form, only that one of the portal's own pages sends it."""
    if not _from_here(request):
        return HttpResponse(status=403)
    position = request.POST.get("position", "")
    if not (position.isascii() and position.isdigit() and 0 < len(position) < 6):
        return HttpResponse(status=400)
    record_click(request.POST.get("search", "")[:100], int(position), content_language())
    return HttpResponse(status=204)


def _from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


@login_required
@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """What people searched in a period: totals, frequent texts, texts that found nothing."""
    permissions.require(request.user, "discovery.searches.report")
    period = period_of(request.GET.get("days", ""))
    return render(request, "discovery/searches.html", context_of(report(period), period))


@login_required
@require_safe
def export_searches(request: HttpRequest) -> HttpResponse:
    """The same texts as CSV."""
    permissions.require(request.user, "discovery.searches.report")
    period = period_of(request.GET.get("days", ""))
    response = HttpResponse(as_csv(period), content_type="text/csv; charset=utf-8")
    name = f"searches-{period.start.isoformat()}-{period.end.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
