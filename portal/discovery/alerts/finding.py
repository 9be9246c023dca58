"""The worker's part that finds: documents that were indexed meet the saved searches.

Each piece of work ends in one transaction with its acknowledgement, and a document can be noted
for a search only once; so a worker killed anywhere loses nothing and repeats nothing."""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from portal.discovery.alerts.matching import (
    Batch,
    Name,
    answering,
    by_type,
    present,
    read_documents,
    read_text,
    wanted_by,
)
from portal.discovery.models import KnownDocument, SavedSearch, SavedSearchHit
from portal.foundation import outbox
from portal.foundation.models import OutboxRow
from portal.vocabulary import linker
from search import documents, engines, indexing
from search.documents import IndexedDocument
from search.engines.base import EngineError, chunks

logger = logging.getLogger(__name__)

TARGET = "alerts"
BATCH = 100
"""Documents compared at once: so many rows of theirs are in memory."""
PREPARED_AT_ONCE = 10
LOOKED_AT = 1_000
"""The best hits that are looked at when a search is saved."""
NOTED_AT_MOST = 500
"""With more matches than these a search tells only of documents that are new."""
_PROGRESS_EVERY = 2_000


def drain(limit: int) -> int:
    """Prepare new searches, then meet up to `limit` documents with all; says how many of both.

    Only documents that the index holds already are taken on."""
    try:
        prepared = _prepare_some()
    except EngineError as error:
        logger.warning("alerts: %s", error)
        return 0
    after = indexing.target_of(engines.embedded())
    rows = outbox.claim(TARGET, min(limit, BATCH), after=after)
    if rows:
        try:
            _meet(rows)
        except EngineError as error:
            logger.warning("alerts: %s", error)
            outbox.fail(rows, str(error))
            return prepared
    return prepared + len(rows)


# documents


def _meet(rows: Sequence[OutboxRow]) -> None:
    names = [(row.kind, row.key) for row in rows]
    if SavedSearch.objects.exists():
        found = read_documents(names)
        visible, hits = list(found), list(_hits(found))
    else:
        visible, hits = _visible(names), []
    with transaction.atomic():
        _know(visible)
        kept = _of_living_searches(hits)
        SavedSearchHit.objects.bulk_create(kept, batch_size=500, ignore_conflicts=True)
        outbox.acknowledge(rows)
    if kept:
        logger.info("alerts: %s documents, %s hits at most", len(visible), len(kept))


def _visible(names: Iterable[Name]) -> list[Name]:
    """Those that a visitor may see now, where nothing else of them is wanted."""
    wanted = by_type(names)
    return [
        (kind.type, key)
        for kind in documents.types()
        if kind.type in wanted
        for key in kind.get(wanted[kind.type])
    ]


def _of_living_searches(hits: list[SavedSearchHit]) -> list[SavedSearchHit]:
    """Less those of searches that were deleted meanwhile; the others stay for this transaction."""
    wanted = {hit.saved_search_id for hit in hits}
    living: set[int] = set()
    for part in chunks(sorted(wanted), 500):
        rows = SavedSearch.objects.select_for_update(no_key=True).filter(pk__in=part)
        living.update(rows.values_list("pk", flat=True))
    return [hit for hit in hits if hit.saved_search_id in living]


def _hits(found: Mapping[Name, IndexedDocument]) -> Iterator[SavedSearchHit]:
    """A row for each search and document that go together; equal searches are run once."""
    batch = Batch(found)
    since = _known(batch.names)
    started = time.monotonic()
    searches = SavedSearch.objects.filter(prepared_at__isnull=False).order_by("digest", "id")
    groups = groupby(searches.iterator(chunk_size=1000), key=lambda row: row.digest)
    for count, (_, group) in enumerate(groups, start=1):
        same = list(group)
        if count % _PROGRESS_EVERY == 0:
            logger.info("alerts: %s searches in %.0f s", count, time.monotonic() - started)
        wanted = wanted_by(same[0])
        names = answering(wanted, batch) if wanted is not None else []
        for search in same if names else ():
            yield from _noted(search, names, since)


def _noted(
    search: SavedSearch, names: Iterable[Name], since: dict[Name, datetime]
) -> Iterator[SavedSearchHit]:
    now = timezone.now()
    for name in names:
        known = since.get(name)
        if search.new_only and known is not None and known < search.created:
            continue
        yield SavedSearchHit(saved_search=search, type=name[0], key=name[1], found_at=now)


def _known(names: Iterable[Name]) -> dict[Name, datetime]:
    known: dict[Name, datetime] = {}
    for type, keys in by_type(names).items():
        for part in chunks(keys, 500):
            rows = KnownDocument.objects.filter(type=type, key__in=part)
            known |= {(type, key): since for key, since in rows.values_list("key", "since")}
    return known


def _know(names: Iterable[Name]) -> None:
    now = timezone.now()
    KnownDocument.objects.bulk_create(
        (KnownDocument(type=type, key=key, since=now) for type, key in names),
        batch_size=500,
        ignore_conflicts=True,
    )


# searches


def _prepare_some() -> int:
    """Note what newly saved searches match already, and read again what an older vocabulary
    read; says how many searches."""
    if not SavedSearch.objects.exists():
        return 0
    new = SavedSearch.objects.filter(prepared_at__isnull=True).order_by("id")[:PREPARED_AT_ONCE]
    old = SavedSearch.objects.exclude(concepts_version=linker.version())[:PREPARED_AT_ONCE]
    done = 0
    for search in new:
        prepare(search)
        done += 1
    for search in old:
        read_text(search)
        done += 1
    return done


def prepare(search: SavedSearch) -> None:
    """Read a search's text and note what it matches now as there already. What alerts have not
    met yet is new to it, as no result could show it."""
    read_text(search)
    wanted = wanted_by(search)
    names: list[Name] = []
    total = 0
    if wanted is not None:
        names, total = present(wanted, LOOKED_AT)
        if not wanted.any_document:
            # The best come first: what shares enough is not below the first LOOKED_AT.
            names = list(Batch(read_documents(names)).telling(wanted))
            total = len(names)
    new_only = total > NOTED_AT_MOST
    known = _known(names)
    now = timezone.now()
    hits = [
        SavedSearchHit(
            saved_search=search,
            type=name[0],
            key=name[1],
            found_at=now,
            existed=name in known,
            told_at=now if name in known else None,
        )
        for name in names
        if not new_only or name not in known
    ]
    with transaction.atomic():
        SavedSearchHit.objects.bulk_create(hits, batch_size=500, ignore_conflicts=True)
        SavedSearch.objects.filter(pk=search.pk).update(prepared_at=now, new_only=new_only)
