"""Making a complaint, and the staff's list of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from portal.accounts import complaints, security
from portal.accounts.forms import AnswerForm, ComplaintFilterForm, ComplaintForm
from portal.accounts.models import Complaint
from portal.accounts.requests import person
from portal.foundation import audit, permissions
from portal.foundation.forms import add_refusal

PER_PAGE = 20
MADE = "complaint_made"
"""In the session of whoever just made one: its number, for the page that tells it."""


def new_complaint(request: HttpRequest) -> HttpResponse:
    """The form; afterwards the number and the day to expect an answer by."""
    actor = person(request) if request.user.is_authenticated else None
    form = ComplaintForm(
        request.POST or None,
        signed_in=actor is not None,
        initial={"address": request.GET.get("page", "")[:500], "about": request.GET.get("about")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = complaints.make_complaint(actor=actor, request=request, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            request.session[MADE] = made.number
            return redirect("accounts:complaint-made")
    status = 400 if form.errors else 200
    return render(request, "accounts/complaint_new.html", {"form": form}, status=status)


def complaint_made(request: HttpRequest) -> HttpResponse:
    """The number, for whoever just made one."""
    number = request.session.get(MADE)
    complaint = Complaint.objects.filter(number=number).first() if number else None
    if complaint is None:
        return redirect("accounts:new-complaint")
    return render(request, "accounts/complaint_made.html", {"complaint": complaint})


@login_required
def complaint_list(request: HttpRequest) -> HttpResponse:
    """All of them for the staff, those that wait longest first."""
    permissions.require(request.user, "accounts.complaint.read")
    form = ComplaintFilterForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = Complaint.objects.order_by("due_on", "id")
    rows = rows.filter(state=state) if state else rows
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": ComplaintFilterForm(initial={"state": state}),
        "today": timezone.localdate(),
    }
    return render(request, "accounts/complaints.html", context)


@login_required
def complaint_page(
    request: HttpRequest, number: str, form: AnswerForm | None = None
) -> HttpResponse:
    """One complaint with who wrote it, for the staff; looking at it is logged."""
    permissions.require(request.user, "accounts.complaint.read")
    complaint = get_object_or_404(Complaint.objects.select_related("user"), number=number)
    security.viewed(request, whose=complaint.user, what="complaint", id=complaint.pk)
    context = {
        "complaint": complaint,
        "form": form or AnswerForm(initial={"text": complaint.answer}),
        "trail": audit.trail(complaint),
        "may_answer": permissions.allowed(request.user, "accounts.complaint.answer", complaint),
        "may_close": permissions.allowed(request.user, "accounts.complaint.close", complaint),
        "late": complaint.state == Complaint.State.RECEIVED
        and complaint.due_on < timezone.localdate(),
    }
    status = 400 if form is not None else 200
    return render(request, "accounts/complaint.html", context, status=status)


@login_required
@require_POST
def complaint_move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """Answer or close."""
    permissions.require(request.user, "accounts.complaint.read")
    complaint = get_object_or_404(Complaint, number=number)
    if move not in ("answer", "close"):
        raise Http404
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else complaint.version
    form = AnswerForm(request.POST)
    try:
        if move == "close":
            complaints.close(actor=person(request), complaint=complaint, seen=seen)
        elif form.is_valid():
            text = form.cleaned_data["text"]
            complaints.answer(actor=person(request), complaint=complaint, text=text, seen=seen)
        else:
            return complaint_page(request, number, form)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("Done: “%s”.") % complaint.get_state_display())
    return redirect("accounts:complaint", number)
