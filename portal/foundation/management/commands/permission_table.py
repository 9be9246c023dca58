"""`manage.py permission_table`: who may do what in which state, as docs/permissions.md has it."""

from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, no_translations

from portal.foundation.permissions import Permission, table

HEAD = """# Permissions

Who may do what in which state, assembled from the rooms. `manage.py permission_table` writes this
page and a test holds it against the code. What is not listed is not allowed. Superusers and the
system (the portal's own commands and worker) may do everything, in the given states only.

- `anonymous`: everybody, signed in or not; `user`: anybody signed in; `officer`, `moderator`,
  `editor`: the city's roles, given by groups.
- All other roles depend on the object: `organisation_owner` and `organisation_editor` are members
  of the organisation it belongs to; each room's `permissions.py` says how it tells the rest.
- Nobody is judge of their own: towards an organisation that they act for, and what it posts, offers
  and deals on, a moderator has the rights of its members only.
"""


def markdown() -> str:
    """The whole page."""
    parts = [HEAD]
    for room, permissions in groupby(table(), key=lambda p: p.action.partition(".")[0]):
        parts.append(f"\n## {room}\n")
        parts.append("| action | what it is | who | in which state |")
        parts.append("|---|---|---|---|")
        parts += [_line(permission) for permission in permissions]
    return "\n".join(parts) + "\n"


def _line(permission: Permission) -> str:
    states = "any" if permission.states is None else ", ".join(sorted(permission.states))
    roles = ", ".join(sorted(permission.roles)) or "nobody"
    return f"| `{permission.action}` | {permission.summary} | {roles} | {states} |"


class Command(BaseCommand):
    """Prints the table as Markdown."""

    help = "Prints who may do what in which state, as Markdown: docs/permissions.md."

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(markdown(), ending="")
