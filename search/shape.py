"""What an index was made of and what is in it, as short fingerprints.

The shape tells an index that was made by another version of the portal, or for another sentence
encoder, from one that would be made now; the checksum tells whether two lists of documents and
versions are the same without putting either in order."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.documents import Bilingual, IndexedDocument, IndexedOffer
from search.queries import document_number

FORMAT = 1
"""Raised when an index must be made anew for a reason that schema and specimen don't show."""

SPECIMEN = IndexedDocument(
    type="specimen",
    key="specimen",
    url="/specimen/",
    created=datetime(2026, 1, 1, tzinfo=UTC),
    title=Bilingual("衝壓件毛刺检测", "The workshops' stamped parts"),
    summary=Bilingual("ｶﾞｽ １２ ² 한국어abc 上云", "Re-tooling, 3.5 mm; e.g. O’Brien’s ABB"),
    offers=(IndexedOffer("consulting", Bilingual("咨询", "consulting"), 1000, 2000),),
    labels=("机器视觉", "machine vision"),
    kind="kind",
    tier="tier",
    industry=("33", "336"),
    district="330203",
    concept=("vision",),
    language=("zh", "en"),
    verified=True,
    latitude=29.87,
    longitude=121.55,
    vectors=(np.array([0.6, 0.8], dtype=np.float32),),
)
"""A document that has everything: how an engine stores it shows changes of code as well."""

_parts: dict[str, Callable[[], str]] = {}


def register_part(name: str, value: Callable[[], str]) -> None:
    """Something else that an index depends on, such as the encoder's name."""
    _parts[name] = value


def fingerprint(layout: Any) -> str:
    """32 characters for the form of an index."""
    parts = {name: value() for name, value in sorted(_parts.items())}
    text = json.dumps([FORMAT, parts, layout], sort_keys=True, default=repr)
    return blake2b(text.encode(), digest_size=16).hexdigest()


_CHUNK = 4_000


def checksum(type: str, versions: Iterable[tuple[str, int]]) -> tuple[int, int]:
    """How many (key, version) of a type there are, and a sum over them of 64-bit hashes."""
    pairs = iter(versions)
    count = total = 0
    while part := list(islice(pairs, _CHUNK)):
        numbers = np.array([document_number(type, key) for key, _ in part], dtype=np.uint64)
        count += len(part)
        total += mixed_sum(numbers, np.array([version for _, version in part], dtype=np.uint64))
    return count, total % 2**64


def mixed_sum(numbers: NDArray[np.uint64], versions: NDArray[np.uint64]) -> int:
    """The sum of one hash for each number with its version, modulo 2^64."""
    mixed = numbers ^ (versions * np.uint64(0x9E3779B97F4A7C15))
    # The finalizer of SplitMix64: a version more changes every bit.
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return int((mixed ^ (mixed >> np.uint64(31))).sum(dtype=np.uint64))
