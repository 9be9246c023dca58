"""Writing to a cluster: in bearable parts, and again where it has no room for one at the moment."""

import time
from collections.abc import Iterator, Sequence

from elasticsearch import ApiError, Elasticsearch

from search.engines import base
from search.engines.base import Delete, Write
from search.engines.elasticsearch_schema import operation

_BYTES = 4_000_000
_LATE, _BUSY = 409, 429
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before another try."""

_Refused = dict[tuple[str, str], str]


def store(
    client: Elasticsearch, index: str, batch: Sequence[Write], *, alias: bool
) -> dict[tuple[str, str], str]:
    """Apply a batch to an index; says what was refused and why, late writes apart. `alias`: the
    name has to be one. Raises what the client does."""
    refused: _Refused = {}
    for part in bulk_parts(batch):
        refused |= _store_part(client, index, part, alias=alias)
    return refused


def bulk_parts(batch: Sequence[Write]) -> Iterator[list[Write]]:
    """A batch in parts of bearable size."""
    part: list[Write] = []
    size = 0
    for write in batch:
        part.append(write)
        size += _weight(write)
        if size >= _BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _store_part(client: Elasticsearch, index: str, part: list[Write], *, alias: bool) -> _Refused:
    refused, busy = _send(client, index, part, alias=alias)
    for pause in _PAUSES:
        if not busy:
            break
        time.sleep(pause)
        again = [write for write in part if write.identity in busy]
        more, busy = _send(client, index, again, alias=alias)
        refused |= more
    return refused | busy


def _send(
    client: Elasticsearch, index: str, part: list[Write], *, alias: bool
) -> tuple[_Refused, _Refused]:
    """What one request had refused: for good, and for want of room."""
    lines = [line for write in part for line in operation(write)]
    try:
        answer = client.bulk(index=index, operations=lines, require_alias=alias)
    except ApiError as error:
        if error.status_code != _BUSY:
            raise
        return {}, {write.identity: str(error) for write in part}
    refused: _Refused = {}
    busy: _Refused = {}
    for write, item in zip(part, answer["items"], strict=True):
        result = item["index"]
        reason = str(result.get("error", result["status"]))
        if result["status"] == _BUSY:
            busy[write.identity] = reason
        elif result["status"] >= 300 and result["status"] != _LATE:
            refused[write.identity] = reason
    return refused, busy


def _weight(write: Write) -> int:
    """About how many bytes a write sends."""
    if isinstance(write, Delete):
        return 200
    document = write.document
    vectors = sum(20 * len(vector) for vector in document.vectors)
    return 500 + vectors + 6 * sum(map(len, base.searched_texts(document)))
