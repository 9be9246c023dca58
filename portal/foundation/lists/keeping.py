"""What a person keeps of a list: the columns they chose, and views under a name."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from portal.foundation.models import ListColumns, SavedView
from portal.foundation.text import clean_plain_text

MOST_VIEWS = 20
NAME, QUERY = 60, 2000


def columns_of(user: Any, list_name: str) -> list[str] | None:
    """The columns somebody chose for a list; None where they never did."""
    row = ListColumns.objects.filter(owner_id=user.pk, list_name=list_name).first()
    return None if row is None else [str(name) for name in row.columns]


def keep_columns(*, actor: Any, list_name: str, columns: Sequence[str]) -> None:
    """Remember the columns for the next visit; the last choice counts."""
    ListColumns.objects.update_or_create(
        owner=actor, list_name=list_name, defaults={"columns": list(columns)}
    )


def views_of(user: Any, list_name: str) -> list[SavedView]:
    """Somebody's views of a list, by name."""
    return list(SavedView.objects.filter(owner_id=user.pk, list_name=list_name))


def keep_view(*, actor: Any, list_name: str, name: str, query: str) -> SavedView:
    """Keep the query of an address under a name; the same name again replaces it.

    Raises ValidationError for a name that is empty, too long or not plain, for a query that is
    too long, and with MOST_VIEWS kept already."""
    try:
        name = clean_plain_text(name, NAME)
    except ValueError as error:
        raise ValidationError(str(error)) from None
    if not name:
        raise ValidationError(gettext("Give the view a name."))
    if len(query) > QUERY:
        raise ValidationError(gettext("This address is too long to be kept."))
    with transaction.atomic():
        own = SavedView.objects.select_for_update(of=("self",)).filter(
            owner=actor, list_name=list_name
        )
        names = list(own.values_list("name", flat=True))
        if name not in names and len(names) >= MOST_VIEWS:
            raise ValidationError(
                gettext("You have %(count)s views of this list: delete one first.")
                % {"count": len(names)}
            )
        view, _made = SavedView.objects.update_or_create(
            owner=actor, list_name=list_name, name=name, defaults={"query": query}
        )
    return view


def drop_view(*, actor: Any, list_name: str, pk: int) -> bool:
    """Delete one of one's own views; says whether it was there."""
    rows = SavedView.objects.filter(owner=actor, list_name=list_name, pk=pk)
    return bool(rows.delete()[0])
