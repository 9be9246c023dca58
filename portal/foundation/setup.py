"""Setting an installation up before the first command that needs it."""

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection


def is_set_up() -> bool:
    """Whether the database has its tables: a new or emptied data folder has none."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return get_user_model()._meta.db_table in tables


def ensure_set_up() -> None:
    """Run `setup` first where the installation is new.

    Raises CommandError when it can't be done."""
    if not is_set_up():
        call_command("setup")
