"""The providers file: every row checked first, all or nothing, twice the same as once."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from portal.foundation.models import AuditEntry, OutboxRow
from portal.organisations.exports import profile_csv
from portal.organisations.models import Offer, Organisation, ProviderProfile, Recognition
from tests.factories import make_provider, make_uscc, make_user
from tests.organisations.rows import row, write_lines

pytestmark = pytest.mark.django_db


def load(path: Path, **options: Any) -> str:
    """What the command says on stderr."""
    out = StringIO()
    call_command("load_providers", str(path), stderr=out, **options)
    return out.getvalue()


def refused(path: Path, **options: Any) -> list[str]:
    """The `line N: …` lines of a load that fails."""
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("load_providers", str(path), stderr=out, **options)
    return [line for line in out.getvalue().splitlines() if line.startswith("line ")]


def test_a_row_is_stored_whole_listed_and_verified(tmp_path: Path) -> None:
    load(write_lines(tmp_path / "p.jsonl", [row(1)]))
    profile = ProviderProfile.objects.select_related("organisation").get()
    organisation = profile.organisation
    assert organisation.key == organisation.uscc == make_uscc(1)
    assert (organisation.name_zh, organisation.name_en) == ("甬联智造1", "Yonglian 1")
    assert (organisation.latitude, organisation.longitude) == (29.82, 121.55)
    assert not organisation.uscc_check_failed
    assert profile.listed
    assert profile.verified
    assert profile.tier_listed == "little_giant"
    assert profile.industries == ["C33", "C3311"]
    assert profile.capabilities == ["OPC UA", "数据采集"]
    assert (profile.capacity, profile.staff, profile.founded) == (3, 40, 2015)
    offer = profile.offers.get()
    assert (offer.title_zh, offer.type, offer.price_from, offer.price_to, offer.days) == (
        "采集网关",
        "intelligent_equipment",
        10000,
        50000,
        20,
    )
    recognition = organisation.recognitions.get()
    assert (recognition.tier, recognition.source) == ("little_giant", "imported")


def test_loading_twice_changes_nothing(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "p.jsonl", [row(1), row(2, tier="registered", offers=[])])
    load(path)
    audits = AuditEntry.objects.count()
    requested = list(OutboxRow.objects.order_by("pk").values_list("target", "key", "requested"))
    changed = list(ProviderProfile.objects.order_by("pk").values_list("changed", flat=True))
    offers = list(Offer.objects.order_by("pk").values_list("pk", flat=True))
    assert "0 created, 0 updated, 2 unchanged" in load(path)
    assert AuditEntry.objects.count() == audits
    assert requested == list(
        OutboxRow.objects.order_by("pk").values_list("target", "key", "requested")
    )
    assert changed == list(ProviderProfile.objects.order_by("pk").values_list("changed", flat=True))
    assert offers == list(Offer.objects.order_by("pk").values_list("pk", flat=True))


def test_loading_again_updates_what_differs_and_keeps_the_ids_of_offers(tmp_path: Path) -> None:
    load(write_lines(tmp_path / "a.jsonl", [row(1), row(2)]))
    kept = Offer.objects.get(provider__organisation__key=make_uscc(1)).pk
    offers = [*row(1)["offers"], {"title": {"zh": "培训"}, "type": "training"}]
    offers[0] = {**offers[0], "price_to": 60000}
    changed = row(1, offers=offers, tier="innovative_sme", capacity=5)
    said = load(write_lines(tmp_path / "b.jsonl", [changed, row(2)]))
    assert "0 created, 1 updated, 1 unchanged" in said
    profile = ProviderProfile.objects.get(organisation__key=make_uscc(1))
    assert [(o.pk == kept, o.price_to) for o in profile.offers.all()] == [
        (True, 60000),
        (False, None),
    ]
    assert profile.tier_listed == "innovative_sme"
    assert [r.tier for r in profile.organisation.recognitions.all()] == ["innovative_sme"]
    entry = AuditEntry.objects.filter(verb="organisations.provider.load").latest("id")
    assert entry.after is not None
    assert (entry.before or {})["capacity"] == 3
    assert entry.after["capacity"] == 5


def test_fewer_offers_take_the_others_away(tmp_path: Path) -> None:
    load(write_lines(tmp_path / "a.jsonl", [row(1)]))
    load(write_lines(tmp_path / "b.jsonl", [row(1, offers=[], tier="registered")]))
    assert not Offer.objects.exists()
    assert not Recognition.objects.exists()
    assert ProviderProfile.objects.get().tier_listed == "registered"


def test_a_file_takes_over_a_profile_somebody_made_here(tmp_path: Path) -> None:
    profile = make_provider(listed=False)
    key = profile.organisation.key
    load(write_lines(tmp_path / "a.jsonl", [row(1, uscc=key)]))
    profile.refresh_from_db()
    assert profile.listed
    assert profile.verified
    assert profile.organisation.memberships.count() == 1


BAD = {
    "no JSON": ("{", "no JSON"),
    "no object": ("[1]", "a JSON object is wanted"),
    "NaN": ('{"latitude": NaN}', "NaN is no number"),
    "no UTF-8": (b"\xff\xfe{}", "no UTF-8 text"),
    "deep": ("[" * 100_000, "no JSON"),
    "uscc shape": (row(uscc="123"), "uscc: “123” is no unified social credit code"),
    "uscc letter": (row(uscc="91330200MA000000OI"), "uscc: "),
    "no key": (row(uscc=None, kind="collective"), "uscc or ref is missing"),
    "provider without code": (row(uscc="", ref="x"), "uscc is missing"),
    "kind": (row(kind="firm"), "kind: “firm” is no kind"),
    "no name": (row(name={"zh": "", "en": " "}), "name: Write this in Chinese or in English"),
    "name as text": (row(name="Yonglian"), "name: an object is wanted"),
    "no summary": (row(summary={}), "summary: Write this"),
    "NUL": (row(summary={"zh": "a\u0000b"}), "summary: This text has a control character"),
    "right to left": (row(name={"en": "abc\u202ecba"}), "name: This text has invisible marks"),
    "1 MB": (row(summary={"en": "x" * 1_000_000}), "summary: This text has 1000000 characters"),
    "broken character": (row(name={"en": "\ud800"}), "name: This text has a broken character"),
    "industry": (row(industries=["Z99"]), "industries: “Z99” is no industry"),
    "industry of another section": (row(industries=["C99"]), "industries: “C99” is no industry"),
    "tier": (row(tier="champion"), "tier: “champion” is no tier"),
    "district": (row(district="999999"), "district: “999999” is no district"),
    "language": (row(languages=["fr"]), "languages: “fr” is no working language"),
    "one coordinate": (row(longitude=None), "Latitude and longitude go together"),
    "latitude": (row(latitude=129.8), "129.8 is no position"),
    "capacity": (row(capacity=-1), "capacity: -1 is less than 0"),
    "capacity as word": (row(capacity="three"), "capacity: "),
    "capacity as flag": (row(capacity=True), "capacity: a number is wanted"),
    "staff": (row(staff=10**30), "staff: "),
    "founded": (row(founded=3015), "founded: 3015 is no year of foundation"),
    "offer type": (
        row(offers=[{"title": {"en": "x"}, "type": "magic"}]),
        "offers[1].type: “magic” is no type of offer",
    ),
    "negative price": (
        row(offers=[{"title": {"en": "x"}, "type": "training", "price_from": -5}]),
        "offers[1].price_from: -5 is less than 0",
    ),
    "prices in the wrong order": (
        row(offers=[{"title": {"en": "x"}, "type": "training", "price_from": 9, "price_to": 5}]),
        "offers[1]: The price range ends (5) below where it begins (9)",
    ),
    "offer without title": (row(offers=[{"title": {}, "type": "training"}]), "offers[1].title: "),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_named_with_its_line_and_nothing_is_stored(tmp_path: Path, case: str) -> None:
    bad, reason = BAD[case]
    if isinstance(bad, dict):
        bad = json.dumps(bad)
    path = write_lines(tmp_path / "p.jsonl", [row(5), "", bad])
    (line,) = refused(path)
    assert line.startswith("line 3: ")
    assert reason in line
    assert len(line) < 500
    assert line.isprintable()
    assert not Organisation.objects.exists()


def test_skip_bad_stores_the_good_rows_and_still_names_the_others(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "p.jsonl", [row(1), "{", row(2, capacity=-1), row(3)])
    said = load(path, skip_bad=True).splitlines()
    assert [line.partition(":")[0] for line in said if line.startswith("line")] == [
        "line 2",
        "line 3",
    ]
    assert sorted(Organisation.objects.values_list("key", flat=True)) == sorted(
        [make_uscc(1), make_uscc(3)]
    )


def test_a_key_twice_in_a_file_is_named_with_the_first_line(tmp_path: Path) -> None:
    assert refused(write_lines(tmp_path / "p.jsonl", [row(1), row(2), row(1)])) == [
        f"line 3: {make_uscc(1)} is already on line 1"
    ]


def test_a_reference_belongs_to_one_organisation_for_ever(tmp_path: Path) -> None:
    collective = row(kind="collective", uscc=None, ref="yj-tooling")
    load(write_lines(tmp_path / "a.jsonl", [collective]))
    assert Organisation.objects.get().key == "yj-tooling"
    assert refused(write_lines(tmp_path / "b.jsonl", [row(2, ref="yj-tooling")])) == [
        "line 1: ref: yj-tooling belongs to yj-tooling"
    ]


def test_a_wrong_check_digit_is_loaded_and_flagged(tmp_path: Path) -> None:
    load(write_lines(tmp_path / "p.jsonl", [row(uscc="91350211M00013FA1N")]))
    organisation = Organisation.objects.get()
    assert organisation.uscc_flagged
    assert organisation.provider.verified


def test_old_district_codes_become_todays_and_other_cities_are_allowed(tmp_path: Path) -> None:
    districts = ["330283", "330204", "310115"]
    rows = [row(n, district=code) for n, code in enumerate(districts, start=1)]
    load(write_lines(tmp_path / "p.jsonl", rows))
    assert list(Organisation.objects.order_by("pk").values_list("district", flat=True)) == [
        "330213",
        "330212",
        "310115",
    ]


def test_unknown_fields_are_told_and_left_out(tmp_path: Path) -> None:
    said = load(write_lines(tmp_path / "p.jsonl", [row(1, website="x")]))
    assert "field 'website' is not known and was left out (1 rows)" in said


def test_csv_and_xlsx_carry_the_same_fields(tmp_path: Path) -> None:
    flat = {
        "uscc": make_uscc(1),
        "kind": "provider",
        "name_zh": "甬联智造1",
        "name_en": "Yonglian 1",
        "summary_zh": "设备联网。",
        "summary_en": "Machine data.",
        "capabilities": "OPC UA;数据采集",
        "industries": "C33；C3311",
        "tier": "little_giant",
        "district": 330212,
        "latitude": 29.82,
        "longitude": 121.55,
        "languages": "zh;en",
        "capacity": 3,
        "staff": 40,
        "founded": 2015,
        "offer1_title_zh": "采集网关",
        "offer1_title_en": "Gateway",
        "offer1_description_zh": "即插即用。",
        "offer1_type": "intelligent_equipment",
        "offer1_price_from": 10000,
        "offer1_price_to": 50000,
        "offer1_days": 20,
        "offer2_title_zh": None,
    }
    load(write_lines(tmp_path / "p.jsonl", [row(1)]))
    for encoding in ("utf-8-sig", "gb18030"):
        with (tmp_path / "p.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(flat))
            writer.writeheader()
            writer.writerow(flat)
        assert "0 created, 0 updated, 1 unchanged" in load(tmp_path / "p.csv")
    book = Workbook()
    book.active.append(list(flat))
    book.active.append(list(flat.values()))
    book.save(tmp_path / "p.xlsx")
    assert "0 created, 0 updated, 1 unchanged" in load(tmp_path / "p.xlsx")


def test_bad_rows_of_csv_are_named_by_the_line_they_begin_on(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(
        "uscc,kind,name_zh,summary_zh,district\n"
        f'{make_uscc(1)},provider,甲,"两\n行",330212\n'
        f"{make_uscc(2)},firm,乙,丙,330212\n"
        f"{make_uscc(3)},provider,乙,丙,330212,more\n"
        f'{make_uscc(4)},provider,"open,丙,330212\n',
        encoding="utf-8",
    )
    lines = refused(path)
    assert [line[:8] for line in lines] == ["line 4: ", "line 5: ", "line 6: "]
    assert "6 cells under 5 column names" in lines[1]
    assert "no CSV from here on" in lines[2]


def test_an_exported_profile_loads_again_unchanged(tmp_path: Path) -> None:
    load(write_lines(tmp_path / "p.jsonl", [row(1)]))
    path = tmp_path / "own.csv"
    path.write_text(profile_csv(ProviderProfile.objects.get()), encoding="utf-8-sig", newline="")
    assert "0 created, 0 updated, 1 unchanged" in load(path)


@pytest.mark.parametrize("name", ["missing.jsonl", "missing.csv", "missing.xlsx"])
def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match=r"missing\.\w+: No such file"):
        load(tmp_path / name)


def test_a_file_that_is_no_workbook_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "p.xlsx").write_text("hello")
    with pytest.raises(CommandError, match="no XLSX file"):
        load(tmp_path / "p.xlsx")


def test_only_officers_and_the_system_load(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "p.jsonl", [row(1)])
    person, officer = make_user(), make_user(roles=("officer",))
    with pytest.raises(CommandError, match="may not load providers"):
        load(path, email=person.email)
    with pytest.raises(CommandError, match="Nobody with the address"):
        load(path, email="nobody@example.com")
    load(path, email=officer.email)
    assert AuditEntry.objects.get(verb="organisations.provider.load").actor == officer


def test_what_is_loaded_is_asked_to_be_read_and_indexed(tmp_path: Path) -> None:
    load(write_lines(tmp_path / "p.jsonl", [row(1), row(2)]))
    targets = set(
        OutboxRow.objects.filter(kind="provider", key=make_uscc(2)).values_list("target", flat=True)
    )
    assert "reading" in targets
    assert any(target.startswith("index:") for target in targets)
