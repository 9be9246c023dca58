"""What the vocabulary lacks: texts that found nothing or were read as nothing go to its editors."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from portal.discovery.models import SearchCount, SearchedDay, SearchedText
from portal.vocabulary.actions import suggest_candidate

LOOKED_BACK = 7
"""Days that are caught up with after the worker was away."""
A_DAY = 200


def suggest_missing() -> int:
    """Suggest the texts of each finished day once; says how many. Only texts that may be shown
    in words are suggested."""
    today = timezone.localdate()
    days = [today - timedelta(days=back) for back in range(LOOKED_BACK, 0, -1)]
    return sum(_suggest(day) for day in days)


def _suggest(day: date) -> int:
    with transaction.atomic():
        _, new = SearchCount.objects.get_or_create(
            day=day, language="", name="suggested", value="yes"
        )
        if not new:
            return 0
        shown = SearchedText.objects.exclude(text="").values("digest")
        rows = (
            SearchedDay.objects.filter(day=day, digest__in=shown)
            .values("digest")
            .annotate(missing=Sum(F("nothing_found") + F("nothing_read")))
            .filter(missing__gt=0)
            .order_by("-missing", "digest")[:A_DAY]
        )
        texts = SearchedText.objects.in_bulk([row["digest"] for row in rows])
        for row in rows:
            suggest_candidate(texts[row["digest"]].text, today=day)
    return len(texts)
