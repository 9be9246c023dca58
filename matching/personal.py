"""What needs and introductions hold of a person. They are records of two organisations: the rows
stay, and the person in them is a number once the account is erased."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from matching.models import Introduction, Job, Need
from matching.states import ACCEPTED, DRAFT, MODERATION, OPEN, REQUESTED
from portal.accounts.models import User
from portal.foundation import registries
from portal.organisations.models import Organisation

WRITTEN = ("ref", "title", "description", "language", "state", "created", "organisation__key")


def register() -> None:
    """Tell whoever hands out, erases and closes."""
    registries.personal_data.register(registries.PersonalData("needs", 45, export, erase))
    registries.closing.register(registries.Closing("matching", 10, still_open))


def export(user: User) -> dict[str, Any]:
    """Needs the person wrote, and introductions they asked for or answered, with their words."""
    rows = Introduction.objects.filter(Q(requester=user) | Q(answered_by=user)).order_by("pk")
    return {
        "needs": list(Need.objects.filter(created_by=user).order_by("pk").values(*WRITTEN)),
        "introductions": [
            {
                "need": row.need.ref,
                "provider": str(row.provider),
                "state": row.state,
                "asked_by_me": row.requester_id == user.pk,
                "message": row.message if row.requester_id == user.pk else "",
                "reason": row.reason if row.answered_by_id == user.pk else "",
                "requested_at": row.requested_at,
                "answered_at": row.answered_at,
            }
            for row in rows.select_related("need", "provider__organisation")
        ],
    }


def erase(user: User) -> None:
    """Drafts nobody has seen go; what the other side has read stays."""
    alone = Need.objects.filter(created_by=user, state=DRAFT, introductions__isnull=True)
    alone.exclude(organisation__memberships__user__is_active=True).delete()


def still_open(organisation: Organisation) -> list[str]:
    """Needs, introductions and jobs that have to end before the organisation can be closed."""
    sides = Q(need__organisation=organisation) | Q(provider__organisation=organisation)
    counts = {
        gettext("open needs: %(count)s. Withdraw them first."): Need.objects.filter(
            organisation=organisation, state__in=[OPEN, MODERATION]
        ).count(),
        gettext("introductions that run: %(count)s. Answer or close them first."): (
            Introduction.objects.filter(sides, state__in=[REQUESTED, ACCEPTED]).count()
        ),
        gettext("jobs that run: %(count)s. Finish or cancel them first."): Job.objects.filter(
            Q(introduction__need__organisation=organisation)
            | Q(introduction__provider__organisation=organisation),
            ended_at__isnull=True,
        ).count(),
    }
    return [text % {"count": count} for text, count in counts.items() if count]
