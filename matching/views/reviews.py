"""Writing a review, replying to one, taking one down."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from matching.actions import review as actions
from matching.actions.deal import other_side
from matching.actions.moves import ActionRefused, require_role
from matching.drafting import REVIEW
from matching.forms import ReasonForm
from matching.job_detail import language_of
from matching.job_forms import ReplyForm, ReviewForm
from matching.models import Introduction, Job, Review
from matching.people import organisation_on, sides_of
from matching.states import REMOVED, SHOWN, move
from matching.views.common import add_errors, seen_version, tell_refusal
from matching.views.jobs import job_page, own_job
from portal.foundation import drafts, permissions


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, ref: str) -> HttpResponse:
    """Review the other side of a job that has ended; elsewhere it leads to the job."""
    job = own_job(request.user, ref)
    side = _side(job, request.user)
    form = ReviewForm(request.POST or None, side=side)
    drafts.fill(form, request, REVIEW, job.ref)
    if request.method != "POST" and not _may_write(job, side):
        messages.info(request, gettext("There is nothing to review here now."))
        return redirect(job)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_review(
                actor=request.user,
                job=job,
                side=side,
                criteria=form.grades(),
                words=form.cleaned_data["words"],
                named=form.cleaned_data.get("named", False),
            )
        except ActionRefused as refusal:
            tell_refusal(request, refusal)
            return redirect(job)
        except ValidationError as error:
            add_errors([form], error)
        else:
            drafts.clear(request.user, REVIEW, job.ref)
            messages.success(request, gettext("Thank you. Both reviews are shown together."))
            return redirect(job)
    context = {
        "form": form,
        "fields": [form[name] for name in form.criteria],
        "job": job,
        "need": job.introduction.need,
        "other": organisation_on(job.introduction, other_side(side)),
    }
    status = 400 if form.errors else 200
    return render(request, "matching/review.html", context, status=status)


def _side(job: Job, user: Any) -> str:
    """The side a person writes for: of somebody on both, the one that has not written."""
    own = sides_of(user, job.introduction)
    written = set(job.reviews.values_list("side", flat=True))
    return next(iter([*sorted(own - written), *sorted(own)]))


def _may_write(job: Job, side: str) -> bool:
    there = list(job.reviews.all())
    shown = any(row.state in (SHOWN, REMOVED) for row in there)
    return actions.may_be_reviewed(job) and not shown and side not in {row.side for row in there}


def _review_for(user: Any, pk: int) -> Review:
    """A shown (or taken down) review of a job this person may read. Raises Http404."""
    row = get_object_or_404(
        Review.objects.exclude(state=Review.State.WRITTEN).select_related(
            "job__introduction__need__organisation",
            "job__introduction__provider__organisation",
            "job__agreement__proposal",
        ),
        pk=pk,
    )
    if not permissions.allowed(user, "matching.job.read", row.job):
        raise Http404
    return row


@login_required
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a review once."""
    row = _review_for(request.user, pk)
    form = ReplyForm(request.POST, auto_id=f"reply-{pk}-%s")
    if not permissions.allowed(request.user, "matching.review.reply", row):
        raise Http404
    if form.is_valid():
        try:
            actions.reply(actor=request.user, review=row, words=form.cleaned_data["words"])
        except ActionRefused as refusal:
            tell_refusal(request, refusal)
        except ValidationError as error:
            add_errors([form], error)
        else:
            messages.success(request, gettext("Your reply stands below the review."))
    if form.errors:
        return job_page(request, row.job, status=400, **{f"reply-{pk}": form})
    return redirect(row.job)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A moderator reads a review again and takes it down with a reason."""
    row = _review_for(request.user, pk)
    try:
        require_role(request.user, move("review.remove"), row)
    except PermissionDenied:
        raise Http404 from None
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove_review(
                actor=request.user,
                review=row,
                reason=form.cleaned_data["reason"],
                seen=seen_version(request),
            )
        except ActionRefused as refusal:
            tell_refusal(request, refusal)
            return redirect(row.job)
        except (ValidationError, PermissionDenied) as error:
            if isinstance(error, PermissionDenied):
                raise Http404 from None
            add_errors([form], error)
        else:
            messages.success(request, gettext("Taken down. Both sides read why."))
            return redirect(row.job)
    context = {
        "form": form,
        "review": row,
        "by": organisation_on(row.job.introduction, row.side),
        "language": language_of(row.words),
        "side": Introduction.Side(row.side).label,
    }
    status = 400 if form.errors else 200
    return render(request, "matching/remove_review.html", context, status=status)
