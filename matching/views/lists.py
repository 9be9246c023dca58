"""The lists of needs, introductions and jobs: one's own, and all for officers."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from matching import listing
from matching.drafting import TEXT
from matching.lists.introductions import INTRODUCTIONS, own_of
from matching.lists.jobs import JOBS
from matching.lists.needs import NEEDS
from portal.foundation.lists.page import list_page

BOX_LABELS = {
    "waiting": _("Waiting for me"),
    "asked": _("Asked by us"),
    "accepted": _("Accepted"),
    "over": _("Over"),
}


@login_required
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponseBase:
    """A person's own needs in every state; all needs for the city's people."""
    return list_page(request, NEEDS, {"unposted": request.session.get(TEXT, "")})


@login_required
@require_http_methods(["GET", "POST"])
def introductions(request: HttpRequest) -> HttpResponseBase:
    """Four boxes of one's own: waiting for me, asked by my side, accepted, over. Officers see
    all introductions, without boxes."""
    scope = INTRODUCTIONS.scope_for(request.user, request.GET.get("scope", ""))
    if scope.everything:
        return list_page(request, INTRODUCTIONS)
    given = request.GET.copy()
    if given.get("box") not in listing.BOXES:
        given["box"] = listing.BOXES[0]
    counts = listing.box_counts(own_of(scope))
    tabs = [(box, label, counts[box]) for box, label in BOX_LABELS.items()]
    return list_page(request, INTRODUCTIONS, {"box": given["box"], "tabs": tabs}, given)


@login_required
@require_http_methods(["GET", "POST"])
def jobs(request: HttpRequest) -> HttpResponseBase:
    """Jobs of one's organisations on either side; all jobs for officers."""
    return list_page(request, JOBS)
