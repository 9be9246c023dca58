"""Whose contacts the two sides of an accepted introduction see: of those who agreed to it."""

from typing import Any

from matching.models import Introduction
from matching.people import contacts_of, is_member, members, organisation_on
from portal.accounts.consent import consenting, has_consented
from portal.accounts.models import Consent

CONTACTS = Consent.Purpose.CONTACTS


def shared_contact(introduction: Introduction, side: str) -> dict[str, str] | None:
    """The contact of one side; None where nobody there agrees to sharing it.

    It is for whoever asked or answered to agree. Where that was the portal, or somebody who has
    left since, it is for any member."""
    organisation = organisation_on(introduction, side)
    acting = introduction.answered_by
    if side == introduction.asked_by:
        acting = introduction.requester
    if acting is not None and acting.is_active and is_member(acting, organisation.pk):
        agreeing = acting if has_consented(acting, CONTACTS) else None
    else:
        agreeing = consenting(members(organisation), CONTACTS).first()
    return contacts_of(organisation, [agreeing]) if agreeing else None


def contact_rows(introduction: Introduction, own: set[str]) -> list[dict[str, Any]]:
    """One row a side for the page: the contact, or that it is hidden, and whether it is one's own
    side that could change that."""
    rows: list[dict[str, Any]] = []
    for side in Introduction.Side.values:
        found = shared_contact(introduction, side)
        row = {"side": side, "organisation": organisation_on(introduction, side)}
        rows.append({**row, "hidden": found is None, "own": side in own, **(found or {})})
    return rows
