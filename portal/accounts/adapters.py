"""How allauth makes and keeps accounts here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language

from portal.accounts import consent
from portal.accounts.gate import NOTICES_DUE
from portal.accounts.models import User
from portal.accounts.second_step import STRONG
from portal.foundation import drafts
from portal.foundation.text import clean_plain_text


class AccountAdapter(DefaultAccountAdapter):
    """New accounts read the language they signed up in; addresses are kept in lower case."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Save the person, with the interface language of the sign-up page."""
        user.language = get_language() or user.language
        return super().save_user(request, user, form, commit)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in; who has not agreed to the notices in force is asked before anything else."""
        super().login(request, user)
        if consent.due(user):
            request.session[NOTICES_DUE] = True

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """A message of allauth's, in plain text and in the house's own look."""
        message = super().render_mail(template_prefix, email, context, headers)
        if isinstance(message, EmailMultiAlternatives) and not message.alternatives:
            text, _, foot = message.body.partition("\n-- \n")
            shown = {"subject": message.subject, "text": text.strip(), "foot": foot.strip()}
            message.attach_alternative(
                render_to_string("web/email/from_text.html", shown), "text/html"
            )
        return message

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where somebody began, who made an account for it and confirmed it in another browser."""
        url = drafts.begun_signed_out(request.user, get_language())
        return url or f"/{get_language()}/"


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Takes the name over from where somebody signed in."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """The person as the other service knows them; one whole name, not cut in two."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        name = data.get("name") or " ".join(filter(None, parts)) or data.get("username") or ""
        try:
            user.name = clean_plain_text(str(name))[: User.NAME]
        except ValueError:
            user.name = ""
        user.language = get_language() or user.language
        return user


class MFAAdapter(DefaultMFAAdapter):
    """Whoever has a role of the city keeps at least one second factor."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last app or key of somebody with a role."""
        user = authenticator.user
        if authenticator.type not in STRONG or not user.has_role:
            return True
        others = Authenticator.objects.filter(user=user, type__in=STRONG)
        return bool(others.exclude(pk=authenticator.pk).exists())
