"""Answers a request for a list: the page, its files, and what a person keeps of it.

The address holds everything that tells what is shown: filters, `sort`, `columns`, `scope`,
`page`. With `format=csv` or `format=xlsx` the same address is the whole list as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext, override
from django_tables2.rows import BoundRow

from portal.foundation import exports, permissions
from portal.foundation.lists import keeping
from portal.foundation.lists.kinds import DeskFilters, DeskTable, ListKind, Scope

PER_PAGE = 20
CHUNK = 500
FORMATS = ("csv", "xlsx")
CARRIED = ("columns", "scope")
"""What the form of the filters hands on."""


@dataclass(frozen=True)
class Choice:
    """A column that may be shown or left out."""

    name: str
    label: str
    shown: bool
    fixed: bool


@dataclass(frozen=True)
class Heading:
    """A column's head: `sorted` is empty, `ascending` or `descending`; `sort` what a click
    sorts by, empty where the column has no order."""

    name: str
    label: str
    sort: str
    sorted: str


@dataclass(frozen=True)
class Order:
    """A way to sort, for the form: its value in the address, the column's label."""

    value: str
    label: str
    descending: bool
    chosen: bool


def list_page(
    request: HttpRequest,
    kind: ListKind,
    extra: dict[str, Any] | None = None,
    given: QueryDict | None = None,
) -> HttpResponseBase:
    """The list of `kind` for whoever is signed in; `extra` goes to the template. The filters are
    those `given`, else the address's."""
    if request.method == "POST":
        return _keep(request, kind)
    scope = kind.scope_for(request.user, request.GET.get("scope", ""))
    filters = kind.filters(given or request.GET, queryset=kind.rows(scope), scope=scope)
    columns = _columns(request, kind, scope)
    table = _table(request, kind, scope, filters.qs, columns)
    wanted = request.GET.get("format", "")
    if wanted in FORMATS:
        return _file(kind, table, wanted)
    context = {
        "kind": kind,
        "scope": scope,
        "title": kind.label_all if scope.everything else kind.label,
        "may_see_all": permissions.allowed(request.user, kind.see_all),
        "table": table,
        "page": Paginator(table.rows, PER_PAGE).get_page(request.GET.get("page")),
        "headings": list(_headings(table)),
        "orders": list(_orders(table)),
        "filters": filters.form,
        "filtered": _filtered(filters),
        "unfiltered_url": _unfiltered(request, filters),
        "choices": _choices(kind, scope, columns),
        "views": keeping.views_of(request.user, kind.name),
        "query": _kept_query(request.GET),
        "carried": [(name, request.GET[name]) for name in CARRIED if request.GET.get(name)],
        **(extra or {}),
    }
    return render(request, kind.template, context)


def _table(
    request: HttpRequest, kind: ListKind, scope: Scope, rows: QuerySet[Any], columns: list[str]
) -> DeskTable:
    asked = request.GET.get("sort", "")
    hidden = [name for name in kind.columns(scope) if name not in columns]
    table = kind.table(
        scope=scope,
        data=rows,
        order_by=kind.table.aliases.get(asked, asked) or None,
        exclude=hidden,
    )
    # Rows that are equal in what they are sorted by keep their places from page to page.
    ordered: QuerySet[Any] = table.data.data
    table.data.data = ordered.order_by(*ordered.query.order_by, "-pk")
    return table


def _columns(request: HttpRequest, kind: ListKind, scope: Scope) -> list[str]:
    """The columns to show, in the table's order: the address's, else the person's, else the
    usual; names that are not columns are passed over."""
    asked = request.GET.get("columns", "")
    chosen: list[str] | None = asked.split(",") if asked else None
    if chosen is None:
        chosen = keeping.columns_of(request.user, kind.name)
    known = list(kind.columns(scope))
    shown = [name for name in known if chosen and name in chosen and name not in kind.table.fixed]
    wanted = set(shown or kind.table.usual) | set(kind.table.fixed)
    return [name for name in known if name in wanted]


