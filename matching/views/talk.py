"""The thread of an introduction and its confidentiality agreement."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from matching.actions import confidentiality as agreements
from matching.actions import message as actions
from matching.actions.moves import ActionRefused
from matching.deal_detail import introduction_url
from matching.drafting import MESSAGE
from matching.models import Confidentiality, Introduction, Message
from matching.people import sides_of
from matching.talk import reading, text
from matching.talk.forms import MessageForm
from matching.talk.telling import thread_path
from matching.views.common import add_errors, seen_version, tell_refusal
from portal.foundation import drafts, permissions
from portal.foundation.text import pick


def thread_for(user: Any, pk: int) -> Introduction:
    """An introduction whose thread this person may read. Raises Http404."""
    introduction = get_object_or_404(
        Introduction.objects.select_related("need__organisation", "provider__organisation"), pk=pk
    )
    if not permissions.allowed(user, "matching.thread.read", introduction):
        raise Http404
    return introduction


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Read what was written, and write."""
    introduction = thread_for(request.user, pk)
    if request.method == "POST":
        return _send(request, introduction)
    form = MessageForm()
    drafts.fill(form, request, MESSAGE, str(pk))
    return _show(request, introduction, form)


def _send(request: HttpRequest, introduction: Introduction) -> HttpResponse:
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            message, new = actions.send_message(
                actor=request.user,
                introduction=introduction,
                text=form.cleaned_data["text"],
                token=form.cleaned_data["token"],
                uploads=form.cleaned_data["files"],
                confidential=form.cleaned_data["confidential"],
            )
        except PermissionDenied:
            messages.warning(request, _("The introduction is closed; nothing was sent."))
            return redirect("matching:thread", introduction.pk)
        except ValidationError as error:
            add_errors([form], error)
        else:
            drafts.clear(request.user, MESSAGE, str(introduction.pk))
            if not new:
                messages.info(request, _("This message was sent already; it stands here once."))
            target = redirect("matching:thread", introduction.pk)
            target.headers["Location"] += f"#message-{message.pk}"
            return target
    return _show(request, introduction, form, status=400)


def _show(
    request: HttpRequest, introduction: Introduction, form: MessageForm, status: int = 200
) -> HttpResponse:
    user = request.user
    page = reading.thread_page(introduction, request.GET.get("page"))
    rows = reading.rows_of(page, introduction, user)
    newest = page.object_list[-1] if page.object_list and not page.has_next() else None
    roles = permissions.roles_of(user, introduction)
    is_side = bool(roles & {"manufacturer_member", "provider_member"})
    reads = request.method == "GET" and is_side
    if (
        reads
        and newest is not None
        and actions.mark_read(actor=user, introduction=introduction, message=newest)
    ):
        reading.mark_notifications_read(user, thread_path(introduction))
    context = {
        "introduction": introduction,
        "introduction_url": introduction_url(introduction, user),
        "need": introduction.need,
        "page": page,
        "rows": rows,
        "form": form,
        "may_write": is_side and permissions.allowed(user, "matching.message.send", introduction),
        "agreement": agreements.live(introduction),
        "provider": introduction.provider,
    }
    return render(request, "matching/talk/thread.html", context, status=status)


STEPS: dict[str, Callable[..., bool]] = {
    "take-back": actions.take_back,
    "put-back": actions.put_back,
}


@login_required
@require_POST
def message_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take one's own message back, or undo that."""
    message = get_object_or_404(
        Message.objects.select_related("introduction__need", "introduction__provider"), pk=pk
    )
    introduction = thread_for(request.user, message.introduction_id)
    if name not in STEPS:
        raise Http404
    if not permissions.allowed(request.user, "matching.message.take_back", message):
        raise Http404
    try:
        changed = STEPS[name](actor=request.user, message=message)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        if changed and name == "take-back":
            messages.success(request, _("Taken back. Nobody reads it any more; you can undo this."))
        elif changed:
            messages.success(request, _("The message stands there again."))
    target = redirect("matching:thread", introduction.pk)
    target.headers["Location"] += f"#message-{message.pk}"
    return target


@dataclass(frozen=True)
class Step:
    """What one can do with a confidentiality agreement."""

    action: Callable[..., Confidentiality]
    done: Any


ANSWERS = {
    "accept": Step(
        agreements.accept, gettext_lazy("Accepted. Confidential files are open to both sides now.")
    ),
    "decline": Step(agreements.decline, gettext_lazy("Declined. The other side is told.")),
    "withdraw": Step(agreements.withdraw, gettext_lazy("Taken back.")),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confidentiality(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the agreement; propose, accept, decline or take it back."""
    introduction = thread_for(request.user, pk)
    agreement = agreements.live(introduction)
    if request.method == "POST":
        return _answer(request, introduction, agreement)
    standard = text.current()
    sides = sides_of(request.user, introduction)
    proposed = agreement is not None and agreement.state == Confidentiality.State.PROPOSED
    context = {
        "introduction": introduction,
        "agreement": agreement,
        "text": pick(agreement.text_zh, agreement.text_en)
        if agreement
        else pick(standard.zh, standard.en),
        "text_version": agreement.text_version if agreement else standard.version,
        "sha256": agreement.sha256 if agreement else standard.sha256,
        "may_propose": agreement is None
        and bool(sides)
        and permissions.allowed(request.user, "matching.confidentiality.propose", introduction),
        "may_answer": proposed and agreement is not None and bool(sides - {agreement.side}),
        "may_withdraw": proposed and agreement is not None and agreement.side in sides,
    }
    return render(request, "matching/talk/confidentiality.html", context)


def _answer(
    request: HttpRequest, introduction: Introduction, agreement: Confidentiality | None
) -> HttpResponse:
    name = request.POST.get("step", "")
    try:
        if name == "propose":
            agreements.propose(actor=request.user, introduction=introduction)
            messages.success(request, _("Proposed. The other side is asked to accept it."))
        elif name in ANSWERS and agreement is not None:
            step = ANSWERS[name]
            step.action(actor=request.user, agreement=agreement, seen=seen_version(request))
            messages.success(request, step.done)
        else:
            messages.warning(request, _("There is nothing to answer now; nothing was changed."))
    except ActionRefused as refusal:
        tell_refusal(request, refusal)
    return redirect("matching:confidentiality", introduction.pk)
