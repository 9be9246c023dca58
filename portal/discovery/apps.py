"""Discovery"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscoveryConfig(AppConfig):
    """Registers facets' names, permissions, the alerts' work and the menu's lines."""

    name = "portal.discovery"
    label = "discovery"
    verbose_name = _("Discovery")

    def ready(self) -> None:
        from portal.discovery import facet_labels, permissions
        from portal.discovery.alerts import finding, mailing, telling
        from portal.foundation import work
        from portal.foundation.registries import MenuEntry, menu
        from search import indexing

        facet_labels.register()
        permissions.register()
        telling.register()
        indexing.follow(finding.TARGET)
        work.register_consumer("alerts", finding.drain)
        work.register_consumer("alerts: telling", telling.drain)
        work.register_consumer("alerts: e-mail", mailing.drain)
        menu.register(MenuEntry("saved-searches", 40, _("Saved searches"), "/searches/", "search"))
