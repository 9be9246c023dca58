"""From one box of text to a posted need. What is typed is kept in the session until then."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from matching.actions.moves import MoveRefused
from matching.actions.need import create_draft, post_need
from matching.actions.start import start_need
from matching.content import Understanding
from matching.drafting import FORM, NEED, TEXT, TOKEN, shown, take_up, words_of
from matching.forms import NeedForm, OwnerForm, TextForm
from matching.models import Need
from matching.preview import providers_within
from matching.reading import digest, keep_switches, propose_title, seal, understand, unseal
from matching.states import OPEN
from matching.views.common import add_errors, own_need, tell_refusal
from portal.foundation import drafts
from portal.foundation.limits import few_reads
from portal.organisations.models import Organisation

READ_AGAIN, DRAFT, POST = "read", "draft", "post"
_OWNER_FIELDS = {"uscc": "new_uscc", "name_zh": "new_name", "name_en": "new_name"}


@require_http_methods(["GET", "POST"])
def post(request: HttpRequest) -> HttpResponse:
    """The one box, open to everybody; with the words of a need of one's own, where asked for."""
    if request.method == "POST":
        form = TextForm(request.POST)
        if form.is_valid():
            text = form.cleaned_data["text"]
            if text != request.session.get(TEXT):
                request.session.pop(FORM, None)
                request.session[TOKEN] = uuid4().hex
            request.session[TEXT] = text
            return redirect("matching:understood")
        return render(request, "matching/post.html", {"form": form}, status=400)
    kept = drafts.restored(request, NEED)
    given = _once_written(request) or request.session.get(TEXT, "")
    given = words_of(kept) if kept is not None else given
    return render(request, "matching/post.html", {"form": TextForm(initial={"text": given})})


def _once_written(request: HttpRequest) -> str:
    """The words that the address brings along, or those of the need it names."""
    if ref := request.GET.get("again"):
        return own_need(request.user, ref).description
    return request.GET.get("text", "")


@require_http_methods(["GET", "POST"])
@few_reads
def understood(request: HttpRequest) -> HttpResponse:
    """What was understood, to correct; posting needs an account and nothing is lost by it."""
    text = request.session.get(TEXT)
    if request.method == "POST":
        return _submitted(request, request.POST)
    if drafts.asked_for(request):
        take_up(request)
        text = request.session.get(TEXT)
    if not text:
        return redirect("matching:post")
    if kept := request.session.get(FORM):
        need_form, _ = _bound(request, QueryDict(kept))
        # Kept before anybody was signed in, it says nothing of whose need it is.
        owner = OwnerForm(organisations=_organisations(request.user))
        drafts.fill(owner, request, NEED)
        return _page(request, need_form, owner)
    understanding = understand(text)
    form = NeedForm(initial=_initial(request, text, understanding), understood=understanding)
    return _page(request, form, OwnerForm(organisations=_organisations(request.user)))


def _initial(request: HttpRequest, text: str, understanding: Understanding) -> dict[str, Any]:
    return {
        **form_initial(understanding),
        "title": propose_title(text),
        "description": text,
        "token": request.session.get(TOKEN) or uuid4().hex,
        "reading": seal(understanding, text),
    }


def form_initial(understanding: Understanding) -> dict[str, Any]:
    """What the form shows of an understanding: the concepts that are on."""
    off = set(understanding.concepts_off)
    fields = understanding.as_fields()
    fields["concepts"] = [
        row["concept"] for row in understanding.concepts if row["concept"] not in off
    ]
    return fields


def _bound(request: HttpRequest, data: Mapping[str, Any]) -> tuple[NeedForm, OwnerForm]:
    opened = unseal(str(data.get("reading", "")))
    understanding = opened[0] if opened else understand(str(data.get("description", ""))[:20_000])
    organisations = _organisations(request.user)
    return NeedForm(data, understood=understanding), OwnerForm(data, organisations=organisations)


def _organisations(user: Any) -> list[Organisation]:
    if not user.is_authenticated:
        return []
    return list(Organisation.objects.filter(memberships__user_id=user.pk).order_by("pk"))


