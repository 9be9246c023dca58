"""The address of a page with one part of its query changed."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict


def query_of(request: HttpRequest | None) -> QueryDict:
    """The page's query, empty when there is no request."""
    return request.GET if request else QueryDict()


def with_value(query: QueryDict, name: str, value: str | None) -> str:
    """`?…` with `name` set to `value`, or removed for None; back to page 1."""
    changed = query.copy()
    changed.pop(name, None)
    changed.pop("page", None)
    if value is not None:
        changed[name] = value
    return _written(changed)


def toggled(query: QueryDict, name: str, value: str) -> str:
    """`?…` with `name=value` added, or removed where it is set; back to page 1."""
    changed = query.copy()
    values = changed.getlist(name)
    others = [other for other in values if other != value]
    changed.setlist(name, others if value in values else [*values, value])
    changed.pop("page", None)
    return _written(changed)


def _written(query: QueryDict) -> str:
    return f"?{query.urlencode()}" if query else "?"
