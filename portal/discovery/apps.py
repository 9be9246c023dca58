"""Discovery"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscoveryConfig(AppConfig):
    """Tells what the values of the search's facets are called."""

    name = "portal.discovery"
    label = "discovery"
    verbose_name = _("Discovery")

    def ready(self) -> None:
        from portal.discovery import facet_labels

        facet_labels.register()
