"""Asking for introductions, and one introduction."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from matching.actions import introduction as actions
from matching.actions.moves import ActionRefused, StaleMove
from matching.contacts import CONTACTS
from matching.deal_detail import deal_context
from matching.detail import introduction_context
from matching.drafting import ASK
from matching.forms import IntroductionForm, ReasonForm
from matching.models import Introduction, Need
from matching.people import is_member, own_providers
from matching.states import OPEN
from matching.views.common import (
    add_errors,
    introduction_for,
    key_or_404,
    need_for,
    seen_version,
    tell_refusal,
)
from portal.accounts.consent import has_consented
from portal.foundation import drafts
from portal.organisations.models import ProviderProfile
from portal.organisations.queries import visible_providers

Side = Introduction.Side


@login_required
@require_GET
def introduction(request: HttpRequest, pk: int) -> HttpResponse:
    """One introduction for both sides and, without contacts, for the city."""
    row = introduction_for(request.user, pk)
    return _introduction_page(request, row)


def _introduction_page(
    request: HttpRequest, row: Introduction, *, status: int = 200, **forms: ReasonForm
) -> HttpResponse:
    context = {
        "decline": ReasonForm(auto_id="decline-%s"),
        "withdraw": ReasonForm(auto_id="withdraw-%s", needed=False),
        "close": ReasonForm(auto_id="close-%s", needed=False),
        **forms,
        **introduction_context(row, request.user),
        **deal_context(row, request.user),
    }
    return render(request, "matching/introduction.html", context, status=status)


ANSWERS: dict[str, Callable[..., Introduction]] = {
    "accept": actions.accept,
    "decline": actions.decline,
    "withdraw": actions.withdraw,
    "close": actions.close,
}


@login_required
@require_POST
def answer(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Accept, decline, withdraw or close; who comes too late is told what happened meanwhile."""
    row = introduction_for(request.user, pk)
    if name not in ANSWERS:
        raise Http404
    given: dict[str, Any] = {"reason": request.POST.get("reason", "")}
    if name == "accept":
        given = {"share_contacts": request.POST.get("share_contacts") == "on"}
    try:
        ANSWERS[name](actor=request.user, introduction=row, seen=seen_version(request), **given)
    except ActionRefused as refusal:
        tell_refusal(request, refusal)
    except ValidationError as error:
        return _reason_missing(request, row, name, error)
    else:
        state = row.get_state_display()
        messages.success(
            request, gettext("Done: “%(state)s”. The other side is told.") % {"state": state}
        )
    return redirect(row)


def _reason_missing(
    request: HttpRequest, row: Introduction, name: str, error: ValidationError
) -> HttpResponse:
    """The page again with what was typed, and what is wrong with it."""
    form = ReasonForm(request.POST, auto_id=f"{name}-%s", needed=name == "decline")
    if form.is_valid():
        add_errors([form], error)
    return _introduction_page(request, row, status=400, **{name: form})


@login_required
@require_http_methods(["GET", "POST"])
def introduce(request: HttpRequest) -> HttpResponse:
    """Ask for an introduction: `?need=REF&provider=KEY`, either of which may be left to choose."""
    wanted = request.POST if request.method == "POST" else request.GET
    side, needs, providers = _candidates(
        request.user, wanted.get("need", ""), wanted.get("provider", "")
    )
    about = f"{wanted.get('need', '')}:{wanted.get('provider', '')}"[:100]
    form = IntroductionForm(
        request.POST or None,
        needs=needs,
        providers=providers,
        shares_contacts=has_consented(request.user, CONTACTS),
    )
    drafts.fill(form, request, ASK, about)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        need, provider = form.needs[data["need"]], form.providers[data["provider"]]
        try:
            made = actions.request_introduction(
                actor=request.user,
                need=need,
                provider=provider,
                side=side,
                message=data["message"],
                share_contacts=data.get("share_contacts", False),
            )
        except ValidationError as error:
            add_errors([form], error)
        except StaleMove as refusal:
            tell_refusal(request, refusal)
            return redirect("matching:introduction", refusal.obj.pk)
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            drafts.clear(request.user, ASK, about)
            messages.success(request, gettext("Asked. You are told when the other side answers."))
            return redirect(made)
    context = {
        "form": form,
        "draft_about": about,
        "side": side,
        "need": needs[0] if len(needs) == 1 else None,
        "provider": providers[0] if len(providers) == 1 else None,
    }
    return render(request, "matching/introduce.html", context, status=400 if form.errors else 200)


def _candidates(user: Any, ref: str, key: str) -> tuple[str, list[Need], list[ProviderProfile]]:
    """Which side the person asks for, and the needs and providers it may choose from.

    Raises Http404 where there is nothing it could ask for."""
    if not ref:
        return Side.MANUFACTURER, _open_needs(user), [_listed(key)]
    need = need_for(user, ref)
    if is_member(user, need.organisation_id):
        return Side.MANUFACTURER, [need], [_listed(key)]
    own = own_providers(user).exclude(organisation_id=need.organisation_id)
    providers = list(own.filter(organisation__key=key_or_404(key)) if key else own)
    if not providers:
        raise Http404
    return Side.PROVIDER, [need], providers


def _listed(key: str) -> ProviderProfile:
    return get_object_or_404(visible_providers(), organisation__key=key_or_404(key))


def _open_needs(user: Any) -> list[Need]:
    return list(
        Need.objects.filter(state=OPEN, organisation__memberships__user_id=user.pk).select_related(
            "organisation"
        )
    )
