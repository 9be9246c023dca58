"""What the fields of the search's facets and their values are called."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy as _

from portal.vocabulary import Vocabulary, get_vocabulary
from search import facets
from search.documents import Bilingual

KINDS = {
    "provider": Bilingual("服务商", "Provider"),
    "collective": Bilingual("小微联合体", "Collective"),
}
LANGUAGES = {"zh": Bilingual("中文", "Chinese"), "en": Bilingual("英文", "English")}

Namer = Callable[[Vocabulary, str, str], str]


def _tier(vocabulary: Vocabulary, key: str, language: str) -> str:
    tier = vocabulary.tier(key)
    return tier.label(language) if tier else key


def _offer_type(vocabulary: Vocabulary, key: str, language: str) -> str:
    offer_type = vocabulary.offer_type(key)
    return offer_type.label(language) if offer_type else key


def _from_vocabulary(name_of: Namer) -> Callable[[Iterable[str]], dict[str, Bilingual]]:
    def labels(values: Iterable[str]) -> dict[str, Bilingual]:
        vocabulary = get_vocabulary()
        return {
            value: Bilingual(name_of(vocabulary, value, "zh"), name_of(vocabulary, value, "en"))
            for value in values
        }

    return labels


def _from_table(table: dict[str, Bilingual]) -> Callable[[Iterable[str]], dict[str, Bilingual]]:
    return lambda values: {value: table[value] for value in values if value in table}


def register() -> None:
    """Fill the registry of facets."""
    fields = (
        ("kind", _("Kind"), _from_table(KINDS)),
        ("tier", _("Tier"), _from_vocabulary(_tier)),
        ("industry", _("Industry"), _from_vocabulary(Vocabulary.industry_label)),
        ("district", _("District"), _from_vocabulary(Vocabulary.district_label)),
        ("offer_type", _("Type of offer"), _from_vocabulary(_offer_type)),
        ("concept", _("Capability"), _from_vocabulary(Vocabulary.concept_label)),
        ("language", _("Working language"), _from_table(LANGUAGES)),
    )
    for name, label, labels in fields:
        facets.register(facets.FacetField(name, label, labels))
