"""`manage.py check --deploy` with production settings and the values they ask for."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """The check's exit code; warnings count."""
    with tempfile.TemporaryDirectory(prefix="duijie-check-") as data_dir:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            "DUIJIE_DATA_DIR": data_dir,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "duijie.example.org",
            "SITE_URL": "https://duijie.example.org",
            "EMAIL_URL": "submission://duijie:secret@mail.example.org:587",
        }
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
