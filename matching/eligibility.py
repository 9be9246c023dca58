"""Who may be matched with a need, asked of the database: the same constraints as
`matching.engine.eligibility`, which a test holds equal on generated rows.

Exclusions are judged on the words of offers, which a database can't: they are left to the
predicate, so this queryset holds every provider that the predicate lets through, and with a need
that has exclusions possibly more."""

from datetime import date

from django.db.models import (
    Case,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import ASin, Cast, Coalesce, Cos, Least, Power, Radians, Sin, Sqrt

from matching.engine.types import Place
from matching.models import Need
from portal.organisations.models import Organisation, ProviderProfile, Recognition
from portal.organisations.queries import visible_providers
from portal.vocabulary import get_vocabulary
from search.geo import EARTH_RADIUS_KM


def place_of(organisation: Organisation) -> Place | None:
    """Where an organisation is: its own coordinates, else its district's centre; None for a
    district outside the city."""
    if organisation.latitude is not None and organisation.longitude is not None:
        return Place(organisation.latitude, organisation.longitude)
    return district_place(organisation.district)


def district_place(code: str) -> Place | None:
    """The centre of a district of the city; None elsewhere."""
    district = get_vocabulary().district(code)
    return Place(district.latitude, district.longitude) if district else None


def need_place(need: Need) -> Place | None:
    """Where the work is: the organisation's coordinates where it lies in the district the need
    names, else that district's centre."""
    if need.organisation.district == need.district or not need.district:
        return place_of(need.organisation)
    return district_place(need.district)


def eligible_providers(need: Need, on: date) -> QuerySet[ProviderProfile]:
    """Listed providers that meet the need's constraints of tier, distance, languages and offer
    types on a day."""
    rows = visible_providers()
    vocabulary = get_vocabulary()
    if need.tier_at_least:
        rows = rows.filter(_holds(vocabulary.tier_rank(need.tier_at_least), on))
    if need.max_distance_km is not None:
        rows = _within(rows, need_place(need), need.max_distance_km)
    for code in need.languages:
        # SQLite has no containment in JSON lists; codes hold no quotes, so their text will do.
        rows = rows.alias(spoken=Cast("languages", TextField())).filter(
            spoken__contains=f'"{code}"'
        )
    if need.offer_types:
        offering = ProviderProfile.objects.filter(offers__type__in=need.offer_types)
        rows = rows.filter(pk__in=offering.values("pk"))
    return rows


def _holds(rank: int, on: date) -> Q:
    """A recognition of this rank or above is valid on the day."""
    tiers = [tier.key for tier in get_vocabulary().tiers if tier.rank >= rank]
    if rank <= 0:
        return Q()
    valid = Recognition.objects.filter(
        Q(issued_on__isnull=True) | Q(issued_on__lte=on),
        Q(expires_on__isnull=True) | Q(expires_on__gte=on),
        organisation=OuterRef("organisation"),
        tier__in=tiers,
    )
    return Q(Exists(valid))


def _within(
    rows: QuerySet[ProviderProfile], place: Place | None, km: int
) -> QuerySet[ProviderProfile]:
    """Rows whose place is known and lies within the distance."""
    if place is None:
        return rows.none()
    vocabulary = get_vocabulary()
    known = (*vocabulary.districts, vocabulary.city)
    exact = Q(organisation__latitude__isnull=False, organisation__longitude__isnull=False)
    located = rows.alias(
        latitude=_coordinate("latitude", exact, [(d.code, d.latitude) for d in known]),
        longitude=_coordinate("longitude", exact, [(d.code, d.longitude) for d in known]),
    )
    half = Power(Sin((Radians(F("latitude")) - Radians(Value(place.latitude))) / 2), 2) + (
        Cos(Radians(Value(place.latitude)))
        * Cos(Radians(F("latitude")))
        * Power(Sin((Radians(F("longitude")) - Radians(Value(place.longitude))) / 2), 2)
    )
    length = Value(2 * EARTH_RADIUS_KM) * ASin(Sqrt(Least(half, Value(1.0))))
    return located.filter(latitude__isnull=False).alias(km=length).filter(km__lte=km)


def _coordinate(name: str, exact: Q, centres: list[tuple[str, float]]) -> Combinable:
    """The organisation's own coordinate where it has both, else its district's, else null."""
    by_district = Case(
        *(When(organisation__district=code, then=Value(degrees)) for code, degrees in centres),
        default=None,
        output_field=FloatField(),
    )
    own = Case(When(exact, then=F(f"organisation__{name}")), output_field=FloatField())
    return Coalesce(own, by_district)
