"""Reads behind the pages: lists of needs and introductions, and what their cards show."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from matching.models import Introduction, Need
from matching.people import UNPUBLISHED, somebody_in
from matching.states import ACCEPTED, CLOSED, DECLINED, EXPIRED, OPEN, REQUESTED, WITHDRAWN
from portal.foundation.text import content_language
from portal.vocabulary import get_vocabulary

TONES = {
    "draft": "neutral",
    "moderation": "warn",
    OPEN: "good",
    WITHDRAWN: "neutral",
    EXPIRED: "neutral",
    REQUESTED: "info",
    ACCEPTED: "good",
    DECLINED: "bad",
    CLOSED: "neutral",
}
BOXES = ("waiting", "asked", "accepted", "over")
NEED_SORTS = {"newest": "-posted_at", "ending": "expires_on", "budget": "-budget_max"}
PER_PAGE = 20
TAGS = 4


def open_needs() -> QuerySet[Need]:
    """What everybody may see, newest first."""
    return Need.objects.filter(state=OPEN).order_by("-posted_at", "-pk")


def filtered_needs(given: dict[str, str]) -> QuerySet[Need]:
    """Open needs narrowed by district, industry (division) and sorted; unknown values find none
    or are passed over."""
    rows = open_needs()
    if given.get("district"):
        rows = rows.filter(district=given["district"])
    if given.get("q"):
        rows = rows.filter(Q(title__icontains=given["q"]) | Q(description__icontains=given["q"]))
    return rows.order_by(NEED_SORTS.get(given.get("sort", ""), "-posted_at"), "-pk")


def needs_of(user: Any) -> QuerySet[Need]:
    """Needs of the organisations a person acts for, in any state, newest first."""
    return (
        Need.objects.filter(organisation__memberships__user_id=user.pk)
        .select_related("organisation")
        .order_by("-pk")
    )


def concept_tags(need: Need, limit: int | None = None) -> list[dict[str, Any]]:
    """The concepts that are on, as tags."""
    vocabulary, language = get_vocabulary(), content_language()
    off = set(need.concepts_off)
    ids = [row["concept"] for row in need.concepts if row["concept"] not in off]
    return [{"label": vocabulary.concept_label(pk, language)} for pk in ids[:limit]]


def public_card(need: Need) -> dict[str, Any]:
    """A card that names nobody."""
    return {
        "url": need.get_absolute_url(),
        "title": need.title,
        "title_lang": need.language,
        "summary": need.description,
        "summary_lang": need.language,
        "organisation": somebody_in(need.district),
        "tags": concept_tags(need, TAGS),
        "budget_min": need.budget_min,
        "budget_max": need.budget_max,
        "start_by": need.start_by,
        "posted": need.posted_at,
        "demo": need.is_demo,
    }


def introductions_of(own: set[int]) -> QuerySet[Introduction]:
    """Introductions that these organisations take part in, on either side."""
    return Introduction.objects.filter(
        Q(need__organisation_id__in=own) | Q(provider__organisation_id__in=own)
    ).select_related("need__organisation", "provider__organisation")


def in_box(box: str, own: set[int]) -> Q:
    """What is in one box: waiting for these organisations, asked by them, accepted, over."""
    manufacturer = Q(need__organisation_id__in=own)
    provider = Q(provider__organisation_id__in=own)
    asked_by_manufacturer = Q(asked_by=Introduction.Side.MANUFACTURER)
    if box == "waiting":
        asked = (asked_by_manufacturer & provider) | (~asked_by_manufacturer & manufacturer)
        return asked & Q(state=REQUESTED)
    if box == "asked":
        asked = (asked_by_manufacturer & manufacturer) | (~asked_by_manufacturer & provider)
        return asked & Q(state=REQUESTED)
    if box == "accepted":
        return Q(state=ACCEPTED)
    return Q(state__in=[DECLINED, WITHDRAWN, EXPIRED, CLOSED])


def box_counts(own: set[int]) -> dict[str, int]:
    """How many introductions each box holds, in one query."""
    counted = {box: Count("pk", filter=in_box(box, own)) for box in BOXES}
    return introductions_of(own).aggregate(**counted)


def introduction_row(introduction: Introduction, own: set[int]) -> dict[str, Any]:
    """One line of the list; a manufacturer that is not introduced yet is not named, and what is
    drafted after an introduction is not shown."""
    need = introduction.need
    named = need.organisation_id in own or introduction.state in (ACCEPTED, CLOSED)
    published = need.organisation_id in own or need.state not in UNPUBLISHED
    as_provider = introduction.provider.organisation_id in own
    manufacturer = str(need.organisation) if named else somebody_in(need.district)
    return {
        "introduction": introduction,
        "title": need.title if published else need.ref,
        "language": need.language,
        "other": manufacturer if as_provider else str(introduction.provider),
        "tone": TONES[introduction.state],
    }


def on_side(rows: QuerySet[Introduction], side: str, own: set[int]) -> QuerySet[Introduction]:
    """Those in which the person is on one side; all for an empty side."""
    if side == Introduction.Side.MANUFACTURER:
        return rows.filter(need__organisation_id__in=own)
    if side == Introduction.Side.PROVIDER:
        return rows.filter(provider__organisation_id__in=own)
    return rows
