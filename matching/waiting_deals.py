"""What waits for both sides of a deal: proposals to answer or to finish, agreements to consent to;
who may read the files of proposals, and what deals hold of a person."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.models import Agreement, Consent, Introduction, Proposal, ProposalFile
from matching.people import own_organisation_ids
from matching.states import ACCEPTED, AWAITING_CONSENT, DRAFT, OFFERED
from matching.waiting import end_of
from portal.foundation import files, permissions, registries
from portal.foundation.desk import MOST
from portal.foundation.registries import PersonalData, Waiting, WaitingItem

Side = Introduction.Side


def register() -> None:
    """Add this part of the desk."""
    add = registries.waiting.register
    add(Waiting("agreements", 20, _("Agreements to consent to"), agreements_to_consent))
    add(Waiting("proposals", 25, _("Proposals to answer"), proposals_to_answer))
    add(Waiting("proposal-drafts", 53, _("Proposals not offered yet"), drafts))
    files.register_reader("proposals", may_read_file)
    registries.personal_data.register(PersonalData("deals", 50, export, erase))


def _on_side(side: str, own: set[int]) -> Q:
    """Rows of introductions in which these organisations are on a side."""
    if side == Side.MANUFACTURER:
        return Q(introduction__need__organisation_id__in=own)
    return Q(introduction__provider__organisation_id__in=own)


def proposals_to_answer(user: Any) -> list[WaitingItem]:
    """Live proposals of the other side, those that lapse first before the others."""
    own = own_organisation_ids(user)
    answering = Q(side=Side.PROVIDER) & _on_side(Side.MANUFACTURER, own)
    answering |= Q(side=Side.MANUFACTURER) & _on_side(Side.PROVIDER, own)
    rows = (
        Proposal.objects.filter(answering, state=OFFERED, introduction__state=ACCEPTED)
        .select_related("introduction__need")
        .order_by("valid_until", "pk")
    )
    return [
        WaitingItem(
            title=gettext("Version %(number)s for “%(need)s”")
            % {"number": row.number, "need": row.introduction.need.title},
            url=row.get_absolute_url(),
            since=row.offered_at,
            due=end_of(row.valid_until),
        )
        for row in rows[:MOST]
        if row.offered_at
    ]


def agreements_to_consent(user: Any) -> list[WaitingItem]:
    """Agreements to which one's own side has not consented."""
    own = own_organisation_ids(user)
    missing: Any = Q()
    for side in Side.values:
        given = Consent.objects.filter(agreement=OuterRef("pk"), side=side)
        missing |= _on_side(side, own) & ~Exists(given)
    rows = (
        Agreement.objects.filter(missing, state=AWAITING_CONSENT)
        .select_related("introduction__need")
        .defer("text")
        .order_by("created", "pk")
    )
    return [
        WaitingItem(
            title=gettext("%(ref)s about “%(need)s”")
            % {"ref": row.ref, "need": row.introduction.need.title},
            url=row.get_absolute_url(),
            since=row.created,
        )
        for row in rows[:MOST]
    ]


def drafts(user: Any) -> list[WaitingItem]:
    """Proposals that one's own side began and never offered."""
    own = own_organisation_ids(user)
    mine = Q(side=Side.PROVIDER) & _on_side(Side.PROVIDER, own)
    mine |= Q(side=Side.MANUFACTURER) & _on_side(Side.MANUFACTURER, own)
    rows = (
        # Beside a job no other version can be offered.
        Proposal.objects.filter(
            mine, state=DRAFT, introduction__state=ACCEPTED, introduction__job=None
        )
        .select_related("introduction__need")
        .order_by("pk")
    )
    return [
        WaitingItem(row.introduction.need.title, row.get_absolute_url(), row.created)
        for row in rows[:MOST]
    ]


def may_read_file(user: Any, row: files.StoredFile) -> bool:
    """Who may read a proposal may read its files."""
    attached = ProposalFile.objects.filter(file=row).select_related(
        "proposal__introduction__need", "proposal__introduction__provider"
    )
    return any(
        permissions.allowed(user, "matching.proposal.read", one.proposal)
        or "author_side" in permissions.roles_of(user, one.proposal)
        for one in attached
    )


def export(user: Any) -> dict[str, Any]:
    """Proposals a person wrote, and agreements they consented to."""
    terms = ("number", "state", "scope", "price", "days", "valid_until", "created", "offered_at")
    return {
        "proposals": list(
            Proposal.objects.filter(author=user)
            .order_by("pk")
            .values("introduction__need__ref", *terms)
        ),
        "consents": list(
            Consent.objects.filter(user=user)
            .order_by("pk")
            .values("agreement__ref", "side", "name", "digest", "at")
        ),
    }


def erase(user: Any) -> None:
    """Take the person out of what both firms keep. Who consented to an agreement stays with it by
    name, as both firms have to be able to prove it for as long as claims from it last."""
    Proposal.objects.filter(author=user).update(author=None)
    Proposal.objects.filter(answered_by=user).update(answered_by=None)
    Consent.objects.filter(user=user).update(user=None)
