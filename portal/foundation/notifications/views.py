"""Pages of how one is told, of the addresses one is told at, and of what was delivered."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.foundation import permissions
from portal.foundation.forms import add_refusal
from portal.foundation.models import Endpoint, NotificationDelivery
from portal.foundation.models.notifications import ENDPOINT_CHANNELS, Channel
from portal.foundation.notifications import again, choices, endpoints, queries, registered
from portal.foundation.notifications.forms import ChoicesForm, EndpointForm
from portal.foundation.notifications.outgoing import reason

PER_PAGE = 20


@login_required
def choices_page(request: HttpRequest) -> HttpResponse:
    """Kinds × channels, and when digests come."""
    user = request.user
    permissions.require(user, "notifications.choose")
    own = {endpoint.channel for endpoint in queries.endpoints_of(user)}
    channels = [Channel.SITE, Channel.EMAIL, *(way for way in ENDPOINT_CHANNELS if way in own)]
    form = ChoicesForm(
        request.POST if request.method == "POST" else None,
        chosen=choices.chosen_by(user),
        time=choices.digest_time(user),
        channels=channels,
    )
    if form.is_bound and form.is_valid():
        try:
            choices.choose(actor=user, modes=form.modes())
            choices.set_digest_time(
                actor=user,
                hour=form.cleaned_data["hour"],
                weekday=form.cleaned_data["weekday"],
            )
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved. From now on you are told this way."))
            return redirect("foundation:choices")
    context = {"form": form, "channels": channels, "missing": len(own) < len(ENDPOINT_CHANNELS)}
    status = 400 if form.is_bound else 200
    return render(request, "foundation/choices.html", context, status=status)


@login_required
def endpoint_list(request: HttpRequest) -> HttpResponse:
    """A person's addresses."""
    context = {"endpoints": queries.endpoints_of(request.user)}
    return render(request, "foundation/endpoints.html", context)


@login_required
def endpoint_add(request: HttpRequest) -> HttpResponse:
    """A new address."""
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            endpoint = endpoints.add_endpoint(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Added. Send a test message to switch it on."))
            return redirect("foundation:endpoint", endpoint.pk)
    status = 400 if form.is_bound else 200
    return render(request, "foundation/endpoint_form.html", {"form": form}, status=status)


@login_required
@never_cache
def endpoint_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One address; the secret of a webhook stands here, hidden, until it was shown once."""
    endpoint = _own(request, pk)
    secret = ""
    if request.method == "POST":
        secret = endpoints.show_secret(actor=request.user, endpoint=endpoint)
        endpoint.refresh_from_db()
    context = {"endpoint": endpoint, "secret": secret}
    return render(request, "foundation/endpoint.html", context)


@login_required
@require_POST
def endpoint_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test message now."""
    endpoint = _own(request, pk)
    try:
        problem = endpoints.test_endpoint(actor=request.user, endpoint=endpoint)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if problem:
            text = _("The test message did not arrive: %(reason)s")
            messages.error(request, text % {"reason": reason(problem)})
        else:
            messages.success(request, _("The test message has arrived. The address is on."))
    return redirect("foundation:endpoint", pk)


@login_required
def endpoint_rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, then make a new secret."""
    endpoint = _own(request, pk)
    if request.method == "POST":
        try:
            endpoints.rotate_secret(actor=request.user, endpoint=endpoint)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(
                request, _("There is a new secret. For 24 hours the old one signs as well.")
            )
        return redirect("foundation:endpoint", pk)
    return _ask(
        request,
        endpoint,
        title=_("Make a new secret?"),
        text=_("Messages are signed with the old one and the new one for 24 hours."),
        confirm_label=_("Make a new secret"),
    )


@login_required
def endpoint_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, then switch an address off."""
    endpoint = _own(request, pk)
    if request.method == "POST":
        endpoints.pause_endpoint(actor=request.user, endpoint=endpoint)
        messages.success(request, _("Switched off. A test message switches it on again."))
        return redirect("foundation:endpoint", pk)
    return _ask(
        request,
        endpoint,
        title=_("Switch this address off?"),
        text=_("What waits for it is not sent."),
        confirm_label=_("Switch off"),
    )


@login_required
def endpoint_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, then remove an address."""
    endpoint = _own(request, pk)
    if request.method == "POST":
        endpoints.remove_endpoint(actor=request.user, endpoint=endpoint)
        messages.success(request, _("Removed."))
        return redirect("foundation:endpoints")
    return _ask(
        request,
        endpoint,
        title=_("Remove this address?"),
        text=_("%(name)s gets no more notifications.") % {"name": endpoint.title},
        confirm_label=_("Remove"),
        tone="danger",
    )


@login_required
def delivery_list(request: HttpRequest) -> HttpResponse:
    """What was sent of a person's notifications, what waits, and what was given up."""
    state = request.GET.get("state", "")
    rows = queries.deliveries_of(request.user, state)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    entries = [
        {
            "row": row,
            "subject": registered.subject_of(row.notification),
            "reason": reason(row.last_error),
        }
        for row in page
    ]
    context = {"page": page, "entries": entries, "state": state, "tabs": _tabs()}
    return render(request, "foundation/deliveries.html", context)


@login_required
@require_POST
def delivery_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send again what was given up."""
    rows = queries.deliveries_of(request.user).filter(pk=pk)
    delivery = rows.first()
    if delivery is None:
        raise Http404
    try:
        if delivery.state != NotificationDelivery.State.DEAD:
            raise ValidationError(_("This is on its way already."))
        again.send_again(actor=request.user, delivery=delivery)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is sent again now."))
    return redirect("foundation:deliveries")


@login_required
def delivery_report(request: HttpRequest) -> HttpResponse:
    """For officers: counts, and dead letters without their contents and people."""
    permissions.require(request.user, "notifications.report")
    if request.method == "POST":
        count = again.send_emails_again(actor=request.user)
        messages.success(request, _("Sent again: %(count)s") % {"count": count})
        return redirect("foundation:delivery-report")
    page = Paginator(queries.dead_letters(), PER_PAGE).get_page(request.GET.get("page"))
    known = registered.kinds()
    entries = [
        {
            "row": row,
            "kind": known[row.notification.kind].label
            if row.notification.kind in known
            else row.notification.kind,
            "reason": reason(row.last_error),
        }
        for row in page
    ]
    counts = queries.counts()
    context = {
        "page": page,
        "entries": entries,
        "counts": counts,
        "dead_emails": counts[0].counts.get(NotificationDelivery.State.DEAD.value, 0),
        "states": [state.label for state in NotificationDelivery.State],
    }
    return render(request, "foundation/delivery_report.html", context)


def _tabs() -> list[tuple[str, str]]:
    base = reverse("foundation:deliveries")
    return [
        (_("All"), base),
        (_("Given up"), f"{base}?state=dead"),
        (_("Waiting"), f"{base}?state=pending"),
    ]


def _own(request: HttpRequest, pk: int) -> Endpoint:
    endpoint = Endpoint.objects.filter(pk=pk).first()
    if endpoint is None or not permissions.allowed(
        request.user, "notifications.endpoint.change", endpoint
    ):
        raise Http404
    return endpoint


def _ask(request: HttpRequest, endpoint: Endpoint, **context: Any) -> HttpResponse:
    cancel = reverse("foundation:endpoint", args=[endpoint.pk])
    return render(request, "layouts/confirm.html", {"cancel_url": cancel, **context})
