"""What the home page shows of the community."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community import queries
from portal.foundation.registries import Indicator, Panel, indicators, panels

SHOWN = 3


def newest_projects(language: str) -> dict[str, Any]:
    """Cards of the newest published projects."""
    rows = queries.with_contributors(queries.published_projects())[:SHOWN]
    return {"cards": [queries.card(row, reverse("community:projects")) for row in rows]}


def register() -> None:
    """Add the panel and the figures."""
    panels.register(Panel("projects", 30, "community/panel.html", newest_projects))
    indicators.register(
        Indicator(
            "projects",
            40,
            _("open-source projects"),
            lambda: queries.published_projects().count(),
            "/projects/",
        )
    )
    indicators.register(
        Indicator("contributors", 50, _("contributors"), queries.contributor_count, "/projects/")
    )
