"""Help: made by setup in both languages, found by its words, linked where people hesitate."""

import pytest
from django.test import Client

from cms.documents import PageDocument
from cms.models import ContentPage, HelpIndexPage, HelpPage, HomePage
from cms.setup import ensure_help_pages
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PAGES = ("manufacturers", "providers", "contributors", "officers")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_help_and_its_pages_are_there_in_both_languages(client: Client, language: str) -> None:
    index = client.get(f"/{language}/help/").content.decode()
    for slug in PAGES:
        assert f'href="/{language}/help/{slug}/"' in index
        assert client.get(f"/{language}/help/{slug}/").status_code == 200


def test_words_narrow_the_help(client: Client) -> None:
    found = client.get("/en/help/?q=spreadsheet").content.decode()
    assert "For providers" in found
    assert "For contributors" not in found
    assert "表格导入" not in found
    assert "No help page has these words" in client.get("/en/help/?q=unicorn").content.decode()
    assert client.get("/zh-hans/help/?q=%00" + "x" * 500).status_code == 200


def test_the_portals_search_finds_help(client: Client) -> None:
    kinds = {type(page) for page in PageDocument().queryset()}
    assert {HelpIndexPage, HelpPage} <= kinds
    page = HelpPage.objects.get(slug="providers", locale__language_code="en")
    document = PageDocument().to_document(page)
    assert "spreadsheet" in document.summary.en
    assert "表格" in document.summary.zh


def test_setup_makes_them_once_and_keeps_what_editors_wrote() -> None:
    assert not ensure_help_pages()
    HelpIndexPage.objects.all().delete()
    for home in HomePage.objects.all():
        page = ContentPage(title="Ours", slug="help", intro="We wrote this.", locale=home.locale)
        home.add_child(instance=page)
    assert ensure_help_pages()
    assert {page.slug for page in ContentPage.objects.filter(title="Ours")} == {"how-it-works"}
    assert HelpPage.objects.count() == 2 * len(PAGES)


def test_pages_link_the_help_they_concern(client: Client) -> None:
    client.force_login(make_user())
    for path, slug in (
        ("needs/post/", "manufacturers"),
        ("start/offer/", "providers"),
        ("start/open-source/", "contributors"),
    ):
        assert f'href="/en/help/{slug}/"' in client.get(f"/en/{path}").content.decode(), path
