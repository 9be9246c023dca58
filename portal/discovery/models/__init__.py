"""Saved searches with what they found, and counts of what was searched."""

from portal.discovery.models.saved import Delivery, KnownDocument, SavedSearch, SavedSearchHit
from portal.discovery.models.searched import SearchCount, SearchedDay, SearchedText

__all__ = [
    "Delivery",
    "KnownDocument",
    "SavedSearch",
    "SavedSearchHit",
    "SearchCount",
    "SearchedDay",
    "SearchedText",
]
