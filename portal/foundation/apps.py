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
        from django.core.checks import register

        from portal.foundation import (
            checks,
            figures,
            metrics,
            permissions,
            readiness,
            registries,
            tasks,
            work,
        )
        from portal.foundation.desk import registration as desk
        from portal.foundation.drafts import registration as drafts
        from portal.foundation.files import registration as files
        from portal.foundation.notifications import registration

        register(checks.letters_are_sent, deploy=True)
        work.register_consumer("tasks", tasks.run_due_tasks)
        registration.register()
        work.register_periodic("reap-tasks", tasks.REAP_EVERY, tasks.reap_stalled_tasks)
        work.register_periodic("sessions", tasks.SESSIONS_EVERY, tasks.delete_expired_sessions)
        metrics.register("foundation", figures.collect)
        readiness.register_own()
        desk.register()
        drafts.register()
        files.register()
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
