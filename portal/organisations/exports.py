"""What people entered, to take away: the same columns that `load_providers` reads from CSV."""

import csv
from io import StringIO

from portal.foundation.exports import csv_cell
from portal.organisations.models import ProviderProfile

_OFFER = (
    "title_zh", "title_en", "description_zh", "description_en", "type", "price_from",
    "price_to", "days",
)  # fmt: skip


def profile_csv(profile: ProviderProfile) -> str:
    """One row with a heading; lists separated by ';'. Reads `profile.offers`."""
    organisation = profile.organisation
    row: dict[str, object] = {
        "uscc": organisation.uscc,
        "ref": organisation.ref,
        "kind": profile.kind,
        "name_zh": organisation.name_zh,
        "name_en": organisation.name_en,
        "summary_zh": profile.summary_zh,
        "summary_en": profile.summary_en,
        "capabilities": ";".join(profile.capabilities),
        "industries": ";".join(profile.industries),
        "tier": profile.tier_listed,
        "district": organisation.district,
        "latitude": organisation.latitude,
        "longitude": organisation.longitude,
        "languages": ";".join(profile.languages),
        "capacity": profile.capacity,
        "staff": profile.staff,
        "founded": profile.founded,
    }
    for number, offer in enumerate(profile.offers.all(), start=1):
        row |= {f"offer{number}_{name}": getattr(offer, name) for name in _OFFER}
    file = StringIO()
    writer = csv.DictWriter(file, list(row))
    writer.writeheader()
    writer.writerow({name: csv_cell(value) for name, value in row.items()})
    return file.getvalue()
