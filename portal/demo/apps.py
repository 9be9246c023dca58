"""Demo rows for a look around, made through the rooms' own actions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """Knows every room, as the composition root does."""

    name = "portal.demo"
    label = "demo"
    verbose_name = _("Demo")
