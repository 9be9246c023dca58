"""What allauth says in Chinese is said in the words of the portal."""

import gettext
from pathlib import Path

import allauth
import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from tests.clients import Client as SignedIn
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PUBLIC = ("login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/")
OWN = (
    "email/",
    "password/change/",
    "logout/",
    "3rdparty/",
    "2fa/",
    "2fa/totp/activate/",
    "reauthenticate/",
)
UNWANTED = ("您", "Email", "电子邮件地址", "帐号", "账户")


def _told(client: Client, path: str) -> list[str]:
    response = client.get(f"/zh-hans/accounts/{path}")
    assert response.status_code == 200, path
    page = BeautifulSoup(response.content, "html.parser")
    for script in page("script"):
        script.decompose()
    text = page.get_text()
    return [f"{path}: {word}" for word in UNWANTED if word in text]


def test_one_way_to_address_people_and_one_word_for_a_thing(client: SignedIn) -> None:
    found = [line for path in PUBLIC for line in _told(client, path)]
    user = make_user()
    client.force_login(user)
    found += [line for path in OWN for line in _told(client, path)]
    assert not found


def test_every_message_is_one_that_allauth_has() -> None:
    folder = Path(allauth.__file__).parent / "locale/zh_Hans/LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        theirs = gettext.GNUTranslations(file)
    ours = Path(settings.LOCALE_PATHS[1]) / "zh_Hans/LC_MESSAGES/django.po"
    with ours.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    ids = [one.id if isinstance(one.id, str) else one.id[0] for one in messages]
    assert len(ids) > 70
    assert [one for one in ids if theirs.gettext(one) == theirs.ngettext(one, one, 1) == one] == []
