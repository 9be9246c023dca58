"""A moderator decides on a need that waits."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from matching.actions.moves import ActionRefused
from matching.actions.need import approve_need, return_need
from matching.detail import timeline
from matching.forms import ModerationForm
from matching.listing import concept_tags
from matching.models import Need
from matching.people import district_label
from matching.views.common import add_errors, seen_version, tell_refusal
from portal.foundation import permissions


@login_required
@require_http_methods(["GET", "POST"])
def moderate(request: HttpRequest, ref: str) -> HttpResponse:
    """The need, its history, and two buttons: approve, give back with a note."""
    permissions.require(request.user, "foundation.moderate")
    need = get_object_or_404(Need.objects.select_related("organisation"), ref=ref)
    form = ModerationForm(request.POST or None)
    decided = request.method == "POST" and form.is_valid() and _decide(request, need, form)
    if decided:
        return decided
    context = {
        "need": need,
        "form": form,
        "waits": permissions.allowed(request.user, "matching.need.moderate", need),
        "district": district_label(need.district),
        "tags": concept_tags(need),
        "timeline": timeline(need, request.user),
    }
    return render(request, "matching/moderate.html", context, status=400 if form.errors else 200)


def _decide(request: HttpRequest, need: Need, form: ModerationForm) -> HttpResponse | None:
    action = return_need if request.POST.get("decision") == "return" else approve_need
    try:
        action(
            actor=request.user,
            need=need,
            note=form.cleaned_data["note"],
            seen=seen_version(request),
        )
    except ValidationError as error:
        add_errors([form], error)
        return None
    except ActionRefused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, gettext("Done. The manufacturer is told."))
    return redirect("foundation:moderation")
