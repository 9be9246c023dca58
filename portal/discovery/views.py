"""The search page, and what its box proposes."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.discovery import corrections, place, search_page, searched, service, shown_reading
from portal.discovery.parameters import BadParameter, parse_request, plain
from portal.discovery.suggesting import suggest
from portal.foundation.limits import few_reads, few_suggestions
from portal.foundation.text import content_language
from portal.foundation.visitor_cache import keep_for_visitors
from search.engines.base import EngineError
from search.filters import FIELDS
from search.queries import MAX_TEXT

KEPT_SECONDS = 30
SUGGESTIONS_KEPT_SECONDS = 60


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


@require_GET
@few_suggestions
def suggestions(request: HttpRequest) -> HttpResponseBase:
    """What the box proposes for `q`, as {"items": [{"text", "lang", "kind", "url"}]}."""
    items = [asdict(one) for one in suggest(request.GET.get("q", ""))]
    return keep_for_visitors(JsonResponse({"items": items}), SUGGESTIONS_KEPT_SECONDS)


def _page(
    request: HttpRequest,
    *,
    answer: service.SearchAnswer | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponseBase:
    query = request.GET
    text = plain(query.get("q", ""))[:MAX_TEXT]
    context: dict[str, Any] = {
        "answer": answer,
        "problem": problem,
        "text": text,
        "max_text": MAX_TEXT,
        "long_text": len(text) > shown_reading.LONG_TEXT,
        "examples": shown_reading.examples(query),
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
            **_reading(query, answer, text),
            "click_token": searched.click_token(answer.request.text),
            "first_position": (answer.request.page - 1) * answer.request.page_size + 1,
            "save_url": reverse("discovery:save-search") + search_page.address(query),
            "clear_url": search_page.address(
                query, **dict.fromkeys([*search_page.PLACE, "sort", *FIELDS])
            ),
        }
    return render(request, "discovery/search.html", context, status=status)


def _reading(query: QueryDict, answer: service.SearchAnswer, text: str) -> dict[str, Any]:
    """How the text was read, and what else may have been meant."""
    asked = answer.request
    meant = corrections.did_you_mean(answer)
    return {
        "understood": shown_reading.switched_on(query, answer),
        "unread": shown_reading.is_unread(answer),
        "switched_off": shown_reading.switched_off(query, asked),
        "unwanted": shown_reading.passed_over(answer.unwanted),
        "present": shown_reading.passed_over(answer.present),
        "phrases": shown_reading.phrases(query, asked),
        "excluded": shown_reading.excluded(query, asked),
        "carrying": shown_reading.carrying(answer),
        "need_query": shown_reading.need_query(text),
        "meant": meant,
        "meant_url": search_page.address(query, q=meant) if meant else "",
        "wider": search_page.wider(query, answer) if not answer.total else [],
        "canonical": search_page.canonical(query, asked.page),
    }
