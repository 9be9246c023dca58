"""What the index holds of a provider: its own words, its offers, and what both were read as."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.organisations.models import ProviderProfile
from portal.organisations.passages import passages
from portal.organisations.queries import visible_providers
from portal.vocabulary import get_vocabulary, search_vectors
from portal.vocabulary.vectors import missing_passages
from search.documents import Bilingual, DocumentType, IndexedDocument, IndexedOffer, Vector


class ProviderDocument(DocumentType):
    """Listed providers and collectives, their offers nested."""

    type = "provider"
    plural = "providers"
    label = _("Providers")
    facets = ("kind", "tier", "industry", "district", "offer_type", "concept", "language")
    hit_template = "organisations/hit.html"
    key_field = "organisation__key"

    def queryset(self) -> QuerySet[ProviderProfile]:
        """Listed profiles with their offers."""
        return visible_providers().prefetch_related("offers")

    def concepts(self, obj: Any) -> Collection[str]:
        """Those that its summary, offers and labels were read as."""
        return obj.concepts

    def object_key(self, obj: Any) -> str:
        """The organisation's key."""
        return str(obj.organisation.key)

    def to_document(self, obj: Any) -> IndexedDocument:
        """A profile as it is found: the names of its concepts in both languages are searchable,
        industries carry their ancestors, and without coordinates of its own the centre of its
        district counts."""
        vocabulary = get_vocabulary()
        organisation = obj.organisation
        concepts = [found for found in map(vocabulary.concept, obj.concepts) if found is not None]
        latitude, longitude = place(obj)
        return IndexedDocument(
            type=self.type,
            key=organisation.key,
            url=f"/providers/{organisation.key}/",
            created=organisation.created,
            title=Bilingual(organisation.name_zh, organisation.name_en),
            summary=Bilingual(obj.summary_zh, obj.summary_en),
            offers=tuple(_offer(offer) for offer in obj.offers.all()),
            labels=tuple(
                dict.fromkeys(
                    [
                        *obj.capabilities,
                        *(found.label(lang) for found in concepts for lang in ("zh", "en")),
                    ]
                )
            ),
            kind=obj.kind,
            tier=obj.tier_listed,
            industry=with_ancestors(obj.industries),
            district=organisation.district,
            concept=tuple(concept.id for concept in concepts),
            language=tuple(obj.languages),
            verified=obj.verified,
            latitude=latitude,
            longitude=longitude,
            vectors=_vectors(obj),
        )


def place(profile: ProviderProfile) -> tuple[float | None, float | None]:
    """Latitude and longitude: the organisation's own, else its district's centre, else none."""
    organisation = profile.organisation
    if organisation.latitude is not None and organisation.longitude is not None:
        return organisation.latitude, organisation.longitude
    district = get_vocabulary().district(organisation.district)
    return (district.latitude, district.longitude) if district else (None, None)


def with_ancestors(codes: Iterable[str]) -> tuple[str, ...]:
    """Each industry with those above it, each once: C3311 brings C331, C33 and C."""
    ancestors = get_vocabulary().industry_ancestors
    return tuple(dict.fromkeys(code for own in codes for code in (own, *ancestors(own))))


def _offer(offer: Any) -> IndexedOffer:
    return IndexedOffer(
        type=offer.type,
        text=Bilingual(
            f"{offer.title_zh}\n{offer.description_zh}".strip(),
            f"{offer.title_en}\n{offer.description_en}".strip(),
        ),
        price_from=offer.price_from,
        price_to=offer.price_to,
    )


def _vectors(profile: ProviderProfile) -> tuple[Vector, ...]:
    """Those that the reading has made; nothing is encoded here, so that indexing stays quick."""
    if not profile.concepts_version:
        return ()
    texts = passages(profile)
    if missing_passages(texts):
        return ()
    vectors = search_vectors.for_passages(texts)
    return () if vectors is None else tuple(vectors)
