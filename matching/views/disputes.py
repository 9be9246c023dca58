"""Opening a dispute, its record, and its settlement."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from matching.actions import dispute as actions
from matching.actions.moves import ActionRefused
from matching.drafting import DECISION, DISPUTE, STATEMENT
from matching.job_detail import dispute_context
from matching.job_forms import DisputeForm, SettleForm, StatementForm
from matching.models import Dispute
from matching.states import RUNNING
from matching.views.common import add_errors, seen_version, tell_refusal
from matching.views.jobs import own_job
from portal.foundation import drafts, permissions


def dispute_for(user: Any, pk: int) -> Dispute:
    """A dispute this person may read. Raises Http404."""
    row = get_object_or_404(
        Dispute.objects.select_related(
            "job__introduction__need__organisation",
            "job__introduction__provider__organisation",
        ),
        pk=pk,
    )
    if not permissions.allowed(user, "matching.dispute.read", row):
        raise Http404
    return row


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_dispute(request: HttpRequest, ref: str) -> HttpResponse:
    """Why the job goes before a moderator; a job that does not run leads back to its page."""
    job = own_job(request.user, ref)
    if request.method != "POST" and job.state != RUNNING:
        return redirect(job)
    form = DisputeForm(request.POST or None)
    drafts.fill(form, request, DISPUTE, job.ref)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.open_dispute(
                actor=request.user,
                job=job,
                reason=form.cleaned_data["reason"],
                seen=seen_version(request),
            )
        except ActionRefused as refusal:
            tell_refusal(request, refusal)
            return redirect(job)
        except ValidationError as error:
            add_errors([form], error)
        else:
            drafts.clear(request.user, DISPUTE, job.ref)
            messages.success(request, gettext("A moderator is told, and so is the other side."))
            return redirect(row)
    context = {"form": form, "job": job, "need": job.introduction.need}
    status = 400 if form.errors else 200
    return render(request, "matching/open_dispute.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """The record, for both sides and moderators; statements, and the moderator's decision."""
    row = dispute_for(request.user, pk)
    if request.method != "POST":
        return _page(request, row)
    settles = request.POST.get("step") == "settle"
    form = SettleForm(request.POST) if settles else StatementForm(request.POST)
    name = "settle" if settles else "statement"
    if form.is_valid():
        try:
            _act(request, row, form)
        except ActionRefused as refusal:
            tell_refusal(request, refusal)
            return redirect(row)
        except PermissionDenied:
            raise Http404 from None
        except ValidationError as error:
            add_errors([form], error)
        else:
            drafts.clear(request.user, DECISION if settles else STATEMENT, str(pk))
            messages.success(request, gettext("Done. Both sides are told."))
            return redirect(row)
    return _page(request, row, status=400, **{name: form})


def _act(request: HttpRequest, row: Dispute, form: SettleForm | StatementForm) -> None:
    if isinstance(form, SettleForm):
        actions.settle(
            actor=request.user, dispute=row, seen=seen_version(request), **form.cleaned_data
        )
    else:
        actions.make_statement(actor=request.user, dispute=row, **form.cleaned_data)


def _page(request: HttpRequest, row: Dispute, status: int = 200, **forms: Any) -> HttpResponse:
    statement, settle = StatementForm(auto_id="statement-%s"), SettleForm(auto_id="settle-%s")
    drafts.fill(statement, request, STATEMENT, str(row.pk))
    drafts.fill(settle, request, DECISION, str(row.pk))
    context = {"statement": statement, "settle": settle, **forms}
    context |= dispute_context(row, request.user)
    return render(request, "matching/dispute.html", context, status=status)
