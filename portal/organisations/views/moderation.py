"""The moderators' side of a provider: verify, decline, titles seen."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST

from portal.accounts import security
from portal.accounts.requests import person
from portal.foundation import audit, permissions
from portal.organisations import actions, labels
from portal.organisations.forms import DecisionForm, RecognitionForm
from portal.organisations.models import ProviderProfile, Recognition
from portal.organisations.queries import provider_by_key
from portal.organisations.views.common import try_action, try_form


@login_required
def provider(request: HttpRequest, key: str) -> HttpResponse:
    """Look at a provider and decide; `decision` is verify, decline or pass_code."""
    profile = _profile(request, key)
    form = DecisionForm(request.POST or None)
    if request.POST.get("decision") == "pass_code" and not request.POST.get("sure"):
        return _ask_to_pass(request, profile)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        if _decide(request, profile, request.POST.get("decision", ""), note):
            return redirect("organisations:moderate", key)
    return _page(request, profile, form, RecognitionForm())


def _ask_to_pass(request: HttpRequest, profile: ProviderProfile) -> HttpResponse:
    """A code that was passed stays so."""
    context = {
        "title": gettext("Does the licence show this code?"),
        "text": gettext("%(code)s is passed for good: nobody is asked to look at it again.")
        % {"code": profile.organisation.uscc},
        "confirm_label": gettext("The licence shows this code"),
        "cancel_url": reverse("organisations:moderate", args=[profile.organisation.key]),
        "fields": {"decision": "pass_code", "sure": "1"},
    }
    return render(request, "layouts/confirm.html", context)


def _decide(request: HttpRequest, profile: ProviderProfile, decision: str, note: str) -> bool:
    actor = person(request)
    if decision == "verify":
        return try_action(
            request,
            lambda: actions.verify_provider(actor=actor, profile=profile, note=note),
            gettext("The profile is verified."),
        )
    if decision == "decline":
        return try_action(
            request,
            lambda: actions.decline_verification(actor=actor, profile=profile, note=note),
            gettext("The profile is declined; its owners are told why."),
        )
    if decision == "pass_code":
        return try_action(
            request,
            lambda: actions.pass_uscc(actor=actor, organisation=profile.organisation, note=note),
            gettext("The code is passed."),
        )
    return False


@login_required
@require_POST
def record_recognition(request: HttpRequest, key: str) -> HttpResponse:
    """Record a certificate that was seen."""
    profile = _profile(request, key)
    form = RecognitionForm(request.POST)
    if try_form(
        form,
        lambda: actions.record_recognition(
            actor=person(request), organisation=profile.organisation, **form.cleaned_data
        ),
    ):
        return redirect("organisations:moderate", key)
    return _page(request, profile, DecisionForm(), form)


@login_required
def withdraw_recognition(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Ask once, then take a title back."""
    profile = _profile(request, key)
    recognition = get_object_or_404(
        Recognition.objects.select_related("organisation"),
        pk=pk,
        organisation=profile.organisation,
    )
    if request.method == "POST":
        try_action(
            request,
            lambda: actions.withdraw_recognition(actor=person(request), recognition=recognition),
            gettext("The title is taken back."),
        )
        return redirect("organisations:moderate", key)
    context = {
        "title": gettext("Take this title back?"),
        "text": gettext("“%(title)s” and its dates go; the listed tier may fall.")
        % {"title": labels.tier_label(recognition.tier)},
        "confirm_label": gettext("Take it back"),
        "cancel_url": reverse("organisations:moderate", args=[key]),
        "tone": "danger",
    }
    return render(request, "layouts/confirm.html", context)


def _profile(request: HttpRequest, key: str) -> ProviderProfile:
    permissions.require(request.user, "foundation.moderate")
    profile = provider_by_key(key)
    if profile is None:
        raise Http404
    return profile


def _page(
    request: HttpRequest,
    profile: ProviderProfile,
    form: DecisionForm,
    recognition_form: RecognitionForm,
) -> HttpResponse:
    security.viewed(request, what="contact", organisation=profile.organisation.key)
    may: dict[str, Any] = {
        verb: permissions.allowed(request.user, f"organisations.profile.{verb}", profile)
        for verb in ("verify", "decline")
    }
    said = {permission.action: permission.summary for permission in permissions.table()}
    said["organisations.profile.tier"] = gettext_noop("The listed tier changed")
    context = {
        "profile": profile,
        "organisation": profile.organisation,
        "district": labels.district_label(profile.organisation.district),
        "form": form,
        "recognition_form": recognition_form,
        "recognitions": [
            (row, labels.tier_label(row.tier)) for row in profile.organisation.recognitions.all()
        ],
        "may": may,
        "entries": [
            {
                "when": entry.at,
                "title": gettext(said.get(entry.verb, entry.verb)),
                "text": entry.note,
                "actor": entry.actor,
            }
            for entry in audit.trail(profile).reverse()[:30]
        ],
    }
    return render(request, "organisations/moderate.html", context)
