"""What has to be brought up to date after a change: asked for in the change's transaction."""

from collections.abc import Iterable

from portal.foundation import outbox
from portal.organisations.models import Organisation
from search.indexing import request_index, request_index_many

READING, KIND = "reading", "provider"


def text_changed(organisation: Organisation) -> None:
    """What a profile says changed: read its concepts again, then index it.

    It is indexed at once too, so that new words are found before they are understood."""
    outbox.request(READING, KIND, organisation.key)
    request_index(KIND, organisation.key)


def facts_changed(organisation: Organisation) -> None:
    """Something beside the text changed: index it again."""
    request_index(KIND, organisation.key)


def many_changed(keys: Iterable[str]) -> None:
    """The text of many profiles changed."""
    listed = sorted(keys)
    outbox.request_many(READING, KIND, listed)
    request_index_many(KIND, listed)
