"""Questions on a need: asked by introduced providers, answered by the manufacturer."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matching.actions import question as actions
from matching.actions.moves import ActionRefused
from matching.models import Introduction, Need, Question
from matching.people import is_member
from matching.states import ACCEPTED, ANSWERED
from matching.talk.forms import AnswerForm, QuestionForm
from matching.views.common import add_errors, key_or_404, seen_version, tell_refusal
from portal.foundation import permissions

PER_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, ref: str) -> HttpResponse:
    """All questions of a need and their answers; an introduced provider asks here."""
    need = get_object_or_404(Need.objects.select_related("organisation"), ref=key_or_404(ref))
    if not permissions.allowed(request.user, "matching.question.read", need):
        raise Http404
    introduction = _own_introduction(request.user, need)
    if request.method == "POST":
        if introduction is None:
            raise PermissionDenied("matching.question.ask")
        return _ask(request, need, introduction)
    return _show(request, need, introduction, QuestionForm())


def _own_introduction(user: Any, need: Need) -> Introduction | None:
    """The accepted introduction in which this person acts for the provider."""
    rows = Introduction.objects.filter(
        need=need, state=ACCEPTED, provider__organisation__memberships__user_id=user.pk
    )
    return rows.select_related("need", "provider").order_by("pk").first()


def _ask(request: HttpRequest, need: Need, introduction: Introduction) -> HttpResponse:
    form = QuestionForm(request.POST)
    if form.is_valid():
        try:
            _question, new = actions.ask(
                actor=request.user,
                introduction=introduction,
                text=form.cleaned_data["text"],
                token=form.cleaned_data["token"],
            )
        except ActionRefused as refusal:
            tell_refusal(request, refusal)
            return redirect("matching:questions", need.ref)
        except ValidationError as error:
            add_errors([form], error)
        else:
            said = _("Asked. You are told when it is answered.")
            messages.success(request, said if new else _("This question was asked already."))
            return redirect("matching:questions", need.ref)
    return _show(request, need, introduction, form, status=400)


def _show(
    request: HttpRequest,
    need: Need,
    introduction: Introduction | None,
    form: QuestionForm,
    status: int = 200,
) -> HttpResponse:
    rows = Question.objects.filter(need=need).order_by("pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "need": need,
        "page": page,
        "own": introduction.pk if introduction else None,
        "owner": is_member(request.user, need.organisation_id),
        "form": form if introduction else None,
        "introduction": introduction,
    }
    return render(request, "matching/talk/questions.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a question, or correct the answer."""
    question = get_object_or_404(Question.objects.select_related("need__organisation"), pk=pk)
    if not is_member(request.user, question.need.organisation_id):
        raise Http404
    correcting = question.state == ANSWERED
    form = AnswerForm(request.POST if request.method == "POST" else None)
    form.initial["answer"] = question.answer
    if form.is_bound and form.is_valid():
        act = actions.correct if request.POST.get("step") == "correct" else actions.answer
        try:
            act(
                actor=request.user,
                question=question,
                text=form.cleaned_data["answer"],
                seen=seen_version(request),
            )
        except ActionRefused as refusal:
            tell_refusal(request, refusal)
            return redirect("matching:answer-question", pk)
        except ValidationError as error:
            add_errors([form], error)
        else:
            messages.success(request, _("Every introduced provider can read your answer now."))
            return redirect("matching:questions", question.need.ref)
    context = {"question": question, "need": question.need, "form": form, "correcting": correcting}
    status = 400 if form.is_bound else 200
    return render(request, "matching/talk/answer.html", context, status=status)
