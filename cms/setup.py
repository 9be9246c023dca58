"""The pages a new installation begins with, and what editors may do."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.html import format_html_join
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
)
from wagtail.rich_text import RichText

from cms.models import (
    CityPage,
    ContentPage,
    HelpIndexPage,
    HelpPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
)

DATA = Path(__file__).parent / "data" / "base_pages.json"
HELP = DATA.with_name("help_pages.json")
HOME_DEPTH = 2
LOCALES = {"zh": "zh-hans", "en": "en"}
HOME_SLUGS = {"zh": "city", "en": "city-en"}
PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
COLLECTION_PERMISSIONS = (
    ("wagtailimages", "add_image"),
    ("wagtailimages", "change_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "change_document"),
    ("wagtaildocs", "choose_document"),
)
VOCABULARY_PERMISSIONS = (
    ("wagtailadmin", "access_admin"),
    ("vocabulary", "view_conceptrecord"),
    ("vocabulary", "add_conceptrecord"),
    ("vocabulary", "change_conceptrecord"),
    ("vocabulary", "publish_conceptrecord"),
)
ADMIN_PERMISSIONS = (
    ("wagtailadmin", "access_admin"),
    ("simple_translation", "submit_translation"),
)


@dataclass(frozen=True)
class NewsText:
    """A piece of news in one language; `paragraphs` are plain text."""

    title: str
    intro: str
    paragraphs: tuple[str, ...] = ()


@transaction.atomic
def ensure_base_pages() -> bool:
    """Home, news, help and about in both languages, for an installation without a home.

    Says whether anything was made. Pages that editors changed or removed later stay so."""
    locales = {
        language: Locale.objects.get_or_create(language_code=code)[0]
        for language, code in LOCALES.items()
    }
    if HomePage.objects.exists():
        return False
    data = json.loads(DATA.read_text(encoding="utf-8"))
    homes = _publish_pair(
        {language: Page.get_first_root_node() for language in LOCALES},
        HomePage,
        locales,
        HOME_SLUGS,
        data["home"],
    )
    _point_site_at(homes["zh"])
    slugs = dict.fromkeys(LOCALES, "news")
    _publish_pair(homes, NewsIndexPage, locales, slugs, data["news"])
    for entry in data["pages"]:
        slugs = dict.fromkeys(LOCALES, entry["slug"])
        _publish_pair(homes, ContentPage, locales, slugs, entry)
    ensure_help_pages()
    return True


@transaction.atomic
def ensure_help_pages() -> bool:
    """The help with a page for each kind of visitor, for an installation that has none yet.

    A page that stood at the address of the help before stays, at another address."""
    if HelpIndexPage.objects.exists() or not HomePage.objects.exists():
        return False
    data = json.loads(HELP.read_text(encoding="utf-8"))
    locales = {
        language: Locale.objects.get(language_code=code) for language, code in LOCALES.items()
    }
    homes = {
        language: HomePage.objects.filter(locale=locale).first()
        for language, locale in locales.items()
    }
    if not all(homes.values()):
        return False
    for page in ContentPage.objects.filter(slug="help", depth=HOME_DEPTH + 1):
        page.slug = "how-it-works"
        page.save_revision().publish()
    slugs = dict.fromkeys(LOCALES, "help")
    indexes = _publish_pair(homes, HelpIndexPage, locales, slugs, data["index"])
    for entry in data["pages"]:
        slugs = dict.fromkeys(LOCALES, entry["slug"])
        _publish_pair(indexes, HelpPage, locales, slugs, entry)
    return True


def ensure_editor_permissions() -> None:
    """Editors write and publish every page, add pictures and files, and translate."""
    group, _ = Group.objects.get_or_create(name="editor")
    root = Page.get_first_root_node()
    for codename in PAGE_PERMISSIONS:
        permission = Permission.objects.get(
            content_type__app_label="wagtailcore", codename=codename
        )
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    files = Collection.get_first_root_node()
    for app_label, codename in COLLECTION_PERMISSIONS:
        permission = Permission.objects.get(content_type__app_label=app_label, codename=codename)
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=files, permission=permission
        )
    for app_label, codename in ADMIN_PERMISSIONS:
        group.permissions.add(
            Permission.objects.get(content_type__app_label=app_label, codename=codename)
        )


def ensure_vocabulary_permissions() -> None:
    """Editors and officers change concepts in the admin: add, publish and switch off."""
    for name in ("editor", "officer"):
        group, _ = Group.objects.get_or_create(name=name)
        for app_label, codename in VOCABULARY_PERMISSIONS:
            group.permissions.add(
                Permission.objects.get(content_type__app_label=app_label, codename=codename)
            )


@transaction.atomic
def publish_news(
    *, slug: str, day: date, texts: dict[str, NewsText], author: str = "", is_demo: bool = False
) -> list[NewsPage]:
    """Publish one piece of news in the languages of `texts` (`zh`, `en`), as its translations.

    Raises NewsIndexPage.DoesNotExist before `ensure_base_pages`, ValidationError for a slug that
    is taken."""
    pages: list[NewsPage] = []
    for language, text in texts.items():
        locale = Locale.objects.get(language_code=LOCALES[language])
        body = [("text", _paragraphs(text.paragraphs))] if text.paragraphs else []
        page = NewsPage(
            title=text.title,
            slug=slug,
            intro=text.intro,
            date=day,
            author=author,
            is_demo=is_demo,
            body=body,
            locale=locale,
        )
        if pages:
            page.translation_key = pages[0].translation_key
        pages.append(_publish(NewsIndexPage.objects.get(locale=locale), page))
    return pages


def _publish_pair(
    parents: dict[str, Any],
    model: type[CityPage],
    locales: dict[str, Locale],
    slugs: dict[str, str],
    texts: dict[str, dict[str, str]],
) -> dict[str, Any]:
    pages: dict[str, Any] = {}
    for language, locale in locales.items():
        page = model(slug=slugs[language], locale=locale, **texts[language])
        if pages:
            page.translation_key = pages["zh"].translation_key
        pages[language] = _publish(parents[language], page)
    return pages


def _publish(parent: Page, page: Any) -> Any:
    parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def _point_site_at(home: HomePage) -> None:
    """The default site begins at `home`; Wagtail's welcome page goes."""
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    welcome = site.root_page if site.pk else None
    address = urlsplit(settings.SITE_URL)
    site.hostname = address.hostname or "localhost"
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.site_name = settings.WAGTAIL_SITE_NAME
    site.root_page = home
    site.save()
    if welcome is not None and welcome.specific_class is Page and not welcome.get_children():
        welcome.delete()


def _paragraphs(paragraphs: tuple[str, ...]) -> Any:
    return RichText(str(format_html_join("", "<p>{}</p>", ((text,) for text in paragraphs))))
