"""Measures linking in its own process, tells JSON: `python -m bench.linking_run`."""

import json
import os
import random
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from portal.vocabulary.schema import Concept
    from portal.vocabulary.words import WordFinder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")

SHORT, LONG = 2, 10
NEEDS = 400
ROUNDS = 5
ENCODED = 64


def main() -> None:
    """Measure and print."""
    django.setup()

    from portal.vocabulary import get_vocabulary, linker
    from portal.vocabulary.concept_index import name_finder
    from portal.vocabulary.scope import clauses, scope_of

    concepts = list(get_vocabulary().concepts.values())
    made = [
        concept.model_copy(
            update={
                "id": f"{concept.id}_{copy}",
                "zh": f"{concept.zh}其{copy}",
                "en": f"{concept.en} kind{copy}",
                "synonyms_zh": tuple(f"{name}其{copy}" for name in concept.synonyms_zh),
                "synonyms_en": tuple(f"{name} kind{copy}" for name in concept.synonyms_en),
                "acronyms": tuple(f"{name}{copy}" for name in concept.acronyms),
            }
        )
        for concept in concepts
        for copy in (2, 3, 4)
    ]
    usual, large = name_finder(concepts), name_finder([*concepts, *made])

    def by(finder: "WordFinder[str]") -> Callable[[str], object]:
        def read(text: str) -> object:
            spans = clauses(text)
            return [scope_of(text, w.start, w.end, spans) for w in finder.find(text)]

        return read

    maker = Needs(concepts)
    linker.named("warm up 预热")
    found: dict[str, list[float]] = {
        key: [] for key in ("short", "long", "usual", "large", "characters")
    }
    length = {"short": 0, "long": 0}
    for _ in range(ROUNDS):
        for key, size in (("short", SHORT), ("long", LONG)):
            texts = maker.make(NEEDS, size)
            length[key] = round(sum(map(len, texts)) / len(texts))
            found[key].append(1e6 * seconds_each(linker.named, texts))
        for key, finder in (("usual", usual), ("large", large)):
            found[key].append(1e6 * seconds_each(by(finder), maker.make(NEEDS, SHORT)))
    found |= _by_vectors(maker)
    from django.conf import settings

    settings.SENTENCE_ENCODER = "none"
    linker.link("warm up")
    for _ in range(ROUNDS):
        found["characters"].append(1e6 * seconds_each(linker.link, maker.make(NEEDS, SHORT)))
    speed = {
        key: round(60e6 / sorted(found[key])[ROUNDS // 2])
        for key in ("short", "long", "characters")
    }
    figures = {"needs_a_minute": speed, "characters": length, "concepts": len(concepts)}
    print(json.dumps({**{key: found[key] for key in found if key != "characters"}, **figures}))


def _by_vectors(maker: "Needs") -> dict[str, list[float]]:
    """Milliseconds for the same number of texts: linked, and their pieces merely encoded."""
    from portal.vocabulary import linker
    from portal.vocabulary.encoder import get_encoder
    from portal.vocabulary.sentences import pieces

    encoder = get_encoder()
    if encoder is None:
        raise SystemExit("there is no encoder to compare with")
    linker.link_many(["warm up"])
    found: dict[str, list[float]] = {"linked": [], "encoded": []}
    for _ in range(ROUNDS):
        texts = maker.make(ENCODED, SHORT)
        parts = [part for text in texts for part in pieces(text)]
        started = perf_counter()
        encoder.encode_queries(parts)
        between = perf_counter()
        linker.link_many(texts)
        found["encoded"].append(1e3 * (between - started))
        found["linked"].append(1e3 * (perf_counter() - between))
    return found


class Needs:
    """Needs made of complaints, never the same twice."""

    def __init__(self, concepts: "Sequence[Concept]") -> None:
        self._random = random.Random(4)
        self._said = {
            language: [
                text
                for concept in concepts
                for text in (concept.complaints_zh, concept.complaints_en)[language == "en"]
            ]
            for language in ("zh", "en")
        }

    def make(self, count: int, sentences: int) -> list[str]:
        """`count` needs of so many sentences, every other one English."""
        return [
            f"{number}" + "。".join(self._random.sample(self._said["zh"], sentences))
            if number % 2
            else ". ".join(self._random.sample(self._said["en"], sentences)) + f" {number}"
            for number in range(count)
        ]


def seconds_each(read: Callable[[str], object], texts: Sequence[str]) -> float:
    """Seconds a text."""
    started = perf_counter()
    for text in texts:
        read(text)
    return (perf_counter() - started) / len(texts)


if __name__ == "__main__":
    main()
