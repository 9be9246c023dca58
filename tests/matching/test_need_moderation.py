"""A moderator decides on needs that wait."""

import pytest
from django.urls import reverse

from tests.factories import make_need, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def text_of(response):
    return response.content.decode()


def sign_in(client, **fields):
    client.force_login(make_user(**fields))


class TestModerator:
    def test_sees_it_in_the_queue_and_decides(self, client):
        need = make_need(state="moderation")
        sign_in(client, roles=("moderator",))
        assert need.title in text_of(client.get(reverse("foundation:moderation")))
        url = reverse("matching:moderate", args=[need.ref])
        assert client.get(url).context["waits"] is True
        page = client.post(url, {"decision": "return", "version": 1, "note": " "})
        assert page.status_code == 400
        assert "Say what should be changed" in text_of(page)
        client.post(url, {"decision": "approve", "version": 1})
        need.refresh_from_db()
        assert need.state == "open"
        late = client.post(url, {"decision": "return", "version": 1, "note": "no"}, follow=True)
        assert "You approved it" in text_of(late)

    def test_nobody_else(self, client):
        need = make_need(state="moderation")
        url = reverse("matching:moderate", args=[need.ref])
        for roles in ((), ("officer",), ("editor",)):
            sign_in(client, roles=roles)
            assert client.get(url).status_code == 403
            assert client.post(url, {"decision": "approve"}).status_code == 403
