"""What the fields of the search's facets and their values are called."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from portal.vocabulary import Vocabulary, get_vocabulary
from search import facets
from search.documents import Bilingual

KINDS = {
    "provider": Bilingual("服务商", "Provider"),
    "collective": Bilingual("协作体", "Collective"),
}
LANGUAGES = {"zh": Bilingual("中文", "Chinese"), "en": Bilingual("英文", "English")}

Namer = Callable[[Vocabulary, str, str], str]


def _tier(vocabulary: Vocabulary, key: str, language: str) -> str:
    tier = vocabulary.tier(key)
    return tier.label(language) if tier else key


def _offer_type(vocabulary: Vocabulary, key: str, language: str) -> str:
    offer_type = vocabulary.offer_type(key)
    return offer_type.label(language) if offer_type else key


def _from_vocabulary(name_of: Namer) -> Callable[[str], Bilingual]:
    def label(value: str) -> Bilingual:
        vocabulary = get_vocabulary()
        return Bilingual(name_of(vocabulary, value, "zh"), name_of(vocabulary, value, "en"))

    return label


def register() -> None:
    """Fill the registry of facets."""
    fields = (
        ("kind", _("Kind"), KINDS.get),
        ("tier", _("Tier"), _from_vocabulary(_tier)),
        ("industry", _("Industry"), _from_vocabulary(Vocabulary.industry_label)),
        ("district", _("District"), _from_vocabulary(Vocabulary.district_label)),
        ("offer_type", _("Type of offer"), _from_vocabulary(_offer_type)),
        ("concept", _("Capability"), _from_vocabulary(Vocabulary.concept_label)),
        ("language", _("Language"), LANGUAGES.get),
    )
    for name, label, labels in fields:
        facets.register(facets.FacetField(name, label, labels))
