"""What can't be undone is asked first: a page, which changes nothing until it is confirmed."""

from datetime import date
from typing import Any

import pytest

from portal.organisations import actions as organisations
from portal.organisations.models import Organisation
from tests.clients import Client
from tests.factories import (
    make_join_request,
    make_organisation,
    make_project,
    make_provider,
    make_user,
)

pytestmark = pytest.mark.django_db


def asked(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    body = response.content.decode()
    assert 'method="post"' in body
    return body


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_withdrawing_an_invitation() -> None:
    owner = make_user()
    firm = make_organisation(owner=owner)
    invitation = organisations.invite_member(
        actor=owner, organisation=firm, email="new@example.com", role="editor"
    )
    url = f"/en/desk/{firm.key}/invitations/{invitation.pk}/withdraw/"
    client = signed_in(owner)
    assert "new@example.com" in asked(client, url)
    invitation.refresh_from_db()
    assert invitation.state == "open"
    client.post(url)
    invitation.refresh_from_db()
    assert invitation.state == "withdrawn"


def test_giving_up_ones_own_ownership() -> None:
    owner, other = make_user(), make_user()
    firm = make_organisation(owner=owner)
    second = firm.memberships.create(user=other, role="owner")
    mine = firm.memberships.get(user=owner)
    client = signed_in(owner)
    url = f"/en/desk/{firm.key}/members/{mine.pk}/role/"
    body = asked(client, url)
    assert 'name="role" value="editor"' in body
    assert f'href="{url}"' in client.get(f"/en/desk/{firm.key}/members/").content.decode()
    client.post(url, {"role": "editor"})
    mine.refresh_from_db()
    assert mine.role == "editor"
    assert client.get(f"/en/desk/{firm.key}/members/{second.pk}/role/").status_code == 302


def test_withdrawing_a_request_to_join() -> None:
    request = make_join_request(make_project())
    client = signed_in(request.user)
    url = f"/en/projects/{request.project.slug}/requests/{request.pk}/withdraw/"
    asked(client, url)
    request.refresh_from_db()
    assert request.state == "open"
    client.post(url)
    request.refresh_from_db()
    assert request.state == "withdrawn"


@pytest.fixture
def moderator() -> Client:
    return signed_in(make_user(roles=("moderator",)))


def test_taking_a_title_back(moderator: Client) -> None:
    profile = make_provider()
    firm = profile.organisation
    title = organisations.record_recognition(
        actor=None,
        organisation=firm,
        tier="little_giant",
        issued_on=date(2025, 1, 1),
        expires_on=date(2028, 1, 1),
    )
    url = f"/en/moderation/providers/{firm.key}/titles/{title.pk}/withdraw/"
    asked(moderator, url)
    assert firm.recognitions.exists()
    moderator.post(url)
    assert not firm.recognitions.exists()


def test_passing_a_code(moderator: Client) -> None:
    profile = make_provider()
    Organisation.objects.filter(pk=profile.organisation_id).update(uscc_check_failed=True)
    url = f"/en/moderation/providers/{profile.organisation.key}/"
    answer = moderator.post(url, {"decision": "pass_code"})
    assert 'name="sure"' in answer.content.decode()
    profile.organisation.refresh_from_db()
    assert not profile.organisation.uscc_passed
    moderator.post(url, {"decision": "pass_code", "sure": "1"})
    profile.organisation.refresh_from_db()
    assert profile.organisation.uscc_passed
