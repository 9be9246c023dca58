"""Writing a proposal: its own row is the draft, stored with every button; what is typed between
two of them is kept as with every long form."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from matching import deal_forms
from matching.actions import proposal as actions
from matching.actions.moves import ActionRefused, StaleMove
from matching.deal_detail import other_organisation
from matching.deal_forms import PREFIX, PartFormSet, ProposalForm
from matching.drafting import PROPOSAL
from matching.models import Proposal
from matching.states import DRAFT
from matching.terms import MAX_MILESTONES, Terms
from matching.views.common import tell_refusal
from matching.views.proposals import proposal_for
from portal.foundation import drafts
from portal.foundation.text import whole_number

SAVE, OFFER, ADD, REMOVE, DETACH = "save", "offer", "add", "remove-", "detach-"


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft of one's own side."""
    row = proposal_for(request.user, pk)
    if row.state != DRAFT:
        if request.method == "POST":
            messages.warning(request, gettext("This version is no longer a draft."))
        return redirect(row)
    if request.method == "POST":
        return _submitted(request, row)
    typed = drafts.restored(request, PROPOSAL, str(row.pk))
    if typed is not None:
        typed["version"] = str(row.version)
        return _page(request, row, ProposalForm(typed), PartFormSet(typed, prefix=PREFIX))
    first, parts = deal_forms.initial_of(Terms.of(row))
    form = ProposalForm(initial={**first, "version": row.version})
    return _page(request, row, form, PartFormSet(initial=parts, prefix=PREFIX))


def _page(
    request: HttpRequest, row: Proposal, form: ProposalForm, parts: BaseFormSet, status: int = 200
) -> HttpResponse:
    live = row.introduction.proposals.filter(state="offered").first()
    context = {
        "proposal": row,
        "introduction": row.introduction,
        "need": row.introduction.need,
        "receiver": other_organisation(row),
        "form": form,
        "parts": parts,
        "shares": _shares(parts),
        "most": MAX_MILESTONES,
        "live": live,
        "counters": live is not None and live.side != row.side,
        "files": row.files.select_related("file"),
        "draft_about": str(row.pk),
    }
    return render(request, "matching/proposal_edit.html", context, status=status)


def _shares(parts: BaseFormSet) -> int:
    """The sum of the shares as typed."""
    return sum(whole_number(str(row["share"].value() or ""), 3) or 0 for row in parts)


def _submitted(request: HttpRequest, row: Proposal) -> HttpResponse:
    intent = request.POST.get("intent", SAVE)
    data: QueryDict = request.POST
    if intent == ADD:
        data = deal_forms.with_row_added(data)
    elif intent.startswith(REMOVE):
        data = deal_forms.with_row_removed(data, _number(intent.removeprefix(REMOVE)))
    form, parts = ProposalForm(data, request.FILES), PartFormSet(data, prefix=PREFIX)
    if not (form.is_valid() and parts.is_valid()):
        return _page(request, row, form, parts, status=400)
    detach = [intent.removeprefix(DETACH)] if intent.startswith(DETACH) else []
    try:
        _store(request, row, form, parts, detach)
        if intent == OFFER:
            actions.offer(actor=request.user, proposal=row)
    except ValidationError as error:
        return _refused(request, row, data, error)
    except StaleMove as refusal:
        return _overtaken(request, row, data, refusal)
    except ActionRefused as refusal:
        tell_refusal(request, refusal)
        return redirect(row.introduction)
    drafts.clear(request.user, PROPOSAL, str(row.pk))
    return _stored(request, row, intent, len(parts.forms))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Http404
    return int(text)


@transaction.atomic
def _store(
    request: HttpRequest,
    row: Proposal,
    form: ProposalForm,
    parts: BaseFormSet,
    detach: list[str],
) -> None:
    user: Any = request.user
    terms = deal_forms.terms_from(form, parts)
    seen = form.cleaned_data["version"]
    actions.write_proposal(actor=user, proposal=row, terms=terms, seen=seen)
    uploads = form.cleaned_data["uploads"]
    if uploads or detach:
        actions.attach(actor=user, proposal=row, uploads=uploads, detach=detach)


def _stored(request: HttpRequest, row: Proposal, intent: str, rows: int) -> HttpResponse:
    if intent == OFFER:
        messages.success(request, gettext("Offered. You are told when the other side answers."))
        return redirect(row)
    if intent == SAVE:
        messages.success(request, gettext("Kept as a draft. Only your side can read it."))
    address = reverse("matching:edit-proposal", args=[row.pk])
    if intent == ADD:
        address += f"#milestone-{rows}"
    elif intent.startswith(REMOVE):
        address += "#milestones"
    return redirect(address)


def _refused(
    request: HttpRequest, row: Proposal, data: QueryDict, error: ValidationError
) -> HttpResponse:
    """The form again, each problem at its field. What could be stored is stored."""
    current = Proposal.objects.get(pk=row.pk)
    renewed = data.copy()
    renewed["version"] = str(current.version)
    form, parts = ProposalForm(renewed), PartFormSet(renewed, prefix=PREFIX)
    form.is_valid()
    parts.is_valid()
    for name, problems in _by_name(error).items():
        place, _, field = name.removeprefix(f"{PREFIX}-").partition("-")
        if name.startswith(f"{PREFIX}-") and place.isdigit() and int(place) < len(parts.forms):
            parts.forms[int(place)].add_error(field, problems)
        elif name in form.fields:
            form.add_error(name, problems)
        else:
            form.add_error(None, problems)
    return _page(request, row, form, parts, status=400)


def _by_name(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return error.message_dict
    return {"": error.messages}


def _overtaken(
    request: HttpRequest, row: Proposal, data: QueryDict, refusal: StaleMove
) -> HttpResponse:
    """Nothing typed is lost: the form is shown again and its next sending counts."""
    tell_refusal(request, refusal)
    current = proposal_for(request.user, row.pk)
    if current.state != DRAFT:
        return redirect(current)
    renewed = data.copy()
    renewed["version"] = str(current.version)
    form, parts = ProposalForm(renewed), PartFormSet(renewed, prefix=PREFIX)
    form.is_valid()
    form.add_error(
        None, gettext("What you typed is kept below. Send it again to put it in place of theirs.")
    )
    return _page(request, current, form, parts, status=409)
