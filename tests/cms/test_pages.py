"""Base pages, news, what search holds of them, and what editors may do."""

from datetime import date
from typing import Any

import pytest
from wagtail.models import Page, Site

from cms import queries
from cms.documents import PageDocument
from cms.models import ContentPage, HomePage, NewsPage
from cms.setup import NewsText, ensure_base_pages, ensure_editor_permissions, publish_news
from portal.foundation.models import OutboxRow
from tests.clients import Client
from tests.factories import make_user

TEXTS = {
    "zh": NewsText("第三批服务商入库", "共 42 家。", ("其中 11 家是联合体。", "名单见附件 <b>")),
    "en": NewsText("Third round of providers", "42 in all.", ("Eleven are collectives.",)),
}


def text(response: Any) -> str:
    return response.content.decode()


def publish(slug: str = "third-round", **texts: NewsText) -> list[NewsPage]:
    return publish_news(slug=slug, day=date(2026, 11, 20), texts=texts or TEXTS, author="编辑部")


def requested(page: Page) -> int:
    row = OutboxRow.objects.filter(kind="page", key=str(page.translation_key)).first()
    return row.requested if row else 0


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("", "我有难处", "I have a need"),
        ("news/", "新闻", "News"),
        ("help/", "怎么用", "How it works"),
        ("about/", "关于平台", "About the portal"),
    ],
)
def test_base_pages_are_there_in_both_languages(
    client: Client, path: str, zh: str, en: str
) -> None:
    chinese, english = client.get(f"/zh-hans/{path}"), client.get(f"/en/{path}")
    assert (chinese.status_code, english.status_code) == (200, 200)
    assert en in text(english)
    assert f'href="/en/{path}"' in text(chinese)
    assert f'href="/zh-hans/{path}"' in text(english)
    if path:
        assert zh in text(chinese)


def test_setting_up_again_changes_nothing_and_brings_nothing_back() -> None:
    ContentPage.objects.get(slug="about", locale__language_code="en").delete()
    before = list(Page.objects.order_by("path").values_list("path", "latest_revision_id"))
    assert not ensure_base_pages()
    ensure_editor_permissions()
    assert list(Page.objects.order_by("path").values_list("path", "latest_revision_id")) == before
    assert Page.objects.filter(depth=2).count() == 2
    assert Site.objects.get().root_page.specific == HomePage.objects.get(
        locale__language_code="zh-hans"
    )


def test_the_bare_address_chooses_by_the_reader(client: Client) -> None:
    english = client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    chinese = client.get("/", headers={"Accept-Language": "zh-CN"})
    assert english.headers["Location"] == "/en/"
    assert chinese.headers["Location"] == "/zh-hans/"


def test_news_shows_in_each_language_and_on_home(client: Client) -> None:
    publish()
    for language, title in (("zh-hans", "第三批服务商入库"), ("en", "Third round of providers")):
        assert title in text(client.get(f"/{language}/news/"))
        assert title in text(client.get(f"/{language}/"))
    page = text(client.get("/zh-hans/news/third-round/"))
    assert "名单见附件 &lt;b&gt;" in page
    assert 'href="/en/news/third-round/"' in page


def test_the_index_holds_one_document_for_both_languages() -> None:
    chinese, english = publish()
    kind = PageDocument()
    key = str(chinese.translation_key)
    assert key == str(english.translation_key)
    assert list(kind.keys()).count(key) == 1
    document = kind.to_document(kind.get_for_index([key])[key])
    assert (document.title.zh, document.title.en) == (
        "第三批服务商入库",
        "Third round of providers",
    )
    assert document.summary.zh == "共 42 家。 其中 11 家是联合体。 名单见附件 <b>"
    assert document.url == "/news/third-round/"
    assert {doc.url for doc in map(kind.to_document, kind.queryset())} == {
        "/help/",
        "/help/manufacturers/",
        "/help/providers/",
        "/help/contributors/",
        "/help/officers/",
        "/about/",
        "/news/third-round/",
    }


def test_a_page_in_english_only_is_found_too() -> None:
    (page,) = publish("only-english", en=TEXTS["en"])
    kind = PageDocument()
    key = str(page.translation_key)
    assert kind.to_document(kind.get_for_index([key])[key]).title.zh == ""
    assert kind.get([key])[key].title == "Third round of providers"


def test_publishing_hiding_and_deleting_are_followed_by_the_index() -> None:
    page = publish("one", zh=TEXTS["zh"])[0]
    first = requested(page)
    assert first >= 1
    page.unpublish()
    second = requested(page)
    assert second > first
    assert str(page.translation_key) not in set(PageDocument().keys())
    page.save_revision().publish()
    third = requested(page)
    assert third > second
    page.delete()
    assert requested(page) > third


def test_a_restricted_page_leaves_the_index() -> None:
    page = publish("closed", zh=TEXTS["zh"])[0]
    before = requested(page)
    page.view_restrictions.create(restriction_type="login")
    assert requested(page) > before
    assert str(page.translation_key) not in set(PageDocument().keys())
    assert not queries.news("zh").exists()


def test_home_can_be_closed(client: Client) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    home.view_restrictions.create(restriction_type="login")
    assert client.get("/en/").status_code == 302
    assert client.get("/zh-hans/").status_code == 200


def test_an_editor_writes_and_finds_chinese_words_in_the_admin() -> None:
    publish()
    client = Client()
    client.force_login(make_user(roles=("editor",)))
    assert client.get("/admin/").status_code == 200
    found = text(client.get("/admin/pages/search/", {"q": "服务商"}))
    assert "第三批服务商入库" in found
    chosen = text(client.get("/admin/choose-page/search/", {"q": "服务商"}))
    assert "第三批服务商入库" in chosen
    parent = Page.objects.get(slug="news", locale__language_code="en")
    assert client.get(f"/admin/pages/add/cms/newspage/{parent.pk}/").status_code == 200


def test_others_stay_out_of_the_admin() -> None:
    client = Client()
    client.force_login(make_user())
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("path", ["news/nothing/", "nothing/", "news/?page=abc"])
def test_odd_addresses_are_no_errors(client: Client, path: str) -> None:
    assert client.get(f"/en/{path}").status_code in (200, 404)


@pytest.mark.django_db
def test_files_are_given_out_by_their_own_address_only(client, settings):
    for folder in ("documents", "images"):
        path = settings.MEDIA_ROOT / folder / "file.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
    # A document may belong to a closed collection: Wagtail's view looks, this one does not.
    assert client.get("/media/documents/file.txt").status_code == 404
    assert client.get("/media/images/../documents/file.txt").status_code == 400
    shown = client.get("/media/images/file.txt")
    assert shown.status_code == 200
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
