"""Adding, changing and deleting offers."""

from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.foundation import audit, permissions
from portal.organisations import checks, outdated, values
from portal.organisations.models import Offer, ProviderProfile

FIELDS = tuple(checks.OFFER)
_TEXT = ("title_zh", "title_en", "description_zh", "description_en")


def add_offer(
    *, actor: User | None, profile: ProviderProfile, **given: Unpack[checks.OfferValues]
) -> Offer:
    """A new offer at the end of the list.

    Raises ValidationError, PermissionDenied."""
    permissions.require(actor, "organisations.offer.edit", profile)
    offer = Offer(provider=profile, **checks.clean(checks.OFFER, given))
    _check(offer)
    with transaction.atomic():
        ProviderProfile.objects.select_for_update().get(pk=profile.pk)
        if profile.offers.count() >= values.OFFERS:
            raise ValidationError(
                gettext("At most %(limit)s offers are possible.") % {"limit": values.OFFERS}
            )
        last = profile.offers.aggregate(last=Max("position"))["last"]
        offer.position = 0 if last is None else last + 1
        offer.save()
        audit.record(actor, "organisations.offer.add", offer, after=described(offer))
        outdated.text_changed(profile.organisation)
    return offer


def update_offer(*, actor: User | None, offer: Offer, **given: Unpack[checks.OfferValues]) -> Offer:
    """Change an offer.

    Raises ValidationError, PermissionDenied."""
    permissions.require(actor, "organisations.offer.edit", offer)
    wanted = checks.clean(checks.OFFER, given)
    with transaction.atomic():
        offer = (
            Offer.objects.select_for_update(of=("self",))
            .select_related("provider__organisation")
            .get(pk=offer.pk)
        )
        before, after = checks.apply(offer, wanted)
        _check(offer)
        if after:
            offer.save()
            audit.record(actor, "organisations.offer.update", offer, before=before, after=after)
            if checks.changed(_TEXT, after):
                outdated.text_changed(offer.provider.organisation)
            else:
                outdated.facts_changed(offer.provider.organisation)
    return offer


def delete_offer(*, actor: User | None, offer: Offer) -> None:
    """Delete an offer; the audit keeps what it said.

    Raises PermissionDenied."""
    permissions.require(actor, "organisations.offer.edit", offer)
    with transaction.atomic():
        audit.record(actor, "organisations.offer.delete", offer, before=described(offer))
        outdated.text_changed(offer.provider.organisation)
        offer.delete()


def described(offer: Offer) -> dict[str, str | int | None]:
    """What an offer says, for the audit."""
    return {field: getattr(offer, field) for field in FIELDS}


def _check(offer: Offer) -> None:
    checks.require("title_zh", values.check_one_language, offer.title_zh, offer.title_en)
    checks.require("price_to", values.check_prices, offer.price_from, offer.price_to)
    if not offer.type:
        raise ValidationError({"type": gettext("Choose a type.")})
