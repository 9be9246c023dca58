"""What the foundation itself gives the desk: moderation, permissions, the weekly e-mail."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.foundation import permissions, registries, work
from portal.foundation.desk import moderating, personal, reading, stuck, weekly


def register() -> None:
    """Called once at start."""
    registries.waiting.register(
        registries.Waiting("moderation", 10, _("To moderate"), moderating.to_moderate)
    )
    registries.stuck.register(
        registries.Stuck(
            "moderation", 10, _("Moderation older than two days"), stuck.moderation_too_old
        )
    )
    permissions.register(
        "foundation.stuck",
        roles=["officer"],
        summary=gettext_noop("See what is stuck on the way from need to review, and where"),
    )
    registries.menu.register(
        registries.MenuEntry("waiting", 1, _("What waits for you"), "/waiting/", "flag")
    )
    registries.menu.register(
        registries.MenuEntry(
            "stuck", 85, _("What is stuck, and where"), "/officers/stuck/", "clock", may_see_stuck
        )
    )
    registries.next_steps.register(
        registries.NextStep(
            name="stuck",
            order=10,
            title=_("See what is stuck, and where"),
            text=_("Needs without an answer, deadlines that passed, disputes: stage by stage."),
            url="/officers/stuck/",
            icon="clock",
            fits=may_see_stuck,
        )
    )
    registries.personal_data.register(
        registries.PersonalData("lists", 75, personal.export, personal.erase)
    )
    weekly.register()
    work.register_consumer(weekly.KIND, weekly.drain)
    user_logged_in.connect(_count_for_next_page, dispatch_uid="desk-count")


def may_see_stuck(user: Any) -> bool:
    """Is this an officer?"""
    return permissions.allowed(user, "foundation.stuck")


def _count_for_next_page(sender: Any, user: Any, **kwargs: Any) -> None:
    """Whoever signs in sees their desk next: read it once for the page and its head."""
    reading.fresh_desk(user)
