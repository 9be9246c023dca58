"""What the pages of this room share."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext

from portal.foundation import permissions
from portal.foundation.forms import add_refusal
from portal.organisations.models import Organisation, ProviderProfile
from portal.organisations.queries import organisation_for_desk


def own_organisation(request: HttpRequest, key: str) -> Organisation:
    """The organisation of that key, for its members and moderators; anybody else gets a 404."""
    organisation = organisation_for_desk(key)
    if organisation is None or not permissions.allowed(
        request.user, "organisations.organisation.manage", organisation
    ):
        raise Http404
    return organisation


def profile_of(organisation: Organisation) -> ProviderProfile | None:
    """The provider profile, where there is one."""
    return getattr(organisation, "provider", None)


def own_profile(request: HttpRequest, key: str) -> ProviderProfile:
    """The profile of one's own organisation; 404 without one."""
    profile = profile_of(own_organisation(request, key))
    if profile is None:
        raise Http404
    return profile


def try_action(request: HttpRequest, action: Callable[[], Any], done: str) -> bool:
    """Run an action behind a button; says in a message what came of it."""
    try:
        action()
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return False
    except PermissionDenied:
        messages.error(
            request,
            gettext("You may not do this, or it is no longer possible: look at it again."),
        )
        return False
    messages.success(request, done)
    return True


def try_form(form: Any, action: Callable[[], Any]) -> bool:
    """Run an action with a valid form's values; what it refuses is shown in the form."""
    if not form.is_valid():
        return False
    try:
        action()
    except ValidationError as error:
        add_refusal(form, error)
        return False
    return True
