"""What the search index depends on of the sentence encoder, and what /metrics tells of it."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count
from prometheus_client.core import Metric

from portal.foundation import metrics
from portal.vocabulary import classifier
from portal.vocabulary.encoder import LocalEncoder, get_encoder
from portal.vocabulary.linker import concept_ids
from portal.vocabulary.models import SentenceVector

_BYTES = 2


def encoder_name() -> str:
    """The name of the encoder that the settings ask for, without loading a model."""
    if settings.SENTENCE_ENCODER == "local":
        return LocalEncoder.name
    encoder = get_encoder()
    return "none" if encoder is None else encoder.name


def dimensions() -> int | None:
    """How long the vectors are that are searched by; None where no vector tells yet."""
    fitted = classifier.for_encoder(encoder_name(), concept_ids())
    if fitted is not None:
        return fitted.meaning.dimensions
    newest = SentenceVector.objects.filter(encoder=encoder_name()).order_by("-pk").first()
    return len(bytes(newest.vector)) // _BYTES if newest else None


def collect() -> Iterator[Metric]:
    """How many vectors are kept, by encoder and role."""
    counted = SentenceVector.objects.order_by().values_list("encoder", "role")
    yield metrics.family(
        "duijie_sentence_vectors", "Texts whose vector is kept", ["encoder", "role"],
        (((name, role), count) for name, role, count in counted.annotate(Count("pk"))),
    )  # fmt: skip
