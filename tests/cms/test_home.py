"""Home: what it shows, what it costs, and that it is kept for signed-out visitors only."""

from typing import Any

from django.core.cache import caches

from portal.foundation.registries import indicators, panels
from tests.clients import Client
from tests.factories import make_need, make_project, make_user


def test_home_shows_the_ways_in_panels_and_figures(client: Client) -> None:
    make_project()
    page = client.get("/en/").content.decode()
    for address in ("/en/needs/post/", "/en/start/offer/", "/en/start/open-source/"):
        assert f'href="{address}"' in page
    assert 'action="/en/search/"' in page
    assert "Apache PLC4X" in page
    assert {entry.name for entry in indicators.all()} >= {"projects", "contributors"}
    assert {entry.name for entry in panels.all()} >= {"projects", "news"}


def test_home_is_cheap(client: Client, django_assert_max_num_queries: Any) -> None:
    make_project()
    for language in ("zh-hans", "en"):
        with django_assert_max_num_queries(13):
            client.get(f"/{language}/")
        with django_assert_max_num_queries(0):
            client.get(f"/{language}/")


def test_signed_in_people_get_their_own_page(client: Client) -> None:
    kept = client.get("/en/").content
    mine = Client()
    mine.force_login(make_user("Ola Nordmann"))
    own = mine.get("/en/").content.decode()
    assert "Ola Nordmann" in own
    assert client.get("/en/").content == kept
    assert "csrfmiddlewaretoken" not in kept.decode()


def test_signed_in_people_share_the_parts(django_assert_max_num_queries: Any) -> None:
    mine = Client()
    mine.force_login(make_user())
    mine.get("/en/")
    with django_assert_max_num_queries(10):
        mine.get("/en/")


def test_signed_in_people_see_what_waits_for_them_and_visitors_do_not(client: Client) -> None:
    user = make_user()
    mine = Client()
    mine.force_login(user)
    assert "What you could do next" in mine.get("/en/").content.decode()
    for number in range(1, 8):
        make_need(user, state="draft", words={"title": f"Hinge {number} wears"})
    caches["default"].clear()
    home = mine.get("/en/").content.decode()
    assert [f"Hinge {number} wears" in home for number in (1, 5, 6)] == [True, True, False]
    assert "All 7 things" in home
    assert 'class="tool__count">7<' in home
    assert "What waits for you" not in client.get("/en/").content.decode()


def test_publishing_shows_at_once_to_signed_in_people(client: Client) -> None:
    caches["pages"].clear()
    client.get("/en/")
    from tests.cms.test_pages import publish

    publish()
    mine = Client()
    mine.force_login(make_user())
    assert "Third round of providers" in mine.get("/en/").content.decode()