def _choices(kind: ListKind, scope: Scope, columns: list[str]) -> list[Choice]:
    return [
        Choice(name, str(column.verbose_name), name in columns, name in kind.table.fixed)
        for name, column in kind.columns(scope).items()
    ]


def _headings(table: DeskTable) -> Iterator[Heading]:
    for column in table.columns:
        alias = column.order_by_alias
        direction = ""
        if column.is_ordered:
            direction = "descending" if alias.is_descending else "ascending"
        sort = str(alias.next) if column.orderable else ""
        yield Heading(column.name, str(column.header), sort, direction)


def _orders(table: DeskTable) -> Iterator[Order]:
    """Both ways of every column that has an order, shown or not."""
    present = str(table.order_by[0]) if table.order_by else ""
    for column in table.columns.iterall():
        if column.orderable:
            for value, descending in ((column.name, False), (f"-{column.name}", True)):
                yield Order(value, str(column.header), descending, value == present)


def _filtered(filters: DeskFilters) -> bool:
    return any(filters.data.get(field.name) for field in filters.form.visible_fields())


def _unfiltered(request: HttpRequest, filters: DeskFilters) -> str:
    """The same address without what the form narrows by."""
    query = request.GET.copy()
    for name in ("page", "format", *(field.name for field in filters.form.visible_fields())):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _kept_query(given: QueryDict) -> str:
    """What a view or a file keeps of the address: all but the page."""
    query = given.copy()
    for name in ("page", "format"):
        query.pop(name, None)
    return query.urlencode()


# files


def _file(kind: ListKind, table: DeskTable, wanted: str) -> HttpResponseBase:
    columns = [column.name for column in table.columns]
    header = [str(column.header) for column in table.columns]
    rows = _values(table, columns, get_language() or "zh-hans")
    if wanted == "csv":
        return exports.csv_response(f"{kind.name}.csv", header, rows)
    return exports.xlsx_response(f"{kind.name}.xlsx", header, rows)


def _values(table: DeskTable, columns: list[str], language: str) -> Iterator[list[object]]:
    """Plain values of every row of the filtered list, CHUNK rows in memory at a time, in the
    language of the request: a file is sent when the request's own is over."""
    for record in table.data.data.iterator(chunk_size=CHUNK):
        with override(language):
            row = BoundRow(record, table=table)
            cells = [row.get_cell_value(name) for name in columns]
            values = [cell if _plain(cell) else str(cell) for cell in cells]
        yield values


def _plain(cell: object) -> bool:
    return cell is None or isinstance(cell, exports.PLAIN)


# what a person keeps


def _keep(request: HttpRequest, kind: ListKind) -> HttpResponse:
    query = request.GET.copy()
    for name in ("page", "format"):
        query.pop(name, None)
    asked = request.POST.get("do", "")
    if asked == "columns":
        known = kind.table.base_columns
        columns = [name for name in request.POST.getlist("columns") if name in known]
        keeping.keep_columns(actor=request.user, list_name=kind.name, columns=columns)
        query["columns"] = ",".join(columns)
        if not columns:
            del query["columns"]
    elif asked == "keep-view":
        _keep_view(request, kind, query.urlencode())
    elif asked == "drop-view":
        pk = request.POST.get("view", "")
        if pk.isascii() and pk.isdigit() and len(pk) < 19:
            keeping.drop_view(actor=request.user, list_name=kind.name, pk=int(pk))
    left = query.urlencode()
    return HttpResponseRedirect(f"{request.path}?{left}" if left else request.path)


def _keep_view(request: HttpRequest, kind: ListKind, query: str) -> None:
    try:
        view = keeping.keep_view(
            actor=request.user,
            list_name=kind.name,
            name=request.POST.get("name", ""),
            query=query,
        )
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    else:
        messages.success(request, gettext("“%(view)s” is kept.") % {"view": view.name})
