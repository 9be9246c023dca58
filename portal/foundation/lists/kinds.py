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
    own_only: tuple[str, ...] = ()
    """Columns that only the list of one's own has."""
    aliases: dict[str, str] = {}
    """Orders that addresses may name in other words."""

    class Meta:
        default = ""
        order_by_field = "sort"

    def __init__(self, *, scope: Scope, **kwargs: Any) -> None:
        self.scope = scope
        hidden = self.own_only if scope.everything else ()
        super().__init__(extra_columns=[(name, None) for name in hidden], **kwargs)


class DeskFilters(django_filters.FilterSet):
    """Filters that know whose rows they narrow; what is wrong in one is told and left out."""

    def __init__(self, data: QueryDict, *, queryset: QuerySet[Any], scope: Scope) -> None:
        self.scope = scope
        super().__init__(data, queryset=queryset)


@dataclass(frozen=True)
class ListKind:
    """One list. `name` keeps chosen columns and saved views apart from other lists';
    `see_all` is the permission to see everybody's rows, under the title `label_all`."""

    name: str
    label: Any
    label_all: Any
    table: type[DeskTable]
    filters: type[DeskFilters]
    rows: Callable[[Scope], QuerySet[Any]]
    template: str
    see_all: str
    starts_with_all: Callable[[Any], bool] = lambda user: False

    def columns(self, scope: Scope) -> dict[str, tables.Column]:
        """The columns that there are to choose from, in order."""
        hidden = self.table.own_only if scope.everything else ()
        found = self.table.base_columns.items()
        return {name: column for name, column in found if name not in hidden}

    def scope_for(self, user: Any, asked: str) -> Scope:
        """The scope somebody asked for, as far as they may: `all` is not for everybody, and is
        where those start who have nothing of their own."""
        if asked == OWN or not permissions.allowed(user, self.see_all):
            return Scope(user, everything=False)
        return Scope(user, everything=asked == EVERYTHING or self.starts_with_all(user))
