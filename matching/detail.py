"""What the page of one need or introduction shows to whom."""

from typing import Any

from django.utils.translation import gettext

from matching.actions.moves import REFUSED
from matching.contacts import CONTACTS, contact_rows
from matching.listing import TONES, concept_tags
from matching.models import Introduction, Need
from matching.people import (
    describe_actor,
    district_label,
    may_name_manufacturer,
    may_read_words,
    own_providers,
    sides_of,
    somebody_in,
    was_introduced,
)
from matching.results import results_context
from matching.states import ACCEPTED, DRAFT, EXPIRED, MODERATION, OPEN, REQUESTED, WITHDRAWN, move
from matching.talk.reading import unread_in
from portal.accounts.consent import has_consented
from portal.foundation import audit, permissions
from portal.foundation.text import content_language
from portal.vocabulary import get_vocabulary

Side = Introduction.Side
STAFF = {"officer", "moderator"}


def is_staff(user: Any) -> bool:
    """Does this person read every need for the city?"""
    return permissions.is_superuser(user) or bool(permissions.general_roles(user) & STAFF)


def timeline(obj: Any, viewer: Any) -> list[dict[str, Any]]:
    """The audit trail in words, oldest first; attempts that came too late only for the city."""
    rows = []
    for entry in audit.trail(obj):
        refused = entry.verb.endswith(REFUSED)
        if refused and not is_staff(viewer):
            continue
        who = describe_actor(entry, viewer, obj)
        title = gettext(move(entry.verb.removesuffix(REFUSED)).happened) % {"who": who}
        if refused:
            title = gettext("Refused: %(what)s") % {"what": title}
        state = (entry.after or {}).get("state", "")
        rows.append(
            {
                "when": entry.at,
                "title": title,
                "text": _note(entry.note),
                "tone": "warn" if refused else TONES.get(state, "neutral"),
            }
        )
    return rows


def _note(note: str) -> str:
    """A side by its name, as whoever consents notes it; else the words as they were written."""
    return str(Side(note).label) if note in Side.values else note


def need_context(need: Need, user: Any) -> dict[str, Any]:
    """Everything the page of a need shows this person."""
    named = may_name_manufacturer(user, need)
    owner = "manufacturer_member" in permissions.roles_of(user, need)
    context = {
        "need": need,
        "organisation": str(need.organisation) if named else somebody_in(need.district),
        "named": named,
        "owner": owner,
        "staff": is_staff(user),
        "tone": TONES[need.state],
        **_facts(need),
    }
    context["may_read_questions"] = user.is_authenticated and permissions.allowed(
        user, "matching.question.read", need
    )
    if owner or context["staff"]:
        context["timeline"] = timeline(need, user)
        context["introductions"] = need.introductions.select_related("provider__organisation")
        context.update(results_context(need, user))
    if owner:
        context["steps"] = _steps(need)
    elif user.is_authenticated:
        context.update(_as_provider(need, user))
    return context


def _facts(need: Need) -> dict[str, Any]:
    vocabulary, language = get_vocabulary(), content_language()
    tier = vocabulary.tier(need.tier_at_least) if need.tier_at_least else None
    types = [vocabulary.offer_type(key) for key in need.offer_types]
    ruled_out = [vocabulary.exclusion(key) for key in need.exclusions]
    words = {"zh": gettext("Chinese"), "en": gettext("English")}
    return {
        "tags": concept_tags(need),
        "district": district_label(need.district),
        "industries": [vocabulary.industry_label(code, language) for code in need.industries],
        "tier": tier.label(language) if tier else "",
        "offer_types": [row.label(language) for row in types if row],
        "exclusions": [row.label(language) for row in ruled_out if row],
        "languages": [words[code] for code in need.languages],
    }


def _steps(need: Need) -> list[str]:
    if need.state in (WITHDRAWN, EXPIRED):
        return ["again"] if was_introduced(need) else ["reopen", "again"]
    offered = {
        DRAFT: ["edit", "post", "withdraw"],
        MODERATION: ["withdraw"],
        OPEN: ["edit", "extend", "withdraw"],
    }
    return offered[Need.State(need.state).value]


def _as_provider(need: Need, user: Any) -> dict[str, Any]:
    own = list(own_providers(user).exclude(organisation_id=need.organisation_id))
    rows = Introduction.objects.filter(need=need, provider__in=own).select_related(
        "provider__organisation"
    )
    mine = list(rows)
    busy = {row.provider_id for row in mine if row.state in (REQUESTED, ACCEPTED)}
    free = [row for row in own if row.pk not in busy]
    return {
        "own_providers": own,
        "own_introductions": mine,
        "can_ask": bool(free) and need.state == OPEN,
    }


def introduction_context(introduction: Introduction, user: Any) -> dict[str, Any]:
    """Everything the page of an introduction shows this person; contacts only when accepted,
    and only to the two sides."""
    need, provider = introduction.need, introduction.provider
    roles = permissions.roles_of(user, introduction)
    named = may_name_manufacturer(user, need)
    context: dict[str, Any] = {
        "introduction": introduction,
        "need": need,
        "provider": provider,
        "manufacturer": str(need.organisation) if named else somebody_in(need.district),
        "district": district_label(need.district),
        "words_shown": may_read_words(user, need),
        "tone": TONES[introduction.state],
        "sides": sides_of(user, introduction),
        "timeline": timeline(introduction, user),
        "may_answer": introduction.state == REQUESTED and "asked_side" in roles,
        "may_withdraw": introduction.state == REQUESTED and "asking_side" in roles,
        "may_close": introduction.state == ACCEPTED and bool(roles & {"asked_side", "asking_side"}),
    }
    if permissions.allowed(user, "matching.thread.read", introduction):
        context["talk"] = True
        context["unread_messages"] = unread_in(introduction, user)
    if permissions.allowed(user, "matching.introduction.contacts", introduction):
        context["contacts"] = contact_rows(introduction, context["sides"])
    context["shares_contacts"] = has_consented(user, CONTACTS)
    return context
