"""One's own account page; signing in and up are django-allauth's."""

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, override

from portal.accounts import actions, second_step
from portal.accounts.forms import ProfileForm
from portal.accounts.requests import person
from portal.foundation.forms import add_refusal


def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """In place of the admins' own sign-in pages, which know no second factor and no limits.

    Whoever is signed in and yet led here may not enter."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(get_next_redirect_url(request) or "/admin/")


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, phone and language; the page comes back in the language that was chosen."""
    user = person(request)
    initial = {"name": user.name, "phone": user.phone, "language": user.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_account(actor=user, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            with override(user.language):
                messages.success(request, gettext("Saved."))
                response = redirect(reverse("accounts:profile"))
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, user.language, max_age=31_536_000, samesite="Lax"
            )
            return response
    return render(request, "accounts/profile.html", {"form": form})


@login_required
def second_step_page(request: HttpRequest) -> HttpResponse:
    """Where somebody with a role of the city sets up or shows the second step."""
    target = get_next_redirect_url(request) or "/"
    if second_step.was_shown(request):
        return redirect(target)
    context = {"is_set_up": second_step.is_set_up(request.user), "next": target}
    return render(request, "accounts/second_step.html", context)
