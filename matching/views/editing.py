"""Changing a draft, and what was understood of an open need."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from matching.actions.moves import IllegalMove, StaleMove
from matching.actions.need import post_need, set_understanding, update_draft
from matching.content import Understanding, Words
from matching.drafting import CHANGE
from matching.forms import NeedForm
from matching.models import Need
from matching.reading import seal, unseal
from matching.states import DRAFT, OPEN
from matching.views.common import add_errors, own_need, tell_refusal
from matching.views.posting import (
    POST,
    READ_AGAIN,
    fitting,
    form_initial,
    read_again,
    tell_read_again,
    tell_stored,
    words_changed,
)
from portal.foundation import drafts
from portal.foundation.limits import few_reads


@login_required
@require_http_methods(["GET", "POST"])
@few_reads
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """All of a draft; of an open need what was understood, as its words were moderated."""
    need = own_need(request.user, ref)
    if need.state not in (DRAFT, OPEN):
        raise Http404
    if request.method == "POST":
        return _submitted(request, need, request.POST)
    if (kept := drafts.restored(request, CHANGE, need.ref)) is not None:
        return _page(request, need, _bound(need, kept))
    stored = Understanding.of(need)
    initial = {
        **form_initial(stored),
        "title": need.title,
        "description": need.description,
        "version": need.version,
        "reading": seal(stored, need.description),
    }
    form = NeedForm(initial=initial, understood=stored, words_fixed=need.state == OPEN)
    return _page(request, need, form)


def _page(request: HttpRequest, need: Need, form: NeedForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "need": need, "fitting": fitting(form)}
    return render(request, "matching/edit.html", context, status=status)


def _bound(need: Need, data: QueryDict) -> NeedForm:
    opened = unseal(data.get("reading", ""))
    fixed = need.state == OPEN
    initial = {"title": need.title, "description": need.description}
    understanding = opened[0] if opened else Understanding.of(need)
    return NeedForm(data, initial=initial, understood=understanding, words_fixed=fixed)


def _submitted(request: HttpRequest, need: Need, data: QueryDict) -> HttpResponse:
    intent = data.get("intent", "")
    if need.state == DRAFT and (intent == READ_AGAIN or words_changed(data)):
        if intent != READ_AGAIN:
            tell_read_again(request)
        return _page(request, need, _bound(need, read_again(data)))
    form = _bound(need, data)
    if not form.is_valid():
        return _page(request, need, form, status=400)
    try:
        _store(request.user, need, form, post=intent == POST)
    except ValidationError as error:
        add_errors([form], error)
        return _page(request, need, form, status=400)
    except StaleMove as refusal:
        return _overtaken(request, need, data, refusal)
    except IllegalMove as refusal:
        tell_refusal(request, refusal)
        return redirect(need)
    drafts.clear(request.user, CHANGE, need.ref)
    if need.state == OPEN and intent != POST:
        messages.success(request, gettext("Kept. The matches are made with this from now on."))
    else:
        tell_stored(request, need)
    return redirect(need)


@transaction.atomic
def _store(user: Any, need: Need, form: NeedForm, *, post: bool) -> None:
    seen = form.cleaned_data["version"]
    words = form.words()
    if need.state == DRAFT and words != Words(need.title, need.description, need.language):
        update_draft(actor=user, need=need, words=words, seen=seen)
        seen = need.version
    set_understanding(actor=user, need=need, understanding=form.understanding(), seen=seen)
    if post and need.state == DRAFT:
        post_need(actor=user, need=need)


def _overtaken(
    request: HttpRequest, need: Need, data: QueryDict, refusal: StaleMove
) -> HttpResponse:
    """Nothing typed is lost: the form is shown again and its next sending counts."""
    current = Need.objects.select_related("organisation").get(pk=need.pk)
    tell_refusal(request, refusal)
    if current.state not in (DRAFT, OPEN):
        return redirect(current)
    renewed = data.copy()
    renewed["version"] = str(current.version)
    form = _bound(current, renewed)
    form.add_error(
        None, gettext("What you typed is kept below. Send it again to put it in place of theirs.")
    )
    return _page(request, current, form, status=409)
