"""What a list is made of: its rows, table and filters, and whose rows somebody sees."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.http import QueryDict

from portal.foundation import permissions

OWN, EVERYTHING = "own", "all"


@dataclass(frozen=True)
class Scope:
    """Whose rows: those of one's own organisations, or everybody's for the city's people."""

    user: Any
    everything: bool

    @property
    def name(self) -> str:
        """As the address has it."""
        return EVERYTHING if self.everything else OWN


class DeskTable(tables.Table):
    """A table whose columns a person chooses; `scope` is at hand for what a cell may show."""

    fixed: tuple[str, ...] = ()
    """Columns that always show; the first column names the row."""
    usual: tuple[str, ...] = ()
    """Columns that show as long as nobody chose."""
    aliases: dict[str, str] = {}
    """Orders that addresses may name in other words."""

    class Meta:
        default = ""
        order_by_field = "sort"

    def __init__(self, *, scope: Scope, **kwargs: Any) -> None:
        self.scope = scope
        super().__init__(**kwargs)


class DeskFilters(django_filters.FilterSet):
    """Filters that know whose rows they narrow; what is wrong in one is told and left out."""

    def __init__(self, data: QueryDict, *, queryset: QuerySet[Any], scope: Scope) -> None:
        self.scope = scope
        super().__init__(data, queryset=queryset)


@dataclass(frozen=True)
class ListKind:
    """One list. `name` keeps chosen columns and saved views apart from other lists';
    `see_all` is the permission to see everybody's rows."""

    name: str
    label: Any
    table: type[DeskTable]
    filters: type[DeskFilters]
    rows: Callable[[Scope], QuerySet[Any]]
    template: str
    see_all: str

    def scope_for(self, user: Any, asked: str) -> Scope:
        """The scope somebody asked for, as far as they may; `all` is not for everybody."""
        everything = asked == EVERYTHING and permissions.allowed(user, self.see_all)
        return Scope(user, everything)
