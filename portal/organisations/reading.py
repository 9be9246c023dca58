"""Reading profiles: which concepts their texts speak of. The worker does it, after each change of
the text and after each change of the vocabulary."""

from portal.foundation import outbox
from portal.foundation.models import OutboxRow
from portal.foundation.progress import Progress
from portal.organisations.models import ProviderProfile
from portal.organisations.outdated import KIND, READING
from portal.organisations.passages import passages
from portal.vocabulary import linker
from portal.vocabulary.encoder import EncoderError
from portal.vocabulary.linker import link_passages
from portal.vocabulary.vectors import vectors_for_passages
from search.indexing import request_index_many

BATCH = 50
MAX_CONCEPTS = 30


def concepts_version() -> str:
    """Which vocabulary, fitted file and encoder a reading is made with now."""
    return linker.version()


def drain(limit: int) -> int:
    """Read up to `limit` profiles that are due; says how many were taken on."""
    rows = outbox.claim(READING, min(limit, BATCH))
    if rows:
        _read(rows, None)
    return len(rows)


def read_pending(progress: Progress | None = None) -> int:
    """Read every profile that is due, now; says how many. `progress` counts profiles."""
    outbox.retry_now(READING)
    done = 0
    while rows := outbox.claim(READING, BATCH):
        _read(rows, progress)
        done += len(rows)
    return done


def request_outdated() -> int:
    """Ask to read again what was read with another vocabulary or encoder; says how many."""
    keys = list(
        ProviderProfile.objects.exclude(concepts_version=concepts_version()).values_list(
            "organisation__key", flat=True
        )
    )
    outbox.request_many(READING, KIND, keys)
    return len(keys)


def _read(rows: list[OutboxRow], progress: Progress | None) -> None:
    profiles = list(
        ProviderProfile.objects.filter(organisation__key__in=[row.key for row in rows])
        .select_related("organisation")
        .prefetch_related("offers")
    )
    texts = {profile.pk: passages(profile) for profile in profiles}
    every = [text for own in texts.values() for text in own]
    try:
        vectors_for_passages(every)
    except EncoderError as error:
        # Words are better than nothing until the encoder answers again.
        _store(profiles, texts, version="")
        outbox.fail(rows, str(error))
        return
    _store(profiles, texts, concepts_version())
    outbox.acknowledge(rows)
    if progress is not None:
        progress.advance(len(rows))


def _store(profiles: list[ProviderProfile], texts: dict[int, list[str]], version: str) -> None:
    marks = iter(link_passages([text for own in texts.values() for text in own]))
    changed = []
    for profile in profiles:
        likeness: dict[str, float] = {}
        for _ in texts[profile.pk]:
            for mark in next(marks):
                likeness[mark.id] = max(mark.weight, likeness.get(mark.id, 0.0))
        strongest = sorted(likeness.items(), key=lambda item: (-item[1], item[0]))[:MAX_CONCEPTS]
        concepts = {concept: round(weight, 4) for concept, weight in strongest}
        # The vectors are new even where the concepts stay: the document is written again.
        ProviderProfile.objects.filter(pk=profile.pk).update(
            concepts=concepts, concepts_version=version
        )
        changed.append(profile.organisation.key)
    request_index_many(KIND, changed)
