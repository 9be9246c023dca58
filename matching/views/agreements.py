"""Reading an agreement, consenting to it, taking it back, its file, and checking a checksum."""

import re
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from matching.actions import agreement as actions
from matching.actions.moves import ActionRefused
from matching.deal_detail import agreement_context
from matching.deal_forms import ChecksumForm, ConsentForm
from matching.forms import ReasonForm
from matching.models import Agreement
from matching.views.common import add_errors, key_or_404, seen_version, tell_refusal
from portal.foundation import permissions

_SHA256 = re.compile(r"[0-9a-f]{64}")


def agreement_for(user: Any, ref: str) -> Agreement:
    """An agreement this person may read. Raises Http404."""
    row = get_object_or_404(
        Agreement.objects.select_related(
            "introduction__need__organisation",
            "introduction__provider__organisation",
            "proposal",
            "job",
        ),
        ref=key_or_404(ref),
    )
    if not permissions.allowed(user, "matching.agreement.read", row):
        raise Http404
    return row


@login_required
@require_GET
def agreement(request: HttpRequest, ref: str) -> HttpResponse:
    """The frozen text, who consented, and the file."""
    return _page(request, agreement_for(request.user, ref))


def _page(request: HttpRequest, row: Agreement, *, status: int = 200, **given: Any) -> HttpResponse:
    context = {
        "consent": ConsentForm(initial={"digest": row.digest}),
        "revise": ReasonForm(auto_id="revise-%s", needed=False),
        **given,
        **agreement_context(row, request.user),
    }
    return render(request, "matching/agreement.html", context, status=status)


@login_required
@require_POST
def consent(request: HttpRequest, ref: str) -> HttpResponse:
    """Consent for one's side, to the text of the checksum that the page showed."""
    row = agreement_for(request.user, ref)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _page(request, row, status=400, consent=form)
    try:
        actions.consent(actor=request.user, agreement=row, digest=form.cleaned_data["digest"])
    except ActionRefused as refusal:
        tell_refusal(request, refusal)
        return redirect(row)
    except ValidationError as error:
        add_errors([form], error)
        return _page(request, row, status=400, consent=form)
    if row.state == "in_force":
        messages.success(request, gettext("The agreement is in force, and the job has begun."))
        return redirect(agreement_for(request.user, ref).job)
    messages.success(request, gettext("You consented. The other side is told."))
    return redirect(row)


@login_required
@require_POST
def revise(request: HttpRequest, ref: str) -> HttpResponse:
    """Take it back to the proposals, before both sides consented."""
    row = agreement_for(request.user, ref)
    try:
        actions.revise(
            actor=request.user,
            agreement=row,
            reason=request.POST.get("reason", ""),
            seen=seen_version(request),
        )
    except ActionRefused as refusal:
        tell_refusal(request, refusal)
        return redirect(row)
    except ValidationError as error:
        form = ReasonForm(request.POST, auto_id="revise-%s", needed=False)
        if form.is_valid():
            add_errors([form], error)
        return _page(request, row, status=400, revise=form)
    messages.success(request, gettext("Taken back to the proposals. The other side is told."))
    return redirect(row.proposal)


@login_required
@require_GET
def pdf(request: HttpRequest, ref: str) -> HttpResponse:
    """The file, byte for byte as it was frozen."""
    row = agreement_for(request.user, ref)
    response = HttpResponse(bytes(row.pdf.content), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{row.ref}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Does a checksum, or a file, belong to an agreement made here? Says reference, state and
    day to whoever has it, and no name."""
    given = request.POST if request.method == "POST" else request.GET
    form = ChecksumForm(given if given else None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        digest = _digest(form)
        if _SHA256.fullmatch(digest):
            context |= {"digest": digest, "found": _found(digest)}
        else:
            form.add_error(
                "digest", gettext("Give a SHA-256 of 64 characters (0–9, a–f), or the PDF.")
            )
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "matching/verify.html", context, status=status)


def _digest(form: ChecksumForm) -> str:
    upload = form.cleaned_data.get("file")
    if upload is None:
        return re.sub(r"\s", "", form.cleaned_data["digest"]).lower()
    summed = sha256()
    for chunk in upload.chunks():
        summed.update(chunk)
    return summed.hexdigest()


def _found(digest: str) -> Agreement | None:
    return Agreement.objects.filter(Q(digest=digest) | Q(pdf_sha256=digest)).first()
