"""Tests: a data folder of their own, quick password hashing, e-mail in memory."""

import atexit
import shutil
import tempfile
from pathlib import Path

from portal.settings.base import *

DUIJIE_DATA_DIR = Path(tempfile.mkdtemp(prefix="duijie-test-"))
atexit.register(shutil.rmtree, DUIJIE_DATA_DIR, ignore_errors=True)
STATIC_ROOT = DUIJIE_DATA_DIR / "static"
MEDIA_ROOT = DUIJIE_DATA_DIR / "media"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as everywhere else: threads meet real locks, not those of a shared memory database.
    DATABASES["default"]["TEST"] = {"NAME": str(DUIJIE_DATA_DIR / "test.sqlite3")}
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
AXES_ENABLED = False
READS_PER_MINUTE = 0
SUGGESTIONS_PER_MINUTE = 0
# Tests of the editors' vocabulary switch this on; the others count their queries.
VOCABULARY_SECONDS = 0
# ELASTICSEARCH_URL names the node for the tests that want one; the others stay without.
ELASTICSEARCH_URLS = []
