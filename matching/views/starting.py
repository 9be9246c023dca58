"""The way in for those who offer something: say it, see the needs that fit, then keep it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from matching.drafting import FIRM, OFFER, take_up_offer
from matching.features import facts_of
from matching.fitting import fitting_for
from matching.reading import understand
from matching.start_forms import KeepForm, OfferStartForm, by_language, name_and_code
from matching.views.common import add_errors
from portal.accounts.requests import person
from portal.foundation import drafts
from portal.foundation.limits import few_reads
from portal.organisations.actions.starting import start_profile
from portal.organisations.models import Organisation, ProviderProfile
from portal.vocabulary import get_vocabulary

SHOWN = 3
_NAMES = {"name_zh": "name", "name_en": "name", "ref": "name", "summary_zh": "kind"}


@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest) -> HttpResponse:
    """Two boxes, open to everybody."""
    if request.method == "POST":
        form = OfferStartForm(request.POST)
        if form.is_valid():
            given = QueryDict(mutable=True)
            given.update({**form.cleaned_data, "token": uuid4().hex})
            request.session[FIRM] = given.urlencode()
            return redirect("matching:start-fitting")
        return render(request, "matching/start_offer.html", {"form": form}, status=400)
    form = OfferStartForm(initial=_said(request).dict())
    return render(request, "matching/start_offer.html", {"form": form})


def _said(request: HttpRequest) -> QueryDict:
    return QueryDict(request.session.get(FIRM, ""))


@require_http_methods(["GET", "POST"])
@few_reads
def fitting(request: HttpRequest) -> HttpResponse:
    """The needs that fit what was said, and keeping it as a profile that is not listed yet."""
    if drafts.asked_for(request):
        take_up_offer(request)
    said = _said(request)
    if not said.get("words"):
        return redirect("matching:start-offer")
    organisations = _without_profile(request.user)
    if request.method != "POST":
        name, code = name_and_code(said.get("firm", ""))
        initial = {"name": name, "uscc": code}
        return _page(request, said, KeepForm(initial=initial, organisations=organisations))
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("matching:start-fitting"))
    form = KeepForm(request.POST, organisations=organisations)
    profile = _kept(request, said, form) if form.is_valid() else None
    if profile is None:
        return _page(request, said, form, status=400)
    request.session.pop(FIRM, None)
    drafts.clear(request.user, OFFER)
    messages.success(
        request,
        gettext("Your profile is kept as a draft. Add an offer, then list it: factories find it."),
    )
    return redirect("organisations:organisation", profile.organisation.key)


def _without_profile(user: Any) -> list[Organisation]:
    if not user.is_authenticated:
        return []
    rows = Organisation.objects.filter(memberships__user_id=user.pk, provider__isnull=True)
    return list(rows.order_by("pk"))


def _kept(request: HttpRequest, said: QueryDict, form: KeepForm) -> ProviderProfile | None:
    data = form.cleaned_data
    try:
        return start_profile(
            actor=person(request),
            organisation=form.chosen,
            name=by_language(data["name"]),
            uscc=data["uscc"],
            kind=data["kind"],
            district=data["district"],
            summary=by_language(str(said["words"])),
            token=said.get("token", ""),
        )
    except ValidationError as error:
        add_errors([form], error, _NAMES)
        return None


def _page(request: HttpRequest, said: QueryDict, form: KeepForm, status: int = 200) -> HttpResponse:
    words = str(said["words"])
    on = timezone.localdate()
    facts = facts_of(_thought_of(words), on)
    found = fitting_for(facts, on, reverse("matching:start-offer"), by_words=False)
    vocabulary = get_vocabulary()
    read = understand(words)
    context = {
        "form": form,
        "said": said,
        "results": found["results"][:SHOWN],
        "total": len(found["results"]),
        "tags": [
            {"zh": concept.label("zh"), "en": concept.label("en")}
            for row in read.concepts
            if (concept := vocabulary.concept(row["concept"])) is not None
        ],
    }
    return render(request, "matching/start_fitting.html", context, status=status)


def _thought_of(words: str) -> ProviderProfile:
    """A profile that says just this, which nobody has stored."""
    text = by_language(words)
    return ProviderProfile(
        pk=0,
        organisation=Organisation(pk=0, district=""),
        kind=ProviderProfile.Kind.PROVIDER,
        summary_zh=text.get("zh", ""),
        summary_en=text.get("en", ""),
    )
