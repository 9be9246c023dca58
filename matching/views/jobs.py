"""A job: its page, and what both sides do on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from matching.actions import job as actions
from matching.actions.moves import ActionRefused
from matching.forms import ReasonForm
from matching.job_detail import full_job_context
from matching.job_forms import DeliverForm, ReplyForm
from matching.models import Job, Milestone
from matching.views.common import add_errors, key_or_404, seen_version, tell_refusal
from portal.foundation import permissions


def job_for(user: Any, ref: str) -> Job:
    """A job this person may read. Raises Http404."""
    row = get_object_or_404(
        Job.objects.select_related(
            "introduction__need__organisation",
            "introduction__provider__organisation",
            "agreement__proposal",
        ),
        ref=key_or_404(ref),
    )
    if not permissions.allowed(user, "matching.job.read", row):
        raise Http404
    return row


@login_required
@require_safe
def job(request: HttpRequest, ref: str) -> HttpResponse:
    """Milestones, days and amounts, for both sides and the city."""
    return job_page(request, job_for(request.user, ref))


def job_page(request: HttpRequest, row: Job, *, status: int = 200, **failed: Form) -> HttpResponse:
    """The page, with forms that were filled in wrongly by name: `deliver-2`, `return-2`, `cancel`,
    `reply-7`."""
    context = full_job_context(row, request.user)
    for entry in context["rows"]:
        place = entry["row"].position
        if entry["may_deliver"]:
            name = f"deliver-{place}"
            entry["deliver"] = failed.get(name) or DeliverForm(auto_id=f"{name}-%s")
        if entry["may_confirm"]:
            name = f"return-{place}"
            entry["return"] = failed.get(name) or ReasonForm(auto_id=f"{name}-%s")
    for entry in context["reviews"]:
        if entry["may_reply"]:
            name = f"reply-{entry['review'].pk}"
            entry["form"] = failed.get(name) or ReplyForm(auto_id=f"{name}-%s")
    context["ask_cancel"] = failed.get("cancel") or ReasonForm(auto_id="cancel-%s")
    return render(request, "matching/job.html", context, status=status)


def own_job(user: Any, ref: str) -> Job:
    """A job of one's own. Raises Http404 for others who may read it, such as officers."""
    row = job_for(user, ref)
    if not permissions.roles_of(user, row) & {"manufacturer_member", "provider_member"}:
        raise Http404
    return row


@login_required
@require_POST
def milestone_step(request: HttpRequest, ref: str, place: int, name: str) -> HttpResponse:
    """Deliver, confirm or return; who comes too late is told what happened meanwhile."""
    row = own_job(request.user, ref)
    milestone = get_object_or_404(Milestone.objects.select_related("job"), job=row, position=place)
    if name not in MILESTONE_STEPS:
        raise Http404
    form, act, said = MILESTONE_STEPS[name]
    given = form(request.POST, request.FILES, auto_id=f"{name}-{place}-%s") if form else None
    if given is not None and not given.is_valid():
        return job_page(request, row, status=400, **{f"{name}-{place}": given})
    try:
        act(
            actor=request.user,
            milestone=milestone,
            seen=seen_version(request),
            **_fields(given),
        )
    except ActionRefused as refusal:
        tell_refusal(request, refusal)
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        if given is None:
            raise
        add_errors([given], error)
        return job_page(request, row, status=400, **{f"{name}-{place}": given})
    else:
        messages.success(request, said())
    return redirect(row)


def _fields(form: Form | None) -> dict[str, Any]:
    data = form.cleaned_data if form is not None else {}
    return {{"files": "uploads"}.get(name, name): value for name, value in data.items()}


MILESTONE_STEPS: dict[str, tuple[type[Form] | None, Callable[..., Any], Callable[[], str]]] = {
    "deliver": (
        DeliverForm,
        actions.deliver,
        lambda: gettext("Delivered. The other side is asked to look."),
    ),
    "confirm": (None, actions.confirm, lambda: gettext("Confirmed. The other side is told.")),
    "return": (
        ReasonForm,
        actions.return_delivery,
        lambda: gettext("Returned. The other side reads the reason."),
    ),
}
JOB_STEPS: dict[str, tuple[Callable[..., Any], Callable[[], str]]] = {
    "ask-cancel": (actions.ask_cancel, lambda: gettext("Asked. The other side has to agree.")),
    "keep": (actions.keep, lambda: gettext("The job goes on.")),
    "cancel": (actions.cancel, lambda: gettext("The job is cancelled.")),
}


@login_required
@require_POST
def job_step(request: HttpRequest, ref: str, name: str) -> HttpResponse:
    """Ask to cancel, agree to that, or go on."""
    row = own_job(request.user, ref)
    if name not in JOB_STEPS:
        raise Http404
    act, said = JOB_STEPS[name]
    form = ReasonForm(request.POST, auto_id="cancel-%s") if name == "ask-cancel" else None
    if form is not None and not form.is_valid():
        return job_page(request, row, status=400, cancel=form)
    try:
        act(actor=request.user, job=row, seen=seen_version(request), **_fields(form))
    except ActionRefused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, said())
    return redirect(row)
