"""What a piece of evidence may say, by kind. Anything else is refused, so that neither words nor
persons can get in."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.evidence.models import Evidence

LOWEST, HIGHEST = 1, 5
CRITERIA: dict[str, Any] = {
    "quality": _("Quality of the work"),
    "schedule": _("Keeping to the days"),
    "communication": _("Communication"),
    "value": _("Worth the price"),
}
"""What a provider is judged by, each from 1 to 5."""
DELIVERY_FACTS = {"milestones", "on_time", "returned", "days", "planned_days"}


def check(kind: str, facts: dict[str, Any]) -> None:
    """Raise ValueError unless these are the facts of that kind."""
    _CHECKS[kind](facts)


def _delivery(facts: dict[str, Any]) -> None:
    """Counts of milestones delivered, of those in time and of deliveries returned; days."""
    if set(facts) != DELIVERY_FACTS or not all(_is_count(value) for value in facts.values()):
        raise ValueError(f"facts of a delivery are {sorted(DELIVERY_FACTS)}, not {facts}")
    if facts["on_time"] > facts["milestones"]:
        raise ValueError("more milestones in time than delivered")


def _review(facts: dict[str, Any]) -> None:
    """Every criterion of a provider."""
    criteria = facts.get("criteria")
    if set(facts) != {"criteria"} or not isinstance(criteria, dict):
        raise ValueError("facts of a review are its criteria")
    rated = all(_is_count(value) and LOWEST <= value <= HIGHEST for value in criteria.values())
    if set(criteria) != set(CRITERIA) or not rated:
        raise ValueError(f"criteria are {sorted(CRITERIA)} from {LOWEST} to {HIGHEST}")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_CHECKS: dict[str, Callable[[dict[str, Any]], None]] = {
    Evidence.Kind.DELIVERY: _delivery,
    Evidence.Kind.REVIEW: _review,
}
