"""The worker's part that tells: what was found becomes deliveries, one a person and time.

A person is told of a document once a channel, however many of their searches it answers. The
delivery, the notification and the mark on each hit are written in one transaction; the e-mail
goes out from the delivery's row later (`mailing`)."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from portal.discovery.models import Delivery, SavedSearch, SavedSearchHit
from portal.foundation import notifications

INSTANT_WAIT = timedelta(minutes=3)
"""How long the first of a batch waits for others, so that ten documents are one e-mail."""
DAILY_AT = time(8)
Frequency = SavedSearch.Frequency
KIND = "discovery.alert"


def register() -> None:
    """Add this room's kinds of notification."""
    notifications.register(
        KIND,
        subject=_("New for your saved searches: %(count)s"),
        body=_("New results of: %(searches)s"),
        group=_("Saved searches"),
        # The alert's own e-mail has the documents and the way to stop.
        without=["email"],
    )


def drain(limit: int, *, now: datetime | None = None) -> int:
    """Tell up to `limit` people what is due; says how many were told."""
    now = now or timezone.now()
    owners = _due(now).values_list("saved_search__owner_id", flat=True).distinct()[:limit]
    return sum(_tell(owner, now) for owner in list(owners))


def last_daily(now: datetime) -> datetime:
    """The last time that daily alerts were due, in the portal's time zone."""
    local = timezone.localtime(now)
    today = timezone.make_aware(datetime.combine(local.date(), DAILY_AT))
    if today <= local:
        return today
    return timezone.make_aware(datetime.combine(local.date() - timedelta(days=1), DAILY_AT))


def _due(now: datetime) -> Any:
    """Hits that make a delivery due: the first of an instant batch has waited, or the day's
    hour has come since."""
    instant = Q(saved_search__frequency=Frequency.INSTANT, found_at__lte=now - INSTANT_WAIT)
    daily = Q(saved_search__frequency=Frequency.DAILY, found_at__lt=last_daily(now))
    return SavedSearchHit.objects.filter(
        instant | daily, told_at=None, saved_search__owner__is_active=True
    )


def _tell(owner: int, now: datetime) -> bool:
    with transaction.atomic():
        searches = {
            row.pk: row
            for row in SavedSearch.objects.select_for_update(no_key=True)
            .filter(owner_id=owner)
            .exclude(frequency=Frequency.OFF)
        }
        instant = Q(saved_search__frequency=Frequency.INSTANT, found_at__lte=now)
        daily = Q(saved_search__frequency=Frequency.DAILY, found_at__lt=last_daily(now))
        due = SavedSearchHit.objects.filter(instant | daily, told_at=None)
        hits = list(due.filter(saved_search__in=searches).order_by("saved_search_id", "id"))
        if not hits:
            return False
        told = _told_before(owner, hits)
        delivery = Delivery.objects.create(owner_id=owner)
        mailed, shown = _channels(hits, searches, told)
        SavedSearchHit.objects.filter(pk__in=[hit.pk for hit in hits]).update(
            told_at=now, delivery=delivery
        )
        SavedSearchHit.objects.filter(pk__in=mailed).update(by_email=True)
        Delivery.objects.filter(pk=delivery.pk).update(email_due=bool(mailed))
        if shown:
            _notify(delivery, [searches[hit.saved_search_id] for hit in shown], len(shown))
    return True


def _told_before(owner: int, hits: Sequence[SavedSearchHit]) -> dict[str, set[tuple[str, str]]]:
    """The documents that the owner was told of earlier through another search, by channel."""
    earlier = SavedSearchHit.objects.filter(
        saved_search__owner_id=owner,
        delivery__isnull=False,
        key__in={hit.key for hit in hits},
    )
    told: dict[str, set[tuple[str, str]]] = {"email": set(), "portal": set()}
    for type, key, mailed, shown in earlier.values_list(
        "type", "key", "by_email", "saved_search__in_portal"
    ):
        if mailed:
            told["email"].add((type, key))
        if shown:
            told["portal"].add((type, key))
    return told


def _channels(
    hits: Sequence[SavedSearchHit],
    searches: dict[int, SavedSearch],
    told: dict[str, set[tuple[str, str]]],
) -> tuple[list[int], list[SavedSearchHit]]:
    """The hits to list in the e-mail (their keys), and those to tell of in the portal."""
    mailed, shown = [], []
    for hit in hits:
        name, search = (hit.type, hit.key), searches[hit.saved_search_id]
        if search.by_email and name not in told["email"]:
            told["email"].add(name)
            mailed.append(hit.pk)
        if search.in_portal and name not in told["portal"]:
            told["portal"].add(name)
            shown.append(hit)
    return mailed, shown


def _notify(delivery: Delivery, searches: Sequence[SavedSearch], count: int) -> None:
    different = {search.pk: search for search in searches}
    only = next(iter(different)) if len(different) == 1 else None
    notifications.notify(
        recipient=delivery.owner,
        kind=KIND,
        context={
            "count": count,
            "searches": " · ".join(search.name for search in different.values())[:500],
        },
        url=f"/searches/{only}/" if only else "/searches/",
    )
