"""Pages that editors write: home, news, and pages such as help. One tree a language."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import (
    BlockQuoteBlock,
    RichTextBlock,
    StructBlock,
    TextBlock,
)
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from cms import home
from portal.foundation.visitor_cache import keep_for_visitors

RICH_TEXT = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]
KEPT_SECONDS = 60
NEWS_PER_PAGE = 12
MAX_WORDS = 8
"""Words of a search in the help that count."""


class FigureBlock(StructBlock):
    """A picture with a line beneath."""

    image = ImageBlock(label=_("image"))
    caption = TextBlock(label=_("caption"), required=False)

    class Meta:
        template = "cms/blocks/figure.html"
        icon = "image"
        label = _("image")


def body_field() -> StreamField:
    """A body of text, pictures and quotations."""
    return StreamField(
        [
            ("text", RichTextBlock(label=_("text"), features=RICH_TEXT)),
            ("figure", FigureBlock()),
            ("quote", BlockQuoteBlock(label=_("quotation"))),
        ],
        blank=True,
        verbose_name=_("body"),
    )


class CityPage(Page):
    """What all pages share: kept for signed-out visitors, addresses in both languages."""

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the addresses of the page's translations, for the language switch."""
        context = super().get_context(request, *args, **kwargs)
        context["language_urls"] = self.language_urls(request)
        return context

    def language_urls(self, request: HttpRequest) -> dict[str, str]:
        """Address by language code of every live translation."""
        pages = self.get_translations().live().select_related("locale")
        return {page.locale.language_code: page.get_url(request) for page in pages}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page; what is published shows for signed-out visitors within KEPT_SECONDS."""
        return keep_for_visitors(super().serve(request, *args, **kwargs), KEPT_SECONDS)


class HomePage(CityPage):
    """The way in: what the portal is for, live figures, and panels of every room."""

    lead = models.TextField(
        _("lead"), max_length=300, blank=True, help_text=_("One or two sentences under the title.")
    )
    body = body_field()

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.NewsIndexPage", "cms.HelpIndexPage", "cms.ContentPage"]
    template = "cms/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def language_urls(self, request: HttpRequest) -> dict[str, str]:
        """Homes are at fixed addresses: no need to look."""
        return {"zh-hans": "/zh-hans/", "en": "/en/"}

    def get_view_restrictions(self) -> Any:
        """Those of the page and of the root above it, asked for at once."""
        if self.alias_of_id:
            return super().get_view_restrictions()
        return PageViewRestriction.objects.filter(
            page__path__in=(self.path[: self.steplen], self.path)
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With figures and panels."""
        context = super().get_context(request, *args, **kwargs)
        own = home.waiting(request)
        return {**context, "figures": home.figures(), "panels": home.panels(), "waiting": own}


class NewsIndexPage(CityPage):
    """All news, newest first."""

    intro = models.TextField(_("introduction"), max_length=500, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    search_fields = [*Page.search_fields, index.SearchField("intro")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage"]
    max_count_per_parent = 1
    template = "cms/news_index_page.html"

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With one page of news."""
        context = super().get_context(request, *args, **kwargs)
        rows = NewsPage.objects.child_of(self).live().public().select_related("locale")
        context["news"] = Paginator(rows.order_by("-date", "-id"), NEWS_PER_PAGE).get_page(
            request.GET.get("page")
        )
        return context


class NewsPage(CityPage):
    """One piece of news."""

    date = models.DateField(_("date"))
    intro = models.TextField(_("introduction"), max_length=500)
    author = models.CharField(_("author"), max_length=80, blank=True)
    body = body_field()
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)

    content_panels = [
        *Page.content_panels,
        FieldPanel("date"),
        FieldPanel("intro"),
        FieldPanel("author"),
        FieldPanel("body"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("intro"),
        index.SearchField("body"),
        index.FilterField("date"),
    ]
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "cms/news_page.html"

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")


class ContentPage(CityPage):
    """A page such as help or about."""

    intro = models.TextField(_("introduction"), max_length=500, blank=True)
    body = RichTextField(_("body"), features=RICH_TEXT, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    parent_page_types = ["cms.HomePage", "cms.ContentPage"]
    subpage_types = ["cms.ContentPage"]
    template = "cms/content_page.html"

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")


class HelpIndexPage(CityPage):
    """Help for everybody, the pages for each kind of visitor below it, and a search in them."""

    intro = models.TextField(_("introduction"), max_length=500, blank=True)
    body = RichTextField(_("body"), features=RICH_TEXT, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.HelpPage"]
    max_count_per_parent = 1
    template = "cms/help_index_page.html"

    class Meta:
        verbose_name = _("help index")
        verbose_name_plural = _("help indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With its pages, all or those that have the words of `q`."""
        context = super().get_context(request, *args, **kwargs)
        words = request.GET.get("q", "").replace("\x00", "").split()[:MAX_WORDS]
        pages = HelpPage.objects.child_of(self).live().public()
        for word in words:
            found = models.Q(title__icontains=word) | models.Q(intro__icontains=word)
            pages = pages.filter(found | models.Q(body__icontains=word))
        return {**context, "words": " ".join(words)[:100], "pages": list(pages)}


class HelpPage(CityPage):
    """Help for one kind of visitor; its address is linked from the pages it concerns."""

    intro = models.TextField(_("introduction"), max_length=500, blank=True)
    body = RichTextField(_("body"), features=RICH_TEXT, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    parent_page_types = ["cms.HelpIndexPage"]
    subpage_types: list[str] = []
    template = "cms/help_page.html"

    class Meta:
        verbose_name = _("help page")
        verbose_name_plural = _("help pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the index it stands under."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, "above": self.get_parent()}
