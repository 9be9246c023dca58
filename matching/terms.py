"""What a proposal offers: scope, price, days, validity, milestones. Checked before it is stored,
complete before it is offered, and compared between versions."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext

from matching.models import Proposal, ProposalMilestone
from portal.foundation.money import format_cny
from portal.foundation.text import clean_plain_text
from portal.organisations.values import MAX_PRICE

MAX_SCOPE = 20_000
MAX_TITLE = 200
MAX_DONE_WHEN = 2000
MAX_DAYS = 3650
MAX_MILESTONES = 20
WHOLE = 100
"""The shares of all milestones together, in percent."""

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class Part:
    """A milestone as proposed: `share` in percent of the price, due `days` after the start."""

    title: str = ""
    done_when: str = ""
    share: int | None = None
    days: int | None = None


@dataclass(frozen=True)
class Terms:
    """Everything one version says; empty values only in a draft. `price` in whole CNY."""

    scope: str = ""
    price: int | None = None
    days: int | None = None
    valid_until: date | None = None
    parts: tuple[Part, ...] = field(default=())

    @classmethod
    def of(cls, proposal: Proposal) -> "Terms":
        """What a stored proposal says."""
        rows = proposal.milestones.all()
        return cls(
            scope=proposal.scope,
            price=proposal.price,
            days=proposal.days,
            valid_until=proposal.valid_until,
            parts=tuple(Part(row.title, row.done_when, row.share, row.days) for row in rows),
        )

    def as_fields(self) -> dict[str, Any]:
        """The fields of the proposal's own row."""
        return {
            "scope": self.scope,
            "price": self.price,
            "days": self.days,
            "valid_until": self.valid_until,
        }

    def as_rows(self, proposal: Proposal) -> list[ProposalMilestone]:
        """The rows of the milestones, not saved yet."""
        return [
            ProposalMilestone(proposal=proposal, position=place, **vars(part))
            for place, part in enumerate(self.parts, start=1)
        ]

    def shares(self) -> int:
        """The sum of the shares so far, in percent."""
        return sum(part.share or 0 for part in self.parts)

    def checked(self) -> "Terms":
        """The same as plain text, as a draft may be. Raises ValidationError by field; fields of
        the milestones are `parts-0-title` and so on."""
        errors: Errors = {}
        scope = _text(self.scope, MAX_SCOPE, "scope", errors)
        if len(self.parts) > MAX_MILESTONES:
            message = gettext("At most %(limit)s milestones are possible.")
            errors["parts"] = [message % {"limit": MAX_MILESTONES}]
        if self.price is not None and not 1 <= self.price <= MAX_PRICE:
            errors["price"] = [gettext("A price is between 1 and 1,000,000,000,000 yuan.")]
        _days(self.days, "days", errors)
        parts = []
        for place, part in enumerate(self.parts):
            name = f"parts-{place}"
            if part.share is not None and not 1 <= part.share <= WHOLE:
                errors[f"{name}-share"] = [gettext("A share is a whole number from 1 to 100.")]
            _days(part.days, f"{name}-days", errors)
            title = " ".join(_text(part.title, MAX_TITLE, f"{name}-title", errors).split())
            done_when = _text(part.done_when, MAX_DONE_WHEN, f"{name}-done_when", errors)
            parts.append(replace(part, title=title, done_when=done_when))
        if errors:
            raise ValidationError(errors)
        return replace(self, scope=scope, parts=tuple(parts))

    def require_complete(self, today: date) -> None:
        """Raise ValidationError by field unless it can be offered on that day."""
        errors: Errors = {}
        missing = gettext("Please fill in this field.")
        for name in ("scope", "price", "days", "valid_until"):
            if not getattr(self, name):
                errors[name] = [missing]
        if self.valid_until is not None and self.valid_until <= today:
            errors["valid_until"] = [gettext("Choose a day after today.")]
        if self.valid_until is not None and (self.valid_until - today).days > MAX_DAYS:
            errors["valid_until"] = [gettext("Choose a day within ten years.")]
        for place, part in enumerate(self.parts):
            errors |= _incomplete(part, f"parts-{place}", self.days)
        if not self.parts:
            errors["parts"] = [gettext("Add at least one milestone.")]
        elif self.shares() != WHOLE:
            message = gettext("The shares of the milestones add up to %(sum)s %%, not to 100 %%.")
            errors["parts"] = [message % {"sum": self.shares()}]
        if errors:
            raise ValidationError(errors)


def _incomplete(part: Part, prefix: str, days: int | None) -> Errors:
    """What one milestone lacks before it can be offered, in work that takes `days` altogether."""
    missing = gettext("Please fill in this field.")
    names = ("title", "done_when", "share", "days")
    errors = {f"{prefix}-{name}": [missing] for name in names if not getattr(part, name)}
    if part.days and days and part.days > days:
        message = gettext("The whole work takes %(days)s days, so this can't take longer.")
        errors[f"{prefix}-days"] = [message % {"days": days}]
    return errors


def _text(value: str, limit: int, name: str, errors: Errors) -> str:
    try:
        return clean_plain_text(value, limit)
    except ValueError as error:
        errors[name] = [str(error)]
        return ""


def _days(value: int | None, name: str, errors: Errors) -> None:
    if value is not None and not 1 <= value <= MAX_DAYS:
        message = gettext("Days are a whole number from 1 to %(limit)s.")
        errors[name] = [message % {"limit": MAX_DAYS}]


def split(amount: int, shares: Sequence[int]) -> list[int]:
    """`amount` in whole yuan by shares that add up to 100: the parts add up to it exactly.

    Each gets its floor; what is left goes to the largest remainders, the earlier first."""
    if sum(shares) != WHOLE:
        raise ValueError(f"shares add up to {sum(shares)}")
    parts = [amount * share // WHOLE for share in shares]
    by_remainder = sorted(
        range(len(shares)), key=lambda place: (-(amount * shares[place] % WHOLE), place)
    )
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts


@dataclass(frozen=True)
class Change:
    """What one field said in the former version and says now, as people read it."""

    label: str
    before: str
    after: str


def changes(former: Terms, now: Terms) -> list[Change]:
    """Everything that differs between two versions, in the order of the page."""
    pairs = [
        (gettext("Scope"), former.scope, now.scope),
        (gettext("Price"), format_cny(former.price), format_cny(now.price)),
        (gettext("Days"), str(former.days or ""), str(now.days or "")),
        (gettext("Valid until"), _day(former.valid_until), _day(now.valid_until)),
    ]
    for place in range(max(len(former.parts), len(now.parts))):
        label = gettext("Milestone %(number)s") % {"number": place + 1}
        pairs.append((label, _part(former.parts, place), _part(now.parts, place)))
    return [Change(label, before, after) for label, before, after in pairs if before != after]


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def _part(parts: tuple[Part, ...], place: int) -> str:
    if place >= len(parts):
        return ""
    part = parts[place]
    summary = gettext("%(title)s · %(share)s %% · after %(days)s days") % {
        "title": part.title,
        "share": part.share or "–",
        "days": part.days or "–",
    }
    return f"{summary}\n{part.done_when}"
