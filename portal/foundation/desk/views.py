"""A person's desk, and the officers' page of what is stuck."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET

from portal.foundation import exports, permissions
from portal.foundation.desk.reading import fresh_desk, steps_for
from portal.foundation.desk.stuck import Stage, stages


@login_required
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything that waits for whoever asks; else what they could do next."""
    desk = fresh_desk(request.user)
    context = {"desk": desk, "steps": [] if desk.total else steps_for(request.user)}
    return render(request, "foundation/waiting.html", context)


@login_required
@require_GET
def stuck(request: HttpRequest) -> HttpResponse:
    """Stage by stage: how many are stuck, since when, and the rows."""
    permissions.require(request.user, "foundation.stuck")
    found = stages()
    context = {"stages": found, "total": sum(stage.count for stage in found)}
    return render(request, "foundation/stuck.html", context)


@login_required
@require_GET
def stuck_export(request: HttpRequest) -> HttpResponseBase:
    """Every stuck row as CSV."""
    permissions.require(request.user, "foundation.stuck")
    header = [
        gettext("Stage"),
        gettext("What"),
        pgettext("stuck", "Where"),
        pgettext("waiting", "Since"),
        "URL",
    ]
    rows = _lines(stages(), request)
    return exports.csv_response("stuck.csv", header, rows)


def _lines(found: list[Stage], request: HttpRequest) -> Iterator[list[object]]:
    for stage in found:
        for row in stage.rows:
            since = timezone.localtime(row.since)
            url = request.build_absolute_uri(row.url)
            yield [stage.label, row.title, row.where, since, url]
