"""The form of this room that keeps drafts; about the slug of a project that is there already."""

from django.utils.translation import gettext_lazy as _

from portal.foundation import drafts

PROJECT = "community.project"


def register() -> None:
    """Called once at start."""
    drafts.register(PROJECT, _("A project"))
