"""Wagtail owns the writes to pages, so here signals ask for the index to follow."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from cms import home
from cms.documents import PageDocument
from cms.models import ContentPage, HelpIndexPage, HelpPage, NewsPage
from search.indexing import request_index


def connect() -> None:
    """Listen; called once at start."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(_page_changed, dispatch_uid=f"cms-index-{id(signal)}")
    for model in (NewsPage, ContentPage, HelpIndexPage, HelpPage):
        post_delete.connect(_page_changed, sender=model, dispatch_uid=f"cms-{model.__name__}")
    for signal in (post_save, post_delete):
        signal.connect(
            _restriction_changed, sender=PageViewRestriction, dispatch_uid=f"cms-view-{id(signal)}"
        )


def _page_changed(sender: Any, instance: Page, **kwargs: Any) -> None:
    _request([instance])
    home.forget()


def _restriction_changed(sender: Any, instance: PageViewRestriction, **kwargs: Any) -> None:
    _request(Page.objects.descendant_of(instance.page, inclusive=True))
    home.forget()


def _request(pages: Any) -> None:
    for page in pages:
        request_index(PageDocument.type, str(page.translation_key))
