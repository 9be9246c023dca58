"""Writing, reading, answering and comparing proposals."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from matching.actions import agreement as agreements
from matching.actions import proposal as actions
from matching.actions.moves import ActionRefused, StaleMove
from matching.deal_detail import compare_context, proposal_context
from matching.deal_forms import AgreeForm
from matching.drafting import PROPOSAL
from matching.forms import ReasonForm
from matching.models import Proposal
from matching.states import DRAFT
from matching.views.common import (
    add_errors,
    introduction_for,
    own_need,
    seen_version,
    tell_refusal,
)
from portal.foundation import drafts, permissions


def proposal_for(user: Any, pk: int) -> Proposal:
    """A proposal this person may read: offered ones as one of the two sides, a draft or what was
    thrown away only of one's own. Raises Http404."""
    row = get_object_or_404(
        Proposal.objects.select_related(
            "introduction__need__organisation",
            "introduction__provider__organisation",
            "author",
            "answered_by",
        ),
        pk=pk,
    )
    roles = permissions.roles_of(user, row)
    if "author_side" in roles:
        return row
    if row.number and permissions.allowed(user, "matching.proposal.read", row):
        return row
    raise Http404


@login_required
@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft for one's side, or go on with the one there is."""
    introduction = introduction_for(request.user, pk)
    try:
        draft = actions.begin_proposal(
            actor=request.user, introduction=introduction, side=request.POST.get("side", "")
        )
    except ActionRefused as refusal:
        tell_refusal(request, refusal)
        return redirect(introduction)
    except PermissionDenied:
        # Officers read the introduction too.
        messages.warning(request, gettext("Only the two sides of an introduction propose."))
        return redirect(introduction)
    return redirect("matching:edit-proposal", draft.pk)


@login_required
@require_GET
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, what changed in it, and all other versions."""
    row = proposal_for(request.user, pk)
    if row.state == DRAFT:
        return redirect("matching:edit-proposal", row.pk)
    return _page(request, row)


def _page(request: HttpRequest, row: Proposal, *, status: int = 200, **given: Any) -> HttpResponse:
    context = {
        "decline": ReasonForm(auto_id="decline-%s"),
        "withdraw": ReasonForm(auto_id="withdraw-%s", needed=False),
        "agree": AgreeForm(initial={"language": row.introduction.need.language}),
        **given,
        **proposal_context(row, request.user),
    }
    return render(request, "matching/proposal.html", context, status=status)


def _discard(request: HttpRequest, row: Proposal, seen: int | None) -> Any:
    actions.discard_proposal(actor=request.user, proposal=row, seen=seen)
    drafts.clear(request.user, PROPOSAL, str(row.pk))
    messages.success(request, gettext("The draft is thrown away."))
    return row.introduction


def _decline(request: HttpRequest, row: Proposal, seen: int | None) -> Any:
    reason = request.POST.get("reason", "")
    actions.decline_proposal(actor=request.user, proposal=row, reason=reason, seen=seen)
    messages.success(request, gettext("Declined. The other side is told."))
    return row


def _withdraw(request: HttpRequest, row: Proposal, seen: int | None) -> Any:
    reason = request.POST.get("reason", "")
    actions.withdraw_proposal(actor=request.user, proposal=row, reason=reason, seen=seen)
    messages.success(request, gettext("Withdrawn. The other side is told."))
    return row


def _agree(request: HttpRequest, row: Proposal, seen: int | None) -> Any:
    language = request.POST.get("language", "")
    made = agreements.agree(actor=request.user, proposal=row, language=language, seen=seen)
    messages.success(
        request, gettext("Agreed. Read the text of the agreement now and consent to it.")
    )
    return made


STEPS: dict[str, Callable[[HttpRequest, Proposal, int | None], Any]] = {
    "discard": _discard,
    "decline": _decline,
    "withdraw": _withdraw,
    "agree": _agree,
}


@login_required
@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Agree, decline, withdraw, discard; who comes too late is told what happened meanwhile."""
    row = proposal_for(request.user, pk)
    if name not in STEPS:
        raise Http404
    try:
        return redirect(STEPS[name](request, row, seen_version(request)))
    except StaleMove as refusal:
        tell_refusal(request, refusal)
        agreement = row.agreements.exclude(state="void").first() if name == "agree" else None
        return redirect(agreement or row)
    except ActionRefused as refusal:
        tell_refusal(request, refusal)
    except ValidationError as error:
        return _mend(request, row, name, error)
    return redirect(row)


def _mend(request: HttpRequest, row: Proposal, name: str, error: ValidationError) -> HttpResponse:
    """The page again with what was typed, and what is wrong with it."""
    form: Any = AgreeForm(request.POST)
    if name != "agree":
        form = ReasonForm(request.POST, auto_id=f"{name}-%s", needed=name == "decline")
    if form.is_valid():
        add_errors([form], error)
    return _page(request, row, status=400, **{name: form})


@login_required
@require_GET
def compare(request: HttpRequest, ref: str) -> HttpResponse:
    """The proposals about one need side by side, for the firm that has the need."""
    need = own_need(request.user, ref)
    return render(request, "matching/compare.html", compare_context(need))
