"""Everything that writes to saved searches."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, gettext

from portal.accounts.models import User
from portal.discovery.models import SavedSearch
from portal.discovery.saved.canonical import Canonical, name_of
from portal.foundation import audit, permissions
from portal.foundation.text import clean_plain_text

PER_PERSON = 50
Frequency = SavedSearch.Frequency


def find_same(actor: User, search: Canonical) -> SavedSearch | None:
    """The search of this person that means the same, if there is one."""
    return SavedSearch.objects.filter(owner=actor, digest=search.digest).first()


def save_search(
    *,
    actor: User,
    search: Canonical,
    name: str = "",
    frequency: str = Frequency.DAILY,
    by_email: bool = True,
    in_portal: bool = True,
) -> tuple[SavedSearch, bool]:
    """Keep a search for `actor`: the row, and whether it is new. One that means the same as an
    older one of theirs is that one, unchanged.

    What matches now is noted by the worker and never told. Raises ValidationError for a bad
    name or frequency and above PER_PERSON, PermissionDenied."""
    permissions.require(actor, "discovery.search.save")
    fields = _checked(name or name_of(search), frequency)
    with transaction.atomic():
        # One save of a person at a time, so that two at once don't pass the limit together.
        User.objects.select_for_update().get(pk=actor.pk)
        same = find_same(actor, search)
        if same is not None:
            return same, False
        if SavedSearch.objects.filter(owner=actor).count() >= PER_PERSON:
            message = gettext("You have %(n)s saved searches, as many as are possible. Delete one.")
            raise ValidationError({NON_FIELD_ERRORS: [message % {"n": PER_PERSON}]})
        saved = SavedSearch.objects.create(
            owner=actor,
            parameters=search.parameters,
            digest=search.digest,
            language=get_language() or actor.language,
            by_email=by_email,
            in_portal=in_portal,
            **fields,
        )
        audit.record(actor, "discovery.saved_search.save", saved, after=_told(saved))
    return saved, True


def update_search(
    *,
    actor: User,
    search: SavedSearch,
    name: str,
    frequency: str,
    by_email: bool,
    in_portal: bool,
) -> SavedSearch:
    """Rename a search, pause it or take it up again, choose how to be told.

    Raises ValidationError by field, PermissionDenied."""
    permissions.require(actor, "discovery.saved_search.change", search)
    fields = _checked(name, frequency)
    with transaction.atomic():
        before = _told(search)
        search.name = fields["name"]
        search.by_email, search.in_portal = by_email, in_portal
        search.save(update_fields=["name", "by_email", "in_portal"])
        _set_frequency(SavedSearch.objects.filter(pk=search.pk), frequency)
        search.refresh_from_db()
        audit.record(
            actor, "discovery.saved_search.update", search, before=before, after=_told(search)
        )
    return search


def delete_search(*, actor: User, search: SavedSearch) -> None:
    """Delete a search with what it found. Raises PermissionDenied."""
    permissions.require(actor, "discovery.saved_search.change", search)
    with transaction.atomic():
        audit.record(actor, "discovery.saved_search.delete", search, before=_told(search))
        search.delete()


def stop(*, searches: QuerySet[SavedSearch], by: str) -> int:
    """Pause searches on behalf of whoever holds their stop link; says how many were running."""
    with transaction.atomic():
        running = list(searches.exclude(frequency=Frequency.OFF))
        _set_frequency(SavedSearch.objects.filter(pk__in=[row.pk for row in running]), "off")
        _record_each(running, "discovery.saved_search.stop", by)
    return len(running)


def resume(*, searches: QuerySet[SavedSearch], by: str) -> int:
    """Take stopped searches up again as they were; says how many."""
    with transaction.atomic():
        stopped = list(searches.filter(frequency=Frequency.OFF))
        for search in stopped:
            _set_frequency(SavedSearch.objects.filter(pk=search.pk), search.resumes_as)
        _record_each(stopped, "discovery.saved_search.resume", by)
    return len(stopped)


def mark_seen(*, actor: User, search: SavedSearch) -> None:
    """The owner has looked at what it found. Raises PermissionDenied."""
    permissions.require(actor, "discovery.saved_search.view", search)
    SavedSearch.objects.filter(pk=search.pk).update(last_seen=timezone.now())


def _checked(name: str, frequency: str) -> dict[str, Any]:
    if frequency not in Frequency.values:
        raise ValidationError({"frequency": gettext("Choose how often to be told.")})
    try:
        clean = " ".join(clean_plain_text(name, SavedSearch.NAME).split())
    except ValueError as error:
        raise ValidationError({"name": str(error)}) from None
    if not clean:
        raise ValidationError({"name": gettext("Give the search a name.")})
    return {"name": clean, "frequency": frequency}


def _set_frequency(rows: QuerySet[SavedSearch], frequency: str) -> None:
    """Change it, remembering what a pause interrupts. What is found meanwhile is told after it."""
    if frequency == Frequency.OFF:
        rows.exclude(frequency=Frequency.OFF).update(resumes_as=F("frequency"), frequency=frequency)
    else:
        rows.update(frequency=frequency, resumes_as=frequency)


def _told(search: SavedSearch) -> dict[str, Any]:
    return {
        "frequency": search.frequency,
        "by_email": search.by_email,
        "in_portal": search.in_portal,
    }


def _record_each(searches: list[SavedSearch], verb: str, note: str) -> None:
    for search in searches:
        audit.record(None, verb, search, note=note)
