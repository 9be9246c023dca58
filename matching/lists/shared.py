"""What the three lists share."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from matching import choices
from matching.people import own_organisation_ids
from portal.foundation.lists.kinds import DeskFilters


def has_no_firm(user: Any) -> bool:
    """Somebody who acts for nobody has nothing of their own to see."""
    return not own_organisation_ids(user)


def named(path: str, words: str) -> Q:
    """Organisations behind `path` with these words in either name."""
    return Q(**{f"{path}__name_zh__icontains": words}) | Q(**{f"{path}__name_en__icontains": words})


def states_filter(states: Any) -> django_filters.MultipleChoiceFilter:
    """Any of the chosen states."""
    return django_filters.MultipleChoiceFilter(
        label=_("State"), choices=states, widget=forms.CheckboxSelectMultiple
    )


def day_filter(label: Any, field: str, lookup: str) -> django_filters.DateFilter:
    """A day chosen from the browser's calendar."""
    return django_filters.DateFilter(
        label=label,
        field_name=field,
        lookup_expr=lookup,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


def one_of(label: Any, rows: Any, **more: Any) -> django_filters.ChoiceFilter:
    """One value, or any."""
    return django_filters.ChoiceFilter(label=label, choices=rows, empty_label=_("Any"), **more)


def district_filter(field: str) -> django_filters.ChoiceFilter:
    """One of the city's districts."""
    return one_of(_("District"), choices.districts, field_name=field)


class WordsFilters(DeskFilters):
    """Filters with `q`."""

    q = django_filters.CharFilter(label=_("Words"), method="search", max_length=100)

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Rows with these words, where the list looks for them."""
        return rows.filter(self.where(value)) if value else rows

    def where(self, words: str) -> Q:
        """Where the list looks for words."""
        raise NotImplementedError
