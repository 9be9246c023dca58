"""Notices with versions, agreeing and taking back, and being asked again."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portal.accounts import consent, notices
from portal.accounts.models import Consent
from portal.accounts.notices import Notice
from portal.foundation import audit
from tests.clients import Client
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "secret-word-1"


@pytest.fixture
def second_privacy(monkeypatch: pytest.MonkeyPatch) -> Notice:
    """A new wording of the privacy notice is in force."""
    first = notices.versions("privacy")
    new = first[-1].model_copy(update={"version": "2", "since": date(2027, 1, 1)})
    real = notices.versions

    def versions(kind: str) -> tuple[Notice, ...]:
        return (*first, new) if kind == "privacy" else real(kind)

    monkeypatch.setattr(notices, "versions", versions)
    return new


@pytest.mark.parametrize("kind", notices.KINDS)
def test_every_notice_says_the_same_in_both_languages(kind: str) -> None:
    for notice in notices.versions(kind):
        assert notice.kind == kind
        for section in notice.sections:
            assert section.heading_zh
            assert section.heading_en
            assert len(section.paragraphs_zh) == len(section.paragraphs_en)
            assert len(section.points_zh) == len(section.points_en)
        assert notice.shown("zh")
        assert notice.shown("en")


@pytest.mark.parametrize("kind", notices.KINDS)
def test_notices_are_pages_for_everybody(client: Client, settings, kind: str) -> None:
    settings.OPERATOR, settings.PRIVACY_CONTACT = "宁波某中心", "dpo@example.com"
    for language, address in (("en", f"/en/{kind}/"), ("zh-hans", f"/zh-hans/{kind}/1/")):
        page = client.get(address)
        assert page.status_code == 200, language
        assert "{" not in page.context["sections"][0]["paragraphs"][0]
    assert client.get(f"/en/{kind}/99/").status_code == 404
    if kind == "privacy":
        assert "dpo@example.com" in client.get("/en/privacy/").content.decode()


def test_giving_twice_is_once_and_taking_back_ends_it() -> None:
    user = make_user()
    assert not consent.has_consented(user, "contacts")
    first = consent.give(actor=user, purpose="contacts")
    assert consent.give(actor=user, purpose="contacts") == first
    assert consent.has_consented(user, "contacts")
    assert consent.withdraw(actor=user, purpose="contacts")
    assert not consent.withdraw(actor=user, purpose="contacts")
    assert not consent.has_consented(user, "contacts")
    consent.give(actor=user, purpose="contacts")
    assert Consent.objects.filter(user=user).count() == 2
    assert [entry.verb for entry in audit.trail(first)] == ["consent.give", "consent.withdraw"]


def test_nothing_else_can_be_agreed_to_and_the_terms_not_taken_back() -> None:
    user = make_user()
    with pytest.raises(ValidationError):
        consent.give(actor=user, purpose="everything")
    with pytest.raises(ValidationError):
        consent.withdraw(actor=user, purpose="terms")
    assert not consent.has_consented(None, "contacts")


def test_whoever_has_not_agreed_is_asked_at_the_sign_in_and_only_then_goes_on(
    client: Client,
) -> None:
    user = make_user()
    client.post("/en/accounts/login/", {"login": user.email, "password": PASSWORD})
    led = client.get("/en/desk/")
    assert led.url == "/en/accounts/notices/?next=%2Fen%2Fdesk%2F"  # type: ignore[attr-defined]
    page = client.get(led.url)  # type: ignore[attr-defined]
    assert "/en/privacy/" in page.content.decode()
    assert client.get("/en/terms/").status_code == 200
    client.post("/en/accounts/notices/", {"next": "/en/desk/"})
    assert client.get("/en/desk/").status_code == 302
    done = client.post("/en/accounts/notices/", {"next": "/en/desk/", "agree": "on"})
    assert done.url == "/en/desk/"  # type: ignore[attr-defined]
    assert client.get("/en/desk/").status_code == 200
    assert consent.due(user) == []


def test_a_new_wording_is_asked_for_at_the_next_sign_in(
    client: Client, second_privacy: Notice
) -> None:
    user = make_user()
    for purpose in ("privacy", "terms"):
        Consent.objects.create(user=user, purpose=purpose, version="1", given_at=user.date_joined)
    assert consent.due(user) == ["privacy"]
    client.post("/en/accounts/login/", {"login": user.email, "password": PASSWORD})
    page = client.get("/en/accounts/notices/")
    assert "new wording" in page.content.decode()
    client.post("/en/accounts/notices/", {"agree": "on"})
    assert consent.has_consented(user, "privacy")
    assert Consent.objects.get(user=user, purpose="privacy", version="1").withdrawn_at
    assert client.get("/en/privacy/1/").status_code == 200


def test_contacts_are_agreed_to_and_taken_back_on_my_data(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    assert "stay hidden" in client.get("/en/accounts/my-data/").content.decode()
    client.post("/en/accounts/contacts/give/")
    assert consent.has_consented(user, "contacts")
    page = client.get("/en/accounts/my-data/").content.decode()
    assert "You agreed on" in page
    client.post("/en/accounts/contacts/withdraw/")
    assert not consent.has_consented(user, "contacts")
    assert client.get("/en/accounts/contacts/give/").status_code == 405
