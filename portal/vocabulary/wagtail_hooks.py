"""Concepts and candidates in the editors' admin."""

from collections.abc import Iterator
from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.widgets import Button
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.foundation.permissions import allowed
from portal.vocabulary import admin_views
from portal.vocabulary.models import ConceptRecord


class ConceptViewSet(SnippetViewSet):
    """The list of concepts with search and filters, their forms, drafts and history."""

    model = ConceptRecord
    icon = "tag"
    menu_label = _("Concepts")
    menu_order = 300
    add_to_admin_menu = True
    list_display = ["__str__", "key", "get_kind_display", "edited", "live", "changed"]
    list_filter = ["kind", "edited", "live", "broad"]
    list_per_page = 50
    # None: the database's own search, which finds Chinese inside unspaced text.
    search_backend_name = None
    search_fields = [
        "key",
        "zh",
        "en",
        "synonyms_zh",
        "synonyms_en",
        "acronyms",
        "complaints_zh",
        "complaints_en",
    ]
    ordering = ["kind", "key"]
    panels = [
        FieldRowPanel([FieldPanel("key"), FieldPanel("kind"), FieldPanel("broad")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("zh"), FieldPanel("en")]),
                FieldRowPanel([FieldPanel("synonyms_zh"), FieldPanel("synonyms_en")]),
                FieldPanel("acronyms"),
                FieldPanel("shared_because"),
            ],
            heading=_("Names"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("complaints_zh"), FieldPanel("complaints_en")]),
                FieldRowPanel([FieldPanel("offers_zh"), FieldPanel("offers_en")]),
            ],
            heading=_("Phrases"),
        ),
        MultiFieldPanel(
            [FieldPanel("broader"), FieldPanel("related"), FieldPanel("near_misses")],
            heading=_("Neighbours"),
        ),
    ]


register_snippet(ConceptViewSet)


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    """Pages of this room in the admin."""
    return [
        path("vocabulary/candidates/", admin_views.candidates, name="vocabulary_candidates"),
        path(
            "vocabulary/concepts/<int:pk>/restore/",
            admin_views.restore,
            name="vocabulary_restore",
        ),
    ]


class CandidatesMenuItem(MenuItem):
    """The way to the candidates, for those who may take them up."""

    def is_shown(self, request: Any) -> bool:
        """Editors and officers see it."""
        return allowed(request.user, "vocabulary.concept.edit")


@hooks.register("register_admin_menu_item")
def candidates_menu_item() -> MenuItem:
    """Beside the concepts."""
    return CandidatesMenuItem(
        _("Missing words"), reverse("vocabulary_candidates"), icon_name="help", order=310
    )


@hooks.register("register_snippet_listing_buttons")
def restore_button(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Back to the reviewed file's version, where a concept differs from it."""
    if isinstance(snippet, ConceptRecord) and snippet.edited:
        yield Button(
            _("Back to the reviewed version"),
            reverse("vocabulary_restore", args=[snippet.pk]),
            icon_name="undo",
            priority=40,
        )
