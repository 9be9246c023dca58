"""Reasons in words, in both languages."""

from collections.abc import Mapping

from matching.engine.phrases import CRITERION_NAMES, FIXED_LABELS, PHRASES
from matching.engine.types import LabelPair, Ranking, Reason

LANGUAGES = ("zh", "en")
_MONEY = frozenset({"price", "budget"})
_QUOTES = (("「", "」"), ("“", "”"))
_JOIN = ("、", ", ")


def in_words(reason: Reason, labels: Mapping[str, LabelPair]) -> dict[str, str]:
    """{"zh": …, "en": …}. An id without a label in a language shows the other one's, and one
    without any label its bare name."""
    phrase = PHRASES[reason.key]
    return {
        language: phrase[place].format(
            **{name: _shown(name, value, labels, place) for name, value in reason.params}
        )
        for place, language in enumerate(LANGUAGES)
    }


def named_ids(ranking: Ranking) -> set[str]:
    """Every id that a reason or a piece of evidence names."""
    criteria = [criterion for scored in ranking.results for criterion in scored.criteria]
    reasons = [criterion.reason for criterion in criteria]
    reasons += [broken.reason for left_out in ranking.excluded for broken in left_out.because]
    named = {item for criterion in criteria for item in criterion.evidence}
    for reason in reasons:
        named |= {item for _, value in reason.params if isinstance(value, tuple) for item in value}
    return named


def criterion_name(name: str) -> dict[str, str]:
    """What a criterion is called."""
    return dict(zip(LANGUAGES, CRITERION_NAMES[name], strict=True))


def label_of(item: str, labels: Mapping[str, LabelPair]) -> dict[str, str]:
    """The label of an id in both languages."""
    return {language: _label(item, labels, place) for place, language in enumerate(LANGUAGES)}


def _shown(
    name: str,
    value: str | int | float | tuple[str, ...],
    labels: Mapping[str, LabelPair],
    place: int,
) -> str:
    if isinstance(value, tuple):
        return _JOIN[place].join(_label(item, labels, place) for item in value)
    if name in _MONEY:
        return f"¥{value:,}"
    return str(value)


def _label(item: str, labels: Mapping[str, LabelPair], place: int) -> str:
    pair = labels.get(item) or FIXED_LABELS.get(item) or ("", "")
    text = pair[place] or pair[1 - place] or item.partition(":")[2] or item
    if item.startswith("offer:"):
        opening, closing = _QUOTES[place]
        return f"{opening}{text}{closing}"
    return text
