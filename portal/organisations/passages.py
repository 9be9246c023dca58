"""The texts by which a profile is read and compared: what is encoded into sentence vectors."""

from portal.organisations.models import Offer, ProviderProfile


def passages(profile: ProviderProfile) -> list[str]:
    """The summary in each language, each offer in each language, and the labels together; each
    once, none empty. Reads `profile.offers`: prefetch them for many."""
    texts = [profile.summary_zh, profile.summary_en]
    for offer in profile.offers.all():
        texts += offer_passages(offer)
    texts.append("；".join(profile.capabilities))
    return list(dict.fromkeys(filter(None, texts)))


def offer_passages(offer: Offer) -> list[str]:
    """Title and description of an offer, one text a language that it has."""
    pairs = (
        (offer.title_zh, offer.description_zh, "。"),
        (offer.title_en, offer.description_en, ". "),
    )
    return [stop.join(filter(None, (title, text))) for title, text, stop in pairs if title or text]
