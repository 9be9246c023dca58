"""What `manage.py check --deploy` says of an installation."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from portal.settings.environment import read_environment

PRINTED = "django.core.mail.backends.console.EmailBackend"


@pytest.mark.parametrize(
    ("backend", "deploy", "warned"),
    [
        (PRINTED, True, True),
        (PRINTED, False, False),
        ("django.core.mail.backends.smtp.EmailBackend", True, False),
    ],
)
def test_printed_letters_are_warned_of_before_going_live(settings, backend, deploy, warned):
    settings.EMAIL_BACKEND = backend
    found = run_checks(include_deployment_checks=deploy)
    assert ("foundation.W001" in [one.id for one in found]) is warned


def test_an_address_of_no_kind_of_mail_server_is_named(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://mail.example.org")
    with pytest.raises(ImproperlyConfigured, match=r"EMAIL_URL: .*'smtp\+tls' is none of smtp,"):
        read_environment()
