"""“My data”: what one agreed to, a copy of everything, the end of the account."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from portal.accounts import consent, erasing, exporting, notices, security
from portal.accounts.forms import ErasureForm
from portal.accounts.models import Consent, DataExport, Erasure, SecurityEvent
from portal.accounts.requests import person
from portal.foundation.forms import add_refusal
from portal.foundation.text import content_language

SHOWN = 5


@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything about one's own data in one place."""
    user = person(request)
    contacts = consent.in_force(user, Consent.Purpose.CONTACTS)
    language = content_language()
    context = {
        "consents": Consent.objects.filter(user=user)[:20],
        "contacts": contacts,
        "contacts_text": notices.current("contacts").shown(language),
        "exports": DataExport.objects.filter(user=user)[:SHOWN],
        "erasure": erasing.waiting(user),
    }
    return render(request, "accounts/my_data.html", context)


@login_required
@require_POST
@reauthentication_required
def ask_export(request: HttpRequest) -> HttpResponse:
    """Ask for a copy."""
    try:
        exporting.ask(actor=person(request), request=request)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("The copy is being made. You are told when it is ready."))
    return redirect("accounts:my-data")


@login_required
@reauthentication_required
def download(request: HttpRequest, key: Any) -> HttpResponseBase:
    """The copy itself, to nobody but its person."""
    user = person(request)
    export = exporting.downloadable(user, key)
    if export is None or not exporting.path_of(export).is_file():
        raise Http404
    security.log(SecurityEvent.Kind.DOWNLOAD, request=request, user=user)
    name = f"duijie-{timezone.localtime(export.asked_at):%Y-%m-%d}.zip"
    response = FileResponse(
        exporting.path_of(export).open("rb"),
        as_attachment=True,
        filename=name,
        content_type="application/zip",
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_required
@reauthentication_required
def erase(request: HttpRequest) -> HttpResponse:
    """What happens to what, and the form that confirms by typing."""
    user = person(request)
    if erasing.waiting(user):
        return redirect("accounts:my-data")
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            erasing.ask(actor=user, typed=form.cleaned_data["typed"], request=request)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(
                request, gettext("Asked for. You can change your mind until the day it is done.")
            )
            return redirect("accounts:my-data")
    context = {"form": form, "reasons": erasing.standing_in_the_way(user)}
    return render(request, "accounts/erase.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def keep_own(request: HttpRequest) -> HttpResponse:
    """Change one's mind, with one click."""
    waiting = erasing.waiting(person(request))
    if waiting is not None and erasing.cancel(erasure=waiting, request=request):
        messages.success(request, gettext("Your account stays."))
    else:
        messages.info(request, gettext("No erasure waits."))
    return redirect("accounts:my-data")


def keep(request: HttpRequest, token: str) -> HttpResponse:
    """The same from the link in the e-mail, signed in or not; opening it changes nothing yet, as
    programs that look at e-mail open links too."""
    erasure = erasing.by_token(token)
    if erasure is None:
        raise Http404
    if request.method == "POST":
        erasing.cancel(erasure=erasure, request=request)
        erasure.refresh_from_db()
    context = {"erasure": erasure, "states": Erasure.State}
    return render(request, "accounts/keep.html", context)
