"""Discovery"""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscoveryConfig(AppConfig):
    """Registers facets' names, permissions, the alerts' work and the menu's lines."""

    name = "portal.discovery"
    label = "discovery"
    verbose_name = _("Discovery")

    def ready(self) -> None:
        from portal.discovery import facet_labels, personal
        from portal.discovery import permissions as own_permissions
        from portal.discovery.alerts import finding, mailing, telling
        from portal.discovery.searched import candidates, record_kept, report
        from portal.foundation import permissions, visitor_cache, work
        from portal.foundation.registries import MenuEntry, menu
        from search import indexing

        facet_labels.register()
        own_permissions.register()
        telling.register()
        personal.register()
        indexing.follow(finding.TARGET)
        work.register_consumer("alerts", finding.drain)
        work.register_consumer("alerts: telling", telling.drain)
        work.register_consumer("alerts: e-mail", mailing.drain)
        visitor_cache.listen("searched", record_kept)
        work.register_periodic("searched: pruning", timedelta(days=1), report.prune)
        work.register_periodic(
            "searched: candidates", timedelta(hours=6), candidates.suggest_missing
        )
        menu.register(MenuEntry("saved-searches", 40, _("Saved searches"), "/searches/", "search"))
        menu.register(
            MenuEntry(
                name="searches",
                order=95,
                label=_("What people search"),
                url="/officers/searches/",
                icon="gauge",
                shown=lambda user: permissions.allowed(user, "discovery.searches.report"),
            )
        )
