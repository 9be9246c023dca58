"""The forms of this room that keep drafts."""

from django.utils.translation import gettext_lazy as _

from portal.foundation import drafts

PROFILE, OFFER = "organisations.profile", "organisations.offer"


def register() -> None:
    """Called once at start."""
    drafts.register(PROFILE, _("A provider profile"))
    drafts.register(OFFER, _("An offer"))
