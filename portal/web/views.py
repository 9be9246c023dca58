"""The style guide, and the choice of theme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from portal.web import samples
from portal.web.theme import THEMES, remember


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component with made-up content, in the interface language."""
    theme = request.GET.get("theme", "")
    context = samples.context()
    if theme in THEMES:
        context["forced_theme"] = theme
    return render(request, "web/styleguide/index.html", context)


# Without a token so that pages for signed-out visitors carry nothing of their own and can be
# cached; the worst a forged request does is change a colour.
@csrf_exempt
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the posted `theme` (system, light, dark) and go back to `next`."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = f"/{get_language()}/"
    response = redirect(target)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        remember(response, theme)
    return response
