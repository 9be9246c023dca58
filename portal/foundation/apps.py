"""What every room stands on."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class FoundationConfig(AppConfig):
    """Registers the work every installation does: e-mail, tasks, cleaning up."""

    name = "portal.foundation"
    label = "foundation"
    verbose_name = _("Foundation")

    def ready(self) -> None:
        from portal.foundation import figures, metrics, permissions, registries, tasks, work

        work.register_consumer("tasks", tasks.run_due_tasks)
        work.register_consumer("e-mail", tasks.send_due_emails)
        work.register_periodic("reap-tasks", tasks.REAP_EVERY, tasks.reap_stalled_tasks)
        work.register_periodic("sessions", tasks.SESSIONS_EVERY, tasks.delete_expired_sessions)
        metrics.register("foundation", figures.collect)
        permissions.register(
            "foundation.moderate",
            roles=["moderator"],
            summary=gettext_noop("See what waits for a moderator"),
        )
        registries.menu.register(
            registries.MenuEntry(
                name="moderation",
                order=90,
                label=_("Waiting for a moderator"),
                url="/moderation/",
                icon="shield",
                shown=lambda user: permissions.allowed(user, "foundation.moderate"),
            )
        )
