"""The desk: one's organisations, their profiles and offers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from portal.accounts.requests import person
from portal.foundation import drafts, permissions
from portal.organisations import actions, labels
from portal.organisations.completeness import completeness
from portal.organisations.drafting import OFFER, PROFILE
from portal.organisations.exports import profile_csv
from portal.organisations.forms import EditForm, OfferForm, ProfileForm
from portal.organisations.models import Offer, Organisation
from portal.organisations.queries import invitations_for, organisations_of
from portal.organisations.views.common import (
    own_organisation,
    own_profile,
    profile_of,
    try_action,
    try_form,
)


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """One's organisations with what each wants next, and invitations to join others."""
    cards = [_card(organisation) for organisation in organisations_of(person(request))]
    context = {"cards": cards, "invitations": invitations_for(person(request))}
    return render(request, "organisations/desk.html", context)


def _card(organisation: Organisation) -> dict[str, Any]:
    profile = profile_of(organisation)
    percent, missing = completeness(profile) if profile else (0, [])
    return {
        "organisation": organisation,
        "profile": profile,
        "percent": percent,
        "missing": missing,
        "next": missing[0] if missing else None,
    }


@login_required
def organisation(request: HttpRequest, key: str) -> HttpResponse:
    """One organisation: state, completeness, offers, members."""
    own = own_organisation(request, key)
    profile = profile_of(own)
    context = _card(own) | {
        "district": labels.district_label(own.district),
        "offers": [
            (offer, labels.offer_type_label(offer.type))
            for offer in (profile.offers.all() if profile else [])
        ],
        "may_ask": profile is not None
        and permissions.allowed(
            request.user, "organisations.profile.request_verification", profile
        ),
        "may_export": profile is not None
        and permissions.allowed(request.user, "organisations.profile.export", profile),
    }
    return render(request, "organisations/organisation.html", context)


@login_required
def edit_organisation(request: HttpRequest, key: str) -> HttpResponse:
    """Change names, place and contact; an owner adds the code where it is missing."""
    own = own_organisation(request, key)
    adds_code = own.uscc is None and permissions.allowed(
        request.user, "organisations.organisation.add_uscc", own
    )
    initial = EditForm.initial_of(own)
    form = EditForm(request.POST or None, initial=initial, adds_code=adds_code)
    if request.method == "POST" and try_form(
        form,
        lambda: actions.update_organisation(
            actor=person(request), organisation=own, **form.values()
        ),
    ):
        messages.success(request, gettext("Saved."))
        return redirect("organisations:organisation", own.key)
    return render(
        request, "organisations/edit_organisation.html", {"form": form, "organisation": own}
    )


@login_required
def edit_profile(request: HttpRequest, key: str) -> HttpResponse:
    """Write the provider profile, making it the first time."""
    own = own_organisation(request, key)
    profile = profile_of(own)
    initial = ProfileForm.initial_of(profile) if profile else {"kind": "provider"}
    form = ProfileForm(request.POST or None, initial=initial)
    drafts.fill(form, request, PROFILE, own.key)
    if request.method == "POST" and try_form(
        form,
        lambda: actions.save_profile(actor=person(request), organisation=own, **form.values()),
    ):
        drafts.clear(request.user, PROFILE, own.key)
        messages.success(request, gettext("Saved."))
        return redirect("organisations:organisation", own.key)
    return render(request, "organisations/edit_profile.html", {"form": form, "organisation": own})


@login_required
@require_POST
def set_listed(request: HttpRequest, key: str) -> HttpResponse:
    """Put the profile on the list (`listed=1`) or take it off."""
    profile = own_profile(request, key)
    actor = person(request)
    if request.POST.get("listed") == "1":
        try_action(
            request,
            lambda: actions.list_profile(actor=actor, profile=profile),
            gettext("The profile is listed: everybody can find it."),
        )
    else:
        try_action(
            request,
            lambda: actions.unlist_profile(actor=actor, profile=profile),
            gettext("The profile is off the list. Nothing of it is lost."),
        )
    return redirect("organisations:organisation", key)


@login_required
@require_POST
def ask_verification(request: HttpRequest, key: str) -> HttpResponse:
    """Ask a moderator to look."""
    profile = own_profile(request, key)
    try_action(
        request,
        lambda: actions.request_verification(actor=person(request), profile=profile),
        gettext("A moderator will look at it. You will be told."),
    )
    return redirect("organisations:organisation", key)


@login_required
def add_offer(request: HttpRequest, key: str) -> HttpResponse:
    """A new offer."""
    profile = own_profile(request, key)
    form = OfferForm(request.POST or None)
    drafts.fill(form, request, OFFER, key)
    if request.method == "POST" and try_form(
        form,
        lambda: actions.add_offer(actor=person(request), profile=profile, **form.cleaned_data),
    ):
        drafts.clear(request.user, OFFER, key)
        messages.success(request, gettext("The offer is added."))
        return redirect("organisations:organisation", key)
    return _offer_page(request, form, profile.organisation, None)


@login_required
def edit_offer(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Change an offer."""
    offer = _own_offer(request, key, pk)
    form = OfferForm(request.POST or None, initial=OfferForm.initial_of(offer))
    drafts.fill(form, request, OFFER, f"{key}:{pk}")
    if request.method == "POST" and try_form(
        form,
        lambda: actions.update_offer(actor=person(request), offer=offer, **form.cleaned_data),
    ):
        drafts.clear(request.user, OFFER, f"{key}:{pk}")
        messages.success(request, gettext("Saved."))
        return redirect("organisations:organisation", key)
    return _offer_page(request, form, offer.provider.organisation, offer)


@login_required
def delete_offer(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Ask once, then delete an offer."""
    offer = _own_offer(request, key, pk)
    if request.method == "POST":
        try_action(
            request,
            lambda: actions.delete_offer(actor=person(request), offer=offer),
            gettext("The offer is deleted."),
        )
        return redirect("organisations:organisation", key)
    context = {
        "organisation": offer.provider.organisation,
        "offer": offer,
        "title": gettext("Delete this offer?"),
        "text": gettext("“%(offer)s” disappears from your profile and from searches.")
        % {"offer": offer},
        "confirm_label": gettext("Delete the offer"),
        "tone": "danger",
    }
    return render(request, "organisations/confirm.html", context)


@login_required
def export_profile(request: HttpRequest, key: str) -> HttpResponse:
    """One's own profile and offers as CSV, in the columns that files are loaded from."""
    profile = own_profile(request, key)
    permissions.require(request.user, "organisations.profile.export", profile)
    # The mark lets spreadsheets read Chinese.
    response = HttpResponse(f"\ufeff{profile_csv(profile)}", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="provider.csv"'
    return response


def _own_offer(request: HttpRequest, key: str, pk: int) -> Offer:
    profile = own_profile(request, key)
    return get_object_or_404(
        Offer.objects.select_related("provider__organisation"), pk=pk, provider=profile
    )


def _offer_page(
    request: HttpRequest, form: OfferForm, own: Organisation, offer: Offer | None
) -> HttpResponse:
    about = f"{own.key}:{offer.pk}" if offer else own.key
    context = {"form": form, "organisation": own, "offer": offer, "draft_about": about}
    return render(request, "organisations/edit_offer.html", context)
