"""The list of introductions: those one's organisations take part in, and all for officers.

A manufacturer that is not introduced yet is neither named nor found by its name, and what is
drafted after an introduction is neither shown nor searched."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from matching import listing
from matching.lists.shared import (
    WordsFilters,
    day_filter,
    has_no_firm,
    named,
    one_of,
    states_filter,
)
from matching.models import Introduction
from matching.people import UNPUBLISHED, own_organisation_ids
from matching.states import ACCEPTED, CLOSED
from portal.foundation.lists import columns
from portal.foundation.lists.kinds import DeskTable, ListKind, Scope

Side = Introduction.Side


def rows(scope: Scope) -> QuerySet[Introduction]:
    """Introductions, newest first, with need and both sides."""
    if scope.everything:
        found = Introduction.objects.select_related("need__organisation", "provider__organisation")
    else:
        found = listing.introductions_of(own_of(scope))
    return found.order_by("-pk")


def own_of(scope: Scope) -> set[int]:
    """The organisations that the person acts for; asked for once a page."""
    known: set[int] | None = getattr(scope.user, "_own_organisations", None)
    if known is None:
        known = scope.user._own_organisations = own_organisation_ids(scope.user)
    return known


def shown(row: Introduction, scope: Scope) -> dict[str, Any]:
    """What somebody may know of a row; officers read both names."""
    if scope.everything:
        other = f"{row.need.organisation} – {row.provider}"
        return {"title": row.need.title, "language": row.need.language, "other": other}
    return listing.introduction_row(row, own_of(scope))


class NeedColumn(columns.WordsColumn):
    """The need's title as a link to the introduction, or its reference."""

    def render(self, record: Introduction, table: Any) -> SafeString:
        """A link, marked with the language of the words."""
        words = shown(record, table.scope)
        return format_html(
            '<a href="{}" lang="{}">{}</a>',
            record.get_absolute_url(),
            columns.HTML_LANG.get(words["language"], ""),
            words["title"],
        )

    def value(self, record: Introduction, table: Any) -> str:
        """The bare title."""
        return str(shown(record, table.scope)["title"])


def _our_side(row: Introduction, scope: Scope) -> str:
    """On which side one's own organisation stands, which may be both."""
    ours = {
        row.need.organisation_id: Side.MANUFACTURER,
        row.provider.organisation_id: Side.PROVIDER,
    }
    return ", ".join(str(side.label) for pk, side in ours.items() if pk in own_of(scope))


class IntroductionTable(DeskTable):
    """Columns of introductions."""

    need = NeedColumn(
        verbose_name=_("Need"), words=lambda row, scope: row.need.ref, orderable=False
    )
    ref = columns.WordsColumn(
        verbose_name=_("Reference"), words=lambda row, scope: row.need.ref, order_by="need__ref"
    )
    other = columns.WordsColumn(
        verbose_name=_("Other side"),
        words=lambda row, scope: shown(row, scope)["other"],
        orderable=False,
    )
    side = columns.WordsColumn(verbose_name=_("Our side"), words=_our_side, orderable=False)
    asked_by = columns.WordsColumn(
        verbose_name=_("Asked by"),
        words=lambda row, scope: row.get_asked_by_display(),
        order_by="asked_by",
    )
    state = columns.StateColumn(verbose_name=_("State"), tones=listing.TONES)
    requested = columns.DayColumn(
        verbose_name=_("Asked"), accessor="requested_at", initial_sort_descending=True
    )
    expires = columns.DayColumn(verbose_name=_("Answer by"), accessor="expires_at")
    answered = columns.DayColumn(verbose_name=_("Answered"), accessor="answered_at")
    closed = columns.DayColumn(verbose_name=_("Closed"), accessor="closed_at")

    fixed = ("need",)
    usual = ("other", "state", "requested", "expires")
    aliases = {"newest": "-requested", "oldest": "requested", "due": "expires"}


class IntroductionFilters(WordsFilters):
    """Filters of introductions; `box` stands in the tabs above the list."""

    box = django_filters.ChoiceFilter(
        choices=[(box, box) for box in listing.BOXES],
        method="in_box",
        widget=forms.HiddenInput,
    )
    state = states_filter(Introduction.State.choices)
    side = one_of(_("As"), Side.choices, method="on_side")
    asked_from = day_filter(_("Asked from"), "requested_at", "date__gte")
    asked_to = day_filter(_("Asked until"), "requested_at", "date__lte")
    due = day_filter(_("Answer by, at the latest"), "expires_at", "date__lte")

    def where(self, words: str) -> Q:
        """In the need's reference and title and in names, as far as the person reads them."""
        provider = named("provider__organisation", words)
        title = Q(need__title__icontains=words)
        maker = named("need__organisation", words)
        if not self.scope.everything:
            own = Q(need__organisation_id__in=own_of(self.scope))
            title &= own | ~Q(need__state__in=UNPUBLISHED)
            maker &= own | Q(state__in=[ACCEPTED, CLOSED])
        return Q(need__ref__icontains=words) | provider | title | maker

    def in_box(
        self, found: QuerySet[Introduction], name: str, value: str
    ) -> QuerySet[Introduction]:
        """What is in one box of one's own."""
        if self.scope.everything:
            return found
        return found.filter(listing.in_box(value, own_of(self.scope)))

    def on_side(
        self, found: QuerySet[Introduction], name: str, value: str
    ) -> QuerySet[Introduction]:
        """Where one's own organisation is on that side; for officers, where that side asked."""
        if self.scope.everything:
            return found.filter(asked_by=value)
        return listing.on_side(found, value, own_of(self.scope))


INTRODUCTIONS = ListKind(
    name="introductions",
    label=_("Introductions"),
    label_all=_("All introductions"),
    table=IntroductionTable,
    filters=IntroductionFilters,
    rows=rows,
    template="matching/lists/introductions.html",
    see_all="matching.introduction.list_all",
    starts_with_all=has_no_firm,
)
