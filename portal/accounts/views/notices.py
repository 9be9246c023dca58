"""Privacy notice, terms, accessibility statement; agreeing to them and taking it back."""

from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from portal.accounts import consent, notices
from portal.accounts.gate import NOTICES_DUE
from portal.accounts.requests import person
from portal.foundation.text import content_language


def notice(request: HttpRequest, kind: str, version: str = "") -> HttpResponse:
    """One notice in the wording in force, or in an older one."""
    every = notices.versions(kind)
    shown = next((row for row in every if row.version == version), None) if version else every[-1]
    if shown is None:
        raise Http404
    language = content_language()
    context = {
        "kind": kind,
        "notice": shown,
        "title": shown.title(language),
        "sections": shown.shown(language),
        "is_current": shown is every[-1],
        "others": [row for row in reversed(every) if row is not shown],
    }
    return render(request, "accounts/notice.html", context)


@login_required
def agree(request: HttpRequest) -> HttpResponse:
    """After a sign-in: what has to be read and agreed to before going on."""
    user = person(request)
    target = get_next_redirect_url(request) or "/"
    due = consent.due(user)
    if request.method == "POST":
        if due and request.POST.get("agree") != "on":
            messages.error(request, gettext("Tick the box, or sign out."))
        else:
            for purpose in due:
                consent.give(actor=user, purpose=purpose)
            due = []
    if not due:
        request.session.pop(NOTICES_DUE, None)
        return redirect(target)
    language = content_language()
    rows = [(kind, notices.current(kind).title(language)) for kind in due]
    known = user.consents.exists()
    context = {"rows": rows, "next": target, "is_new_wording": known}
    return render(request, "accounts/agree.html", context)


@login_required
@require_POST
def contacts(request: HttpRequest, wish: str) -> HttpResponse:
    """Agree to sharing one's contacts after an introduction, or take that back."""
    user = person(request)
    try:
        if wish == "give":
            consent.give(actor=user, purpose=consent.Purpose.CONTACTS)
            messages.success(
                request,
                gettext(
                    "You agreed: the other side of an accepted introduction sees your contacts."
                ),
            )
        else:
            consent.withdraw(actor=user, purpose=consent.Purpose.CONTACTS)
            messages.success(
                request, gettext("Taken back: from now on no introduction shows your contacts.")
            )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(get_next_redirect_url(request) or "accounts:my-data")