def _page(
    request: HttpRequest, form: NeedForm, owner: OwnerForm, status: int = 200
) -> HttpResponse:
    text = request.session.get(TEXT, "")
    context = {
        "form": form,
        "owner": owner,
        "fitting": fitting(form),
        "draft_shown": shown(drafts.opened(request, NEED), text),
    }
    return render(request, "matching/understood.html", context, status=status)


def fitting(form: NeedForm) -> int | None:
    """How many providers meet what the form says now; of a form with errors what was read."""
    if form.is_bound and form.is_valid():
        return providers_within(form.understanding())
    return None if form.is_bound else providers_within(form.understood)


def _submitted(request: HttpRequest, data: QueryDict) -> HttpResponse:
    intent = data.get("intent", POST)
    if intent == READ_AGAIN or words_changed(data):
        data = read_again(data)
        if intent != READ_AGAIN:
            tell_read_again(request)
        return _page(request, *_bound(request, data))
    form, owner = _bound(request, data)
    signed_in = request.user.is_authenticated
    if not form.is_valid() or (signed_in and not owner.is_valid()):
        return _page(request, form, owner, status=400)
    if not signed_in:
        request.session[TEXT] = form.cleaned_data["description"]
        request.session[FORM] = _own_fields(data, form, owner)
        return redirect_to_login(reverse("matching:understood"))
    try:
        need = _create(request.user, form, owner)
        if intent == POST and need.state == Need.State.DRAFT:
            post_need(actor=request.user, need=need)
    except ValidationError as error:
        add_errors([form, owner], error, _OWNER_FIELDS)
        return _page(request, form, owner, status=400)
    except MoveRefused as refusal:
        tell_refusal(request, refusal)
        return redirect(need)
    for key in (TEXT, FORM, TOKEN):
        request.session.pop(key, None)
    drafts.clear(request.user, NEED)
    tell_stored(request, need)
    return redirect(need)


def _own_fields(data: QueryDict, *forms: Form) -> str:
    """What of the data the forms know, as an address has it: nothing else fills the session."""
    kept = QueryDict(mutable=True)
    for form in forms:
        for name in form.fields:
            kept.setlist(name, data.getlist(name))
    return kept.urlencode()


def _create(user: Any, form: NeedForm, owner: OwnerForm) -> Need:
    organisation = owner.chosen
    given: dict[str, Any] = {
        "actor": user,
        "words": form.words(),
        "understanding": form.understanding(),
        "token": form.cleaned_data["token"],
    }
    if organisation is not None:
        return create_draft(organisation=organisation, **given)
    return start_need(
        name=owner.cleaned_data["new_name"], uscc=owner.cleaned_data["new_uscc"], **given
    )


def words_changed(data: QueryDict) -> bool:
    """Is the description another one than was read?"""
    opened = unseal(data.get("reading", ""))
    return opened is not None and digest(data.get("description", "")) != opened[1]


def read_again(data: QueryDict) -> QueryDict:
    """The form with its description read anew: concepts from the new text, those switched off
    before stay off; other answers stay, empty ones are filled."""
    text = data.get("description", "")[:20_000]
    opened = unseal(data.get("reading", ""))
    before = {row["concept"] for row in opened[0].concepts} if opened else set()
    off = sorted(before - set(data.getlist("concepts")))
    fresh = keep_switches(understand(text), off)
    renewed = data.copy()
    renewed["reading"] = seal(fresh, text)
    for name, value in form_initial(fresh).items():
        if name == "concepts":
            renewed.setlist(name, value)
        elif name in NeedForm.base_fields and not any(data.getlist(name)) and value:
            renewed.setlist(name, value if isinstance(value, list) else [str(value)])
    return renewed


def tell_read_again(request: HttpRequest) -> None:
    """Say that changed words were read anew before anything is stored."""
    messages.info(
        request,
        gettext("Your words changed, so we read them again. Check what we understood, then go on."),
    )


def tell_stored(request: HttpRequest, need: Need) -> None:
    """Say where the need stands now."""
    if need.state == OPEN:
        text = gettext("Your need is open. Providers can find it from now on.")
    elif need.state == Need.State.MODERATION:
        text = gettext("Your need waits for a moderator. You are told as soon as it is open.")
    else:
        text = gettext("Your draft is kept. Nobody but your firm sees it until you post it.")
    messages.success(request, text)
