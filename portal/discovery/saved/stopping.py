"""Stopping alerts from an e-mail: no sign-in, the address itself is the authority.

A GET only asks, as programs that check mail open links; a POST stops at once, also from mail
programs that know nothing of CSRF tokens (RFC 8058)."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.discovery.models import SavedSearch
from portal.discovery.saved import actions, tokens

UNDO = "undo"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one search."""
    search = tokens.saved_search("stop", token)
    if search is None:
        raise Http404
    return _answer(request, SavedSearch.objects.filter(pk=search.pk))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_delivery(request: HttpRequest, token: str) -> HttpResponse:
    """Stop every search that an e-mail told of."""
    delivery = tokens.delivery(token)
    if delivery is None:
        raise Http404
    found = SavedSearch.objects.filter(hits__delivery=delivery, hits__by_email=True)
    return _answer(request, SavedSearch.objects.filter(pk__in=found.values("pk")))


def _answer(request: HttpRequest, searches: QuerySet[SavedSearch]) -> HttpResponse:
    done = ""
    if request.method == "POST":
        done = UNDO if request.POST.get("do") == UNDO else "stop"
        change = actions.resume if done == UNDO else actions.stop
        change(searches=searches, by="link in an e-mail")
    rows = list(searches)
    context: dict[str, Any] = {
        "searches": rows,
        "done": done,
        "running": any(not row.paused for row in rows),
    }
    response = render(request, "discovery/stop.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
