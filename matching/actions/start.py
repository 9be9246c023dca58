"""A first need of a firm that is not here yet: both are made, or neither."""

from typing import Any

from django.db import transaction
from django.utils.crypto import get_random_string

from matching.actions import moves
from matching.actions.need import create_draft
from matching.content import Understanding, Words
from matching.models import Need
from matching.reading import main_language
from portal.organisations.actions.organisation import register_organisation

_REF_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@moves.action
def start_need(
    *,
    actor: Any,
    name: str,
    uscc: str,
    words: Words,
    understanding: Understanding,
    token: str,
) -> Need:
    """Register a firm by name at the need's district, with the actor as its owner, and write
    down its need. The same token gives the same need, and no second firm.

    Raises ValidationError, PermissionDenied."""
    if found := Need.objects.filter(created_by=actor, form_token=token).first():
        return found
    chinese = main_language(name) == "zh"
    with transaction.atomic():
        organisation = register_organisation(
            actor=actor,
            uscc=uscc,
            ref="" if uscc else f"firm-{get_random_string(8, _REF_CHARACTERS)}",
            district=understanding.district,
            name_zh=name if chinese else "",
            name_en="" if chinese else name,
        )
        need = create_draft(
            actor=actor,
            organisation=organisation,
            words=words,
            understanding=understanding,
            token=token,
        )
        if need.organisation_id != organisation.pk:
            # The same form got here first from another tab or a second press.
            transaction.set_rollback(True)
    return need
