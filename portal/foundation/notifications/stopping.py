"""Stopping e-mails from an e-mail: no sign-in, the address itself is the authority.

A GET only asks, as programs that check mail open links; a POST stops at once, also from mail
programs that know nothing of CSRF tokens (RFC 8058)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.foundation.models import NotificationChoice
from portal.foundation.notifications import choices, registered, tokens

BY = "link in an e-mail"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop e-mails of the kinds that the token names, or take them up again."""
    read = tokens.read_stop_token(token)
    if read is None:
        raise Http404
    user, names = read
    context: dict[str, Any] = {
        "labels": [kind.label for name, kind in registered.kinds().items() if name in names],
        "all": NotificationChoice.ALL in names,
        "done": "",
    }
    if request.method == "POST":
        if undo := request.POST.get("undo", ""):
            before = tokens.read_undo_token(undo)
            if before is None or before[0] != user:
                raise Http404
            choices.restore_emails(user=user, modes=before[1], by=BY)
            context["done"] = "undo"
        else:
            old = choices.stop_emails(user=user, wanted=names, by=BY)
            context |= {"done": "stop", "undo": tokens.undo_token(user, old)}
    response = render(request, "foundation/unsubscribe.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
