"""What several pages share: finding rows a person may know of, and telling of refusals."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from matching.actions.moves import ActionRefused
from matching.models import Introduction, Need
from matching.people import UNPUBLISHED
from portal.foundation import permissions
from portal.foundation.text import whole_number


def seen_version(request: HttpRequest) -> int | None:
    """The version of the row that the person's page showed; None when the form had none."""
    return whole_number(request.POST.get("version", ""), 9)


def key_or_404(key: str) -> str:
    """A key, perhaps from a query. PostgreSQL can't even be asked for one with NUL: Http404."""
    if "\x00" in key:
        raise Http404
    return key


def need_for(user: Any, ref: str) -> Need:
    """A need this person may read. Raises Http404 for others and for unknown ones."""
    need = get_object_or_404(Need.objects.select_related("organisation"), ref=key_or_404(ref))
    if permissions.allowed(user, "matching.need.read", need):
        return need
    if permissions.allowed(user, "matching.need.follow", need) or _takes_part(user, need):
        return need
    raise Http404


def _takes_part(user: Any, need: Need) -> bool:
    """Has a provider of this person an introduction to what everybody could read once?"""
    return (
        user.is_authenticated
        and need.state not in UNPUBLISHED
        and Introduction.objects.filter(
            need=need, provider__organisation__memberships__user_id=user.pk
        ).exists()
    )


def own_need(user: Any, ref: str) -> Need:
    """A need of an organisation this person acts for. Raises Http404."""
    need = need_for(user, ref)
    if "manufacturer_member" not in permissions.roles_of(user, need):
        raise Http404
    return need


def introduction_for(user: Any, pk: int) -> Introduction:
    """An introduction this person may read. Raises Http404."""
    introduction = get_object_or_404(
        Introduction.objects.select_related(
            "need__organisation", "provider__organisation", "requester", "answered_by"
        ),
        pk=pk,
    )
    if not permissions.allowed(user, "matching.introduction.read", introduction):
        raise Http404
    return introduction


def tell_refusal(request: HttpRequest, refusal: ActionRefused) -> None:
    """Show why nothing happened on the next page."""
    messages.warning(request, refusal.message)


def add_errors(
    forms: list[Form], error: ValidationError, names: dict[str, str] | None = None
) -> None:
    """Put an action's errors at the fields they concern, in whichever form has them; `names`
    maps the action's names to the forms'. What fits nowhere goes to the top of the first."""
    if not hasattr(error, "error_dict"):
        forms[0].add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        target = (names or {}).get(name, name)
        form = next((form for form in forms if target in form.fields), None)
        if form is None:
            forms[0].add_error(None, problems)
        else:
            form.add_error(target, problems)
