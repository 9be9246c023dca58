"""The page on which a provider sees the needs that fit it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from matching.features import facts_of
from matching.fitting import fitting_for, fitting_needs
from matching.people import own_profiles
from portal.organisations.models import ProviderProfile


@login_required
@require_GET
def fitting(request: HttpRequest) -> HttpResponse:
    """Open needs for one of one's own profiles, listed first: `?provider=KEY`, else the first."""
    own = list(own_profiles(request.user).order_by("-listed", "pk"))
    wanted = request.GET.get("provider", "")
    profile = next((row for row in own if row.organisation.key == wanted), None)
    if profile is None and wanted:
        raise Http404
    profile = profile or (own[0] if own else None)
    found = _found(profile) if profile else None
    context = {"profile": profile, "own": own, "found": found}
    return render(request, "matching/fitting.html", context)


def _found(profile: ProviderProfile) -> dict[str, Any]:
    on = timezone.localdate()
    if profile.listed:
        return fitting_needs(profile, on)
    return fitting_for(facts_of(profile, on), on, profile.get_absolute_url(), by_words=False)
