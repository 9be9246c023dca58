"""What the portal's words mean: districts, industries, tiers, offer types, concepts."""

from portal.vocabulary.vocabulary import Vocabulary, get_vocabulary

__all__ = ["Vocabulary", "get_vocabulary"]
