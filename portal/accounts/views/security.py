"""Sign-ins and security: one's own events, and the staff's log."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from portal.accounts import security
from portal.accounts.forms import EventFilterForm
from portal.accounts.models import SecurityEvent
from portal.accounts.requests import person
from portal.foundation import permissions
from portal.foundation.exports import csv_response

PER_PAGE = 30


@login_required
def own_events(request: HttpRequest) -> HttpResponse:
    """What happened around one's own account, newest first."""
    rows = SecurityEvent.objects.filter(user=person(request)).select_related("actor")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "days": settings.SECURITY_LOG_DAYS}
    return render(request, "accounts/security.html", context)


@login_required
def log(request: HttpRequest) -> HttpResponseBase:
    """Every event, for those who keep the log; looking and taking away are events themselves."""
    permissions.require(request.user, "accounts.security.read")
    form = EventFilterForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = _chosen(chosen)
    if form.is_bound and not form.is_valid():
        rows = rows.none()
    if request.GET.get("format") == "csv" and not form.errors:
        security.viewed(request, what="security-log-export", rows=rows.count())
        return csv_response("security-log.csv", _header(), _lines(rows))
    security.viewed(request, what="security-log")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query["format"] = "csv"
    context = {"page": page, "form": form, "csv_query": query.urlencode()}
    status = 400 if form.errors else 200
    return render(request, "accounts/security_log.html", context, status=status)


def _chosen(chosen: dict[str, Any]) -> QuerySet[SecurityEvent]:
    rows = SecurityEvent.objects.select_related("user", "actor")
    if chosen.get("kind"):
        rows = rows.filter(kind=chosen["kind"])
    if chosen.get("email"):
        rows = rows.filter(user__email__iexact=chosen["email"])
    if chosen.get("address"):
        rows = rows.filter(address_hash=security.hash_of(chosen["address"]))
    zone = timezone.get_current_timezone()
    if chosen.get("since"):
        rows = rows.filter(at__gte=datetime.combine(chosen["since"], time.min, zone))
    if chosen.get("until"):
        rows = rows.filter(at__lte=datetime.combine(chosen["until"], time.max, zone))
    return rows


def _header() -> list[str]:
    return [
        gettext("At"),
        gettext("What"),
        gettext("Whose account"),
        gettext("By whom"),
        gettext("Network"),
        gettext("Browser"),
        gettext("Detail"),
    ]


def _lines(rows: QuerySet[SecurityEvent]) -> Iterator[Iterable[object]]:
    for row in rows.iterator(chunk_size=500):
        yield (
            row.at,
            row.get_kind_display(),
            row.user_id or "",
            row.actor_id or "",
            row.network,
            row.browser,
            ", ".join(f"{key}={value}" for key, value in row.detail.items()),
        )
