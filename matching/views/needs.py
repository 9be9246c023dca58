"""The open needs, one need, and what its owner does with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from matching import choices, listing
from matching.actions import need as actions
from matching.actions.moves import ActionRefused
from matching.detail import need_context
from matching.drafting import TEXT
from matching.loading import NEED_COLUMNS, need_row
from matching.views.common import need_for, own_need, seen_version, tell_refusal
from matching.views.posting import tell_stored
from portal.foundation import exports, permissions


@require_GET
def needs(request: HttpRequest) -> HttpResponse:
    """Open needs for everybody, newest first; filters in the address."""
    given = {
        name: request.GET.get(name, "").replace("\x00", "")[:100]
        for name in ("q", "district", "sort")
    }
    page = Paginator(listing.filtered_needs(given), listing.PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "cards": [listing.public_card(need) for need in page],
        "given": given,
        "districts": choices.districts(),
        "unposted": request.session.get(TEXT, ""),
    }
    return render(request, "matching/needs.html", context)


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """One's own needs as CSV, with the columns that `load_needs` reads, and the state."""
    rows = ([*need_row(need), need.state] for need in listing.needs_of(request.user))
    return exports.csv_response("needs.csv", [*NEED_COLUMNS, "state"], rows)


@require_GET
def need(request: HttpRequest, ref: str) -> HttpResponse:
    """One need: for everybody, with more for its owner, for providers and for the city."""
    row = need_for(request.user, ref)
    return render(request, "matching/need.html", need_context(row, request.user))


@dataclass(frozen=True)
class Step:
    """What an owner can do from the page, and how it is asked."""

    action: Callable[..., Any]
    permission: str
    title: Any
    text: Any
    label: Any
    tone: str = ""


STEPS = {
    "post": Step(
        actions.post_need,
        "matching.need.post",
        _("Post this need?"),
        _("Everybody can read it then, without the name of your firm."),
        _("Post it"),
    ),
    "withdraw": Step(
        actions.withdraw_need,
        "matching.need.withdraw",
        _("Withdraw this need?"),
        _("Nobody finds it any more. Introductions that nobody answered yet end with it."),
        _("Withdraw it"),
        "danger",
    ),
    "reopen": Step(
        actions.reopen_need,
        "matching.need.reopen",
        _("Take this need up again?"),
        _("It becomes a draft that you can change and post."),
        _("Take it up again"),
    ),
    "extend": Step(
        actions.extend_need,
        "matching.need.extend",
        _("Keep this need open?"),
        _("It stays open for 90 days from today."),
        _("Keep it open"),
    ),
}


@login_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, ref: str, name: str) -> HttpResponse:
    """Ask, then do it. An owner who comes too late is told what happened meanwhile."""
    row = own_need(request.user, ref)
    if name not in STEPS:
        raise Http404
    chosen = STEPS[name]
    if request.method == "POST":
        return _take(request, row, chosen)
    if not permissions.allowed(request.user, chosen.permission, row):
        state = row.get_state_display()
        messages.warning(request, gettext("The state is “%(state)s” now.") % {"state": state})
        return redirect(row)
    context = {
        "title": chosen.title,
        "text": chosen.text,
        "confirm_label": chosen.label,
        "tone": chosen.tone,
        "cancel_url": row.get_absolute_url(),
        "fields": {"version": row.version},
    }
    return render(request, "layouts/confirm.html", context)


def _take(request: HttpRequest, row: Any, chosen: Step) -> HttpResponse:
    try:
        chosen.action(actor=request.user, need=row, seen=seen_version(request))
    except ActionRefused as refusal:
        tell_refusal(request, refusal)
    except ValidationError as error:
        for problem in error.messages:
            messages.warning(request, problem)
        return redirect(reverse("matching:edit", args=[row.ref]))
    else:
        if chosen is STEPS["post"]:
            tell_stored(request, row)
        else:
            messages.success(
                request,
                gettext("Done. The state is “%(state)s” now.") % {"state": row.get_state_display()},
            )
    return redirect(row)
