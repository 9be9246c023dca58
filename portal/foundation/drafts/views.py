"""Where pages keep and discard drafts: from a script every few seconds, or by a button."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from portal.foundation.drafts import keeping, kinds
from portal.foundation.drafts.pages import read_token, restore_address
from portal.foundation.models import Draft
from portal.foundation.text import whole_number


@login_required
@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """Keep what stands in the form; a script gets JSON, anybody else goes on where they were."""
    try:
        form, obj, url = read_token(request.POST.get("draft", ""))
    except BadSignature:
        raise Http404 from None
    if not kinds.known(form):
        raise Http404
    scripted = request.headers.get("Accept") == "application/json"
    try:
        draft = keeping.save(
            actor=request.user,
            form=form,
            obj=obj,
            url=url,
            data=request.POST,
            seen=whole_number(request.POST.get("draft_version", ""), 9) or 0,
            over=request.POST.get("draft_over") == "1",
        )
    except keeping.Overtaken as newer:
        return _overtaken(request, newer.draft, scripted)
    except keeping.Gone:
        return _gone(request, form, scripted)
    except ValidationError as error:
        return _refused(request, error.messages[0], url, scripted)
    return _saved(request, draft, url, scripted)


def _saved(request: HttpRequest, draft: Draft | None, url: str, scripted: bool) -> HttpResponse:
    if scripted:
        at = date_format(localtime(draft.changed), "TIME_FORMAT") if draft else ""
        said = gettext("Draft saved at %(time)s") % {"time": at} if draft else ""
        return JsonResponse({"version": draft.version if draft else 0, "message": said})
    if draft is None:
        messages.info(request, gettext("There is nothing to keep yet."))
        return redirect(f"/{get_language()}{url}")
    messages.success(request, gettext("Your draft is kept for 30 days; only you see it."))
    return redirect(restore_address(draft, get_language()))


def _overtaken(request: HttpRequest, draft: Draft, scripted: bool) -> HttpResponse:
    said = gettext("Not kept: an other window, or an earlier visit, has left a draft in this form.")
    if scripted:
        return JsonResponse({"message": said, "version": draft.version}, status=409)
    context = {
        "draft": draft,
        "restore_url": restore_address(draft, get_language()),
        "given": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", "draft_over")
            for value in values
        ],
    }
    return render(request, "foundation/draft_overtaken.html", context, status=409)


def _gone(request: HttpRequest, form: str, scripted: bool) -> HttpResponse:
    said = gettext("Not kept: this was sent or discarded in another window.")
    if scripted:
        return JsonResponse({"message": said, "version": 0}, status=410)
    messages.warning(request, said)
    return redirect("foundation:drafts")


def _refused(request: HttpRequest, said: Any, url: str, scripted: bool) -> HttpResponse:
    if scripted:
        return JsonResponse({"message": str(said)}, status=400)
    messages.error(request, str(said))
    return redirect(f"/{get_language()}{url}")


@login_required
@require_POST
def discard_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw one draft away and show the form as it was before."""
    draft = keeping.discard(actor=request.user, pk=pk)
    if draft is None:
        raise Http404
    messages.success(request, gettext("The draft is discarded."))
    return redirect(f"/{get_language()}{draft.url}")


@login_required
def draft_list(request: HttpRequest) -> HttpResponse:
    """What one began to write, newest first."""
    language = get_language()
    rows = [
        {"draft": row, "label": kinds.label_of(row.form), "url": restore_address(row, language)}
        for row in keeping.waiting_of(request.user)
    ]
    return render(request, "foundation/drafts.html", {"rows": rows})
