"""Registering an organisation: first what one is here for, then who one is."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from portal.accounts.requests import person
from portal.foundation.forms import add_refusal
from portal.organisations import actions
from portal.organisations.forms import RegisterForm

INTENTS = ("offer", "need")


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """`?as=offer` or `?as=need` says what one came for; without it the page asks."""
    intent = request.GET.get("as")
    if intent not in INTENTS:
        return render(request, "organisations/register_choice.html")
    form = RegisterForm(request.POST or None, offers=intent == "offer")
    if request.method == "POST" and form.is_valid():
        try:
            organisation = actions.register_organisation(actor=person(request), **form.values())
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, gettext("Your organisation is registered."))
            if intent == "offer":
                return redirect("organisations:edit-profile", organisation.key)
            return redirect("organisations:organisation", organisation.key)
    return render(request, "organisations/register.html", {"form": form, "intent": intent})
