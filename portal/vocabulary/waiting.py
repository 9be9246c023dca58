"""What waits for editors of the vocabulary."""

from datetime import datetime, time
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.foundation import permissions, registries
from portal.foundation.registries import Waiting, WaitingItem
from portal.vocabulary.models import ConceptCandidate

AGAIN = Q(days__gte=2) | Q(times__gte=3)
"""A phrase that was asked for once may be anybody's words: only what comes again is shown."""


def register() -> None:
    """Add this room's part of the desk."""
    registries.waiting.register(
        Waiting("candidates", 65, _("Words that were searched in vain"), candidates)
    )


def candidates(user: Any) -> list[WaitingItem]:
    """One line for all candidates: they are gone through together."""
    if not permissions.allowed(user, "vocabulary.concept.edit"):
        return []
    rows = ConceptCandidate.objects.filter(AGAIN, state=ConceptCandidate.State.NEW)
    found = rows.aggregate(count=Count("pk"), first=Min("first_day"))
    if not found["count"]:
        return []
    since = timezone.make_aware(datetime.combine(found["first"], time()))
    title = ngettext("%(count)s phrase to look at", "%(count)s phrases to look at", found["count"])
    return [WaitingItem(title % found, reverse("vocabulary_candidates"), since)]
