"""Members and invitations of an organisation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from portal.accounts.queries import has_confirmed_email
from portal.accounts.requests import person
from portal.foundation import permissions
from portal.organisations import actions
from portal.organisations.forms import InviteForm
from portal.organisations.models import Invitation, Membership
from portal.organisations.views.common import own_organisation, try_action, try_form


@login_required
def members(request: HttpRequest, key: str) -> HttpResponse:
    """Who acts for the organisation and who is invited; a POST invites."""
    own = own_organisation(request, key)
    may_manage = permissions.allowed(request.user, "organisations.member.manage", own)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and try_form(
        form,
        lambda: actions.invite_member(actor=person(request), organisation=own, **form.cleaned_data),
    ):
        messages.success(request, gettext("The invitation is on its way."))
        return redirect("organisations:members", key)
    open_invitations = [i for i in own.invitations.all() if i.state == Invitation.State.OPEN]
    context = {
        "organisation": own,
        "memberships": own.memberships.all(),
        "invitations": open_invitations if may_manage else [],
        "may_manage": may_manage,
        "form": form,
        "roles": Membership.Role.choices,
    }
    return render(request, "organisations/members.html", context)


@login_required
def close(request: HttpRequest, key: str) -> HttpResponse:
    """Say what closing means and what stands in the way; a POST closes."""
    own = own_organisation(request, key)
    if not permissions.allowed(request.user, "organisations.organisation.close", own):
        raise Http404
    if request.method == "POST" and try_action(
        request,
        lambda: actions.close_organisation(actor=person(request), organisation=own),
        gettext("The organisation is closed."),
    ):
        return redirect("organisations:desk")
    context = {
        "organisation": own,
        "title": gettext("Close the organisation"),
        "text": actions.may_close_now(own),
        "confirm_label": gettext("Close it"),
        "back": "members",
        "reasons": actions.standing_open(own),
    }
    return render(request, "organisations/close.html", context)


@login_required
def change_role(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Make a member owner or editor; a GET asks first, as who gives up the role has no way back."""
    membership = _membership(request, key, pk)
    if request.method == "POST":
        try_action(
            request,
            lambda: actions.change_member_role(
                actor=person(request), membership=membership, role=request.POST.get("role", "")
            ),
            gettext("The role is changed."),
        )
        return _back(request, key)
    if membership.user_id != person(request).pk:
        return redirect("organisations:members", key)
    context = {
        "organisation": membership.organisation,
        "title": gettext("Give up being an owner?"),
        "text": gettext("Only another owner can make you one again."),
        "confirm_label": gettext("Become an editor"),
        "fields": {"role": Membership.Role.EDITOR.value},
        "back": "members",
    }
    return render(request, "organisations/confirm.html", context)


@login_required
def remove(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Ask once, then take a member out (or leave, where it is oneself)."""
    membership = _membership(request, key, pk)
    oneself = membership.user_id == person(request).pk
    if request.method == "POST":
        action = actions.leave_organisation if oneself else actions.remove_member
        try_action(
            request,
            lambda: action(actor=person(request), membership=membership),
            gettext("You have left.") if oneself else gettext("The member is removed."),
        )
        return _back(request, key)
    names = {"name": membership.user, "organisation": membership.organisation}
    context = {
        "organisation": membership.organisation,
        "title": gettext("Leave this organisation?") if oneself else gettext("Remove this member?"),
        "text": gettext("%(name)s will no longer act for %(organisation)s.") % names,
        "confirm_label": gettext("Leave") if oneself else gettext("Remove"),
        "tone": "danger",
        "back": "members",
    }
    return render(request, "organisations/confirm.html", context)


@login_required
@require_POST
def resend(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Send an invitation again."""
    invitation = _invitation(request, key, pk)
    try_action(
        request,
        lambda: actions.resend_invitation(actor=person(request), invitation=invitation),
        gettext("The invitation is on its way."),
    )
    return redirect("organisations:members", key)


@login_required
def withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Ask once, then withdraw an invitation."""
    invitation = _invitation(request, key, pk)
    if request.method == "POST":
        try_action(
            request,
            lambda: actions.withdraw_invitation(actor=person(request), invitation=invitation),
            gettext("The invitation is withdrawn."),
        )
        return redirect("organisations:members", key)
    context = {
        "organisation": invitation.organisation,
        "title": gettext("Withdraw this invitation?"),
        "text": gettext("The link that %(email)s was sent stops working.")
        % {"email": invitation.email},
        "confirm_label": gettext("Withdraw it"),
        "back": "members",
    }
    return render(request, "organisations/confirm.html", context)


@login_required
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Where an invitation's link leads; whoever is signed out signs in or up first."""
    invitation = get_object_or_404(
        Invitation.objects.select_related("organisation", "invited_by"), token=token
    )
    mine = has_confirmed_email(person(request), invitation.email)
    if request.method == "POST" and mine:
        if try_action(
            request,
            lambda: actions.accept_invitation(actor=person(request), invitation=invitation),
            gettext("Welcome to %(organisation)s.") % {"organisation": invitation.organisation},
        ):
            return redirect("organisations:organisation", invitation.organisation.key)
        return redirect("organisations:desk")
    usable = invitation.state == Invitation.State.OPEN and not invitation.expired
    context = {"invitation": invitation, "mine": mine, "usable": usable}
    return render(request, "organisations/invitation.html", context)


def _back(request: HttpRequest, key: str) -> HttpResponse:
    """To the members, or to the desk for somebody who has just left."""
    try:
        own_organisation(request, key)
    except Http404:
        return redirect("organisations:desk")
    return redirect("organisations:members", key)


def _membership(request: HttpRequest, key: str, pk: int) -> Membership:
    own = own_organisation(request, key)
    return get_object_or_404(
        Membership.objects.select_related("user", "organisation"), pk=pk, organisation=own
    )


def _invitation(request: HttpRequest, key: str, pk: int) -> Invitation:
    own = own_organisation(request, key)
    return get_object_or_404(
        Invitation.objects.select_related("organisation"), pk=pk, organisation=own
    )
