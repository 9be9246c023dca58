"""What keys are called, in the active language; a key that is no longer known shows as it is."""

from portal.foundation.text import content_language
from portal.vocabulary import get_vocabulary


def tier_label(key: str) -> str:
    """A tier's name."""
    tier = get_vocabulary().tier(key)
    return tier.label(content_language()) if tier else key


def offer_type_label(key: str) -> str:
    """An offer type's name."""
    offer_type = get_vocabulary().offer_type(key)
    return offer_type.label(content_language()) if offer_type else key


def district_label(code: str) -> str:
    """A district's name."""
    return get_vocabulary().district_label(code, content_language())


def industry_label(code: str) -> str:
    """An industry's name."""
    return get_vocabulary().industry_label(code, content_language())


def concept_label(concept: str) -> str:
    """A concept's name."""
    return get_vocabulary().concept_label(concept, content_language())
