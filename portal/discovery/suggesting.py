"""What is proposed while somebody types: capabilities of the vocabulary, then names that the index
has, both in either language and in pinyin."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.discovery.parameters import plain
from portal.foundation.text import content_language
from portal.vocabulary import Vocabulary
from portal.vocabulary.schema import Language
from portal.vocabulary.spelling import simplified
from portal.vocabulary.vocabulary import derived, get_vocabulary
from search import documents, engines
from search.analysis import has_cjk, prepare
from search.engines.base import EngineError, Suggestion
from search.names import syllables

LIMIT = 8
MAX_CONCEPTS = 4
MAX_TEXT = 60
"""Characters from which on nothing is proposed: that is a sentence by now."""
SHORTEST_LATIN = 2
NAMED = {
    "provider": gettext_lazy("Provider"),
    "project": gettext_lazy("Project"),
    "need": gettext_lazy("Need"),
}
"""Types whose documents are proposed by name, and what one is called."""
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_INSIDE = 2
_SCANNED = 400
"""Names looked at for one beginning."""
_STARTS = 12
"""Characters of a Chinese name, or words of an English one, from which on it may be typed."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """One line of the list. `url` leads to the document; "" fills the box with `text` and
    searches. `lang` is the language of `text`, `kind` says what it is."""

    text: str
    lang: str
    kind: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class _Name:
    """What a concept's name may be begun with: `rank` 0 begins the label, 1 a synonym, from
    _INSIDE on something inside a name."""

    key: str
    rank: int
    concept: str
    language: Language
    name: str


def suggest(text: str, language: str = "") -> list[Suggested]:
    """LIMIT lines at most for what was typed; [] for nothing, one Latin letter, or a sentence.

    Raises nothing: without an engine there are no names."""
    typed = " ".join(plain(text).split())
    if not typed or len(typed) > MAX_TEXT:
        return []
    if not has_cjk(typed) and len(typed) < SHORTEST_LATIN:
        return []
    concepts = _concepts(typed)
    first = [_capability(one) for one in concepts if one.rank < _INSIDE]
    inside = [_capability(one) for one in concepts if one.rank >= _INSIDE]
    names = _named(typed, language or content_language(), LIMIT - len(concepts))
    return [*first, *names, *inside]


def _concepts(typed: str) -> list[_Name]:
    """Names of concepts that begin with what was typed, then those that have it inside; one for
    each concept."""
    beginning = simplified(prepare(typed)).lower()
    latin = beginning.replace(" ", "").replace("'", "").replace("ü", "v")
    words, sounds = _names()
    found = list(_beginning(words, beginning))
    if latin.isascii() and latin.isalpha():
        found += _beginning(sounds, latin)
    chosen: dict[str, _Name] = {}
    for one in sorted(found, key=lambda one: (one.rank, len(one.key), one.key)):
        chosen.setdefault(one.concept, one)
        if len(chosen) == MAX_CONCEPTS:
            break
    return list(chosen.values())


def _capability(one: _Name) -> Suggested:
    """The name that was begun; a synonym is told with what it stands for."""
    label = get_vocabulary().concept_label(one.concept, one.language)
    what = _("Capability") if one.name == label else _("Capability: %(name)s") % {"name": label}
    return Suggested(one.name, _tag(one.language), what)


def _beginning(names: Sequence[_Name], beginning: str) -> list[_Name]:
    at = bisect_left(names, beginning, key=_by_key)
    found = []
    for name in names[at : at + _SCANNED]:
        if not name.key.startswith(beginning):
            break
        found.append(name)
    return found


def _named(typed: str, language: str, limit: int) -> list[Suggested]:
    """Names of documents that visitors may see now: one query a type."""
    kinds = {kind.type: kind for kind in documents.types() if kind.type in NAMED}
    proposals = _of_engine(typed, tuple(kinds), limit)
    rows: dict[tuple[str, str], Any] = {}
    for name, kind in kinds.items():
        keys = [one.key for one in proposals if one.type == name]
        if keys:
            found = kind.hit_queryset().prefetch_related(None)
            for row in found.filter(**{f"{kind.key_field}__in": keys}):
                rows[name, kind.object_key(row)] = row
    return [
        _line(one, rows[one.type, one.key], language)
        for one in proposals
        if (one.type, one.key) in rows
    ]


def _of_engine(typed: str, types: tuple[str, ...], limit: int) -> list[Suggestion]:
    if not types:
        return []
    day = timezone.localdate()
    for engine in engines.all_engines():
        try:
            return engine.suggest(typed, types=types, limit=limit, day=day)
        except EngineError:
            continue
    return []


def _line(one: Suggestion, row: Any, language: str) -> Suggested:
    titles = {"zh": one.title.zh, "en": one.title.en}
    other = "zh" if language == "en" else "en"
    shown = language if titles[language] else other
    return Suggested(titles[shown], _tag(shown), str(NAMED[one.type]), row.get_absolute_url())


def _tag(language: str) -> str:
    return "en" if language == "en" else "zh-Hans"


@derived
def _names(vocabulary: Vocabulary) -> tuple[list[_Name], list[_Name]]:
    """Beginnings of every concept's names as they are written, and in pinyin; sorted."""
    words: list[_Name] = []
    sounds: list[_Name] = []
    for concept in vocabulary.concepts.values():
        for language in LANGUAGES:
            for number, name in enumerate(concept.names(language)):
                written = prepare(name).lower()
                for into, starts in ((words, _starts(written)), (sounds, _spoken(written))):
                    into += (
                        _Name(key, (number > 0) + _INSIDE * (at > 0), concept.id, language, name)
                        for at, key in starts
                    )
    return sorted(words, key=_by_key), sorted(sounds, key=_by_key)


def _by_key(name: _Name) -> str:
    return name.key


def _starts(name: str) -> Iterator[tuple[int, str]]:
    """The name from each of its words on, Chinese from each character on."""
    if has_cjk(name):
        yield from ((at, name[at:]) for at in range(min(len(name), _STARTS)))
        return
    parts = name.split()
    yield from ((at, " ".join(parts[at:])) for at in range(min(len(parts), _STARTS)))


def _spoken(name: str) -> Iterator[tuple[int, str]]:
    read = syllables(name)
    initials = "".join(one[0] for one in read)
    for at in range(min(len(read), _STARTS)):
        yield at, "".join(read[at:])
        if len(read) - at > 1:
            yield at, initials[at:]
