"""Demo providers and factories, each step through the actions people use."""

from datetime import date, timedelta

from portal.accounts.models import User
from portal.demo.rows import DemoManufacturer, DemoProvider
from portal.organisations import actions
from portal.organisations.models import Organisation, ProviderProfile

RECOGNISED_FOR = timedelta(days=3 * 365)


def ensure_provider(row: DemoProvider, *, owner: User | None, moderator: User, day: date) -> bool:
    """Register, describe, list and verify one provider; False where it is there already."""
    if Organisation.objects.filter(key=row.key).exists():
        return False
    organisation = actions.register_organisation(
        actor=None,
        uscc=row.uscc,
        ref=row.ref,
        kind=row.kind,
        owner=owner,
        is_demo=True,
        name_zh=row.name_zh,
        name_en=row.name_en,
        district=row.district,
        contact_name="演示联系人",
        contact_email=f"{row.key.lower()}@demo.example",
        contact_phone="0574-0000 0000",
    )
    profile = actions.save_profile(
        actor=None,
        organisation=organisation,
        kind=row.kind,
        summary_zh=row.summary_zh,
        summary_en=row.summary_en,
        industries=row.industries,
        languages=row.languages,
        capacity=row.capacity,
        staff=row.staff,
        founded=row.founded,
    )
    for offer in row.offers:
        actions.add_offer(actor=None, profile=profile, **offer.model_dump())
    if row.tier != "registered":
        issued = day - timedelta(days=200)
        actions.record_recognition(
            actor=None,
            organisation=organisation,
            tier=row.tier,
            issued_on=issued,
            expires_on=issued + RECOGNISED_FOR,
        )
    actions.list_profile(actor=None, profile=profile)
    _verify(profile, row.verification, moderator)
    return True


def ensure_manufacturer(row: DemoManufacturer, *, owner: User | None) -> Organisation:
    """The factory, registered where missing."""
    organisation = Organisation.objects.filter(key=row.uscc).first()
    return organisation or actions.register_organisation(
        actor=None,
        uscc=row.uscc,
        owner=owner,
        is_demo=True,
        name_zh=row.name_zh,
        name_en=row.name_en,
        district=row.district,
        contact_name="演示联系人",
        contact_email=f"{row.uscc.lower()}@demo.example",
        contact_phone="0574-0000 0000",
    )


def _verify(profile: ProviderProfile, verification: str, moderator: User) -> None:
    if verification == "unverified":
        return
    profile = actions.request_verification(actor=None, profile=profile)
    if verification == "verified":
        actions.verify_provider(actor=moderator, profile=profile)
