"""What the sides of a job judge each other by."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.models import Introduction, Review
from portal.evidence.facts import CRITERIA as OF_PROVIDER
from portal.evidence.facts import HIGHEST, LOWEST

Side = Introduction.Side
OF_MANUFACTURER: dict[str, Any] = {
    "clarity": _("Clear about what was needed"),
    "cooperation": _("Gave what the work needed"),
    "communication": _("Communication"),
    "payment": _("Paid as agreed"),
}
CRITERIA: dict[str, dict[str, Any]] = {
    Side.MANUFACTURER.value: OF_PROVIDER,
    Side.PROVIDER.value: OF_MANUFACTURER,
}
"""By the side that writes: what it judges the other side by, each from 1 to 5."""
GRADES: dict[int, Any] = {
    5: _("5 – excellent"),
    4: _("4 – good"),
    3: _("3 – fair"),
    2: _("2 – poor"),
    1: _("1 – bad"),
}
LEAST_WORDS, MOST_WORDS, MOST_REPLY = 10, 5000, 2000
"""Characters."""


def checked(side: str, criteria: dict[str, Any]) -> dict[str, int]:
    """All criteria that this side judges by. Raises ValidationError by criterion."""
    wanted = CRITERIA[side]
    message = gettext("Choose a grade from 1 to 5.")
    wrong = {name: [message] for name in wanted if not _is_grade(criteria.get(name))}
    if wrong or set(criteria) - set(wanted):
        raise ValidationError(wrong or {"criteria": [message]})
    return {name: criteria[name] for name in wanted}


def _is_grade(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and LOWEST <= value <= HIGHEST


def grades(review: Review) -> list[tuple[Any, int]]:
    """(label, grade) of a review's criteria, in their order."""
    return [
        (label, review.criteria[name])
        for name, label in CRITERIA[review.side].items()
        if name in review.criteria
    ]
