"""The search page."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.discovery import place, search_page, searched, service
from portal.discovery.parameters import BadParameter, parse_request
from portal.foundation.limits import few_reads
from portal.foundation.text import content_language
from portal.foundation.visitor_cache import keep_for_visitors
from search.engines.base import EngineError
from search.filters import FIELDS

KEPT_SECONDS = 30


@require_GET
@few_reads
def search(request: HttpRequest) -> HttpResponseBase:
    """One box over providers, needs, projects and pages; the address says everything.

    A bad parameter is answered with 400 and what to mend, no engine at all with 503."""
    try:
        given = place.resolve(dict(request.GET.lists()))
        answer = service.search(parse_request(given, language=content_language()))
    except BadParameter as error:
        return _page(request, status=400, problem=str(error))
    except EngineError:
        return _page(
            request, status=503, problem=_("The search is being repaired. Try again soon.")
        )
    response = _page(request, answer=answer)
    note = searched.record(answer)
    if answer.degraded:
        return response
    return keep_for_visitors(response, KEPT_SECONDS, note=("searched", note))


def _page(
    request: HttpRequest,
    *,
    answer: service.SearchAnswer | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponseBase:
    query = request.GET
    context: dict[str, Any] = {
        "answer": answer,
        "problem": problem,
        "text": query.get("q", "")[:2000].replace("\0", " "),
        "tabs": search_page.tabs(query, answer),
        "place": search_page.place_form(query),
        "box_fields": search_page.hidden(query, "q", "page"),
        "filter_fields": search_page.hidden(query, *search_page.PLACE, "price_max", "verified"),
        "price_max": query.get("price_max", "")[:15],
        "verified": query.get("verified", ""),
    }
    if answer is not None:
        context |= {
            "facets": search_page.facet_lists(answer),
            "active": search_page.active_filters(query, answer.request),
            "sorts": search_page.sorts(query, answer),
            "understood": search_page.understood(query, answer),
            "click_token": searched.click_token(answer.request.text),
            "first_position": (answer.request.page - 1) * answer.request.page_size + 1,
            "save_url": reverse("discovery:save-search") + search_page.address(query),
            "clear_url": search_page.address(
                query, **dict.fromkeys([*search_page.PLACE, "sort", *FIELDS])
            ),
        }
    return render(request, "discovery/search.html", context, status=status)
