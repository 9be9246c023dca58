"""The page on which a provider sees the needs that fit it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from matching.fitting import fitting_needs
from matching.people import own_providers


@login_required
@require_GET
def fitting(request: HttpRequest) -> HttpResponse:
    """Open needs for one of one's own listed providers: `?provider=KEY`, else the first."""
    own = list(own_providers(request.user).order_by("pk"))
    wanted = request.GET.get("provider", "")
    profile = next((row for row in own if row.organisation.key == wanted), None)
    if profile is None and wanted:
        raise Http404
    profile = profile or (own[0] if own else None)
    found = fitting_needs(profile, timezone.localdate()) if profile else None
    context = {"profile": profile, "own": own, "found": found}
    return render(request, "matching/fitting.html", context)
