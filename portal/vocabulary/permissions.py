"""Who may change what the portal's words mean."""

from django.utils.translation import gettext_noop as _

from portal.foundation import permissions


def register() -> None:
    """Add this room's actions to the table."""
    permissions.register(
        "vocabulary.concept.edit",
        roles=("editor", "officer"),
        summary=_("Change concepts, switch them off, take up candidates"),
    )
