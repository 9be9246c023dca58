"""What a provider's words say about what a need rules out, by the vocabulary's exclusion data."""

from collections.abc import Sequence
from functools import cache

from matching.engine.types import Condition
from portal.organisations.models import Offer, ProviderProfile
from portal.vocabulary import get_vocabulary
from portal.vocabulary.words import WordFinder

Said = tuple[str, bool]
"""An exclusion, and whether the words keep to it (else they go against it)."""


@cache
def _words() -> WordFinder[Said]:
    return WordFinder(
        (word, (exclusion.key, kept))
        for exclusion in get_vocabulary().exclusions.values()
        for kept, words in (
            (True, (*exclusion.satisfied_zh, *exclusion.satisfied_en)),
            (False, (*exclusion.violated_zh, *exclusion.violated_en)),
        )
        for word in words
    )


def conditions_of(profile: ProviderProfile) -> dict[str, Condition]:
    """Every exclusion the profile's words touch: kept where an offer (or the profile) says so,
    broken where no offer is left that does not go against it.

    Reads `profile.offers`: prefetch them for many."""
    offers = list(profile.offers.all())
    about = "\n".join((profile.summary_zh, profile.summary_en, *profile.capabilities))
    of_profile = _heard(about, ())
    # A single offer and the summary tell of the same thing.
    alone = about if len(offers) == 1 else ""
    of_offers = [_heard(f"{_text(offer)}\n{alone}", (offer.type,)) for offer in offers]
    keys = {key for heard in (of_profile, *of_offers) for key in heard}
    return {key: _together(key, of_profile, of_offers) for key in sorted(keys)}


def _text(offer: Offer) -> str:
    return "\n".join((offer.title_zh, offer.title_en, offer.description_zh, offer.description_en))


def _heard(text: str, types: Sequence[str]) -> dict[str, Condition]:
    """What one text says of each exclusion it touches. Keeping outweighs: “cloud or on site”."""
    heard: dict[str, Condition] = {
        exclusion.key: "broken"
        for exclusion in get_vocabulary().exclusions.values()
        if set(types) & set(exclusion.violating_offer_types)
    }
    for found in _words().find(text):
        key, kept = found.owner
        if kept:
            heard[key] = "kept"
        else:
            heard.setdefault(key, "broken")
    return heard


def _together(
    key: str, of_profile: dict[str, Condition], of_offers: list[dict[str, Condition]]
) -> Condition:
    said = [heard.get(key, "silent") for heard in of_offers] or [of_profile.get(key, "silent")]
    if "kept" in said or of_profile.get(key) == "kept":
        return "kept"
    return "broken" if all(one == "broken" for one in said) else "silent"
