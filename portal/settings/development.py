"""A laptop with nothing but Python: SQLite, the embedded engine, e-mail on the console."""

from portal.settings.base import *
from portal.settings.base import env

SECRET_KEY = env.secret_key()
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "localhost", "127.0.0.1", "[::1]"]
