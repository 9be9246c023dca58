"""Open-source projects and the people who build them."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    """Registers what this room adds to the portal."""

    name = "portal.community"
    label = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        from portal.community import (
            documents,
            drafting,
            panels,
            permissions,
            personal,
            queries,
            telling,
            waiting,
        )
        from portal.foundation import registries
        from search.documents import register

        permissions.register()
        drafting.register()
        telling.register()
        register(documents.ProjectDocument())
        panels.register()
        waiting.register()
        personal.register()
        registries.menu.register(
            registries.MenuEntry(
                name="contributions",
                order=30,
                label=_("My contributions"),
                url="/contributions/",
                icon="branch",
            )
        )
        registries.moderation.register(
            registries.ModerationKind(
                name="project",
                order=40,
                label=_("Proposed projects"),
                pending=queries.proposed_projects,
                detail_url=_detail_url,
            )
        )


def _detail_url(project: Any) -> str:
    return project.get_absolute_url()
