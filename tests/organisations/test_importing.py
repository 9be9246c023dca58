"""A profile from a spreadsheet: every fault by row and column, nothing stored unseen, undone for a
day."""

import csv
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from portal.organisations.actions import importing as actions
from portal.organisations.importing import reading, template
from portal.organisations.importing.columns import letters, place_of
from portal.organisations.importing.snapshots import digest, snapshot
from portal.organisations.models import ProfileImport, ProviderProfile
from tests.factories import make_offer, make_provider, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile() -> ProviderProfile:
    made = make_provider(
        offers=0, capabilities=["联网", "OEE"], industries=["C33"], languages=["zh"], capacity=2
    )
    make_offer(made, title_zh="采集网关", title_en="", price_from=20_000, price_to=80_000, days=30)
    make_offer(made, title_zh="看板", title_en="Board", price_from=None, price_to=None, days=None)
    return made


def owner(profile: ProviderProfile) -> Any:
    return profile.organisation.memberships.get().user


def csv_file(rows: list[list[object]], name: str = "profile.csv") -> SimpleUploadedFile:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode())


def xlsx_file(rows: list[list[object]], name: str = "profile.xlsx") -> SimpleUploadedFile:
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return SimpleUploadedFile(name, file.getvalue())


def take(profile: ProviderProfile, upload: SimpleUploadedFile, **given: Any) -> ProfileImport:
    wanted = reading.read_upload(upload, profile)
    assert wanted.faults == []
    user = owner(profile)
    row = actions.show_import(actor=user, profile=profile, name="a.csv", wanted=wanted.values)
    return actions.take_over(actor=user, row=row, seen=digest(snapshot(profile)), **given)


def said(profile: ProviderProfile) -> dict[str, Any]:
    return snapshot(ProviderProfile.objects.get(pk=profile.pk))


# reading


def test_the_template_says_what_is_there_and_changes_nothing(profile: ProviderProfile) -> None:
    for name, made in (("a.csv", template.as_csv), ("a.xlsx", template.as_xlsx)):
        wanted = reading.read_upload(SimpleUploadedFile(name, made(profile)), profile)
        assert (wanted.faults, wanted.notes) == ([], [])
        assert wanted.values == said(profile), name


def test_the_template_has_headings_in_both_languages_and_an_example(
    profile: ProviderProfile,
) -> None:
    sheet = load_workbook(BytesIO(template.as_xlsx(profile))).active
    heading = [cell.value for cell in sheet[1]]
    assert "capacity · 同时能做几单 · Jobs at once" in heading
    assert "offer2_days · 服务2 工期（天） · Offer 2: Days it takes" in heading
    assert str(sheet["A2"].value).startswith("#")
    assert sheet["A3"].value == profile.organisation.uscc


def test_columns_that_are_not_in_the_file_stay_and_empty_ones_are_emptied(
    profile: ProviderProfile,
) -> None:
    before = said(profile)
    take(profile, csv_file([["uscc", "capacity", "capabilities"], ["", "", "扭矩;拧紧"]]))
    after = said(profile)
    changed = {"capacity": None, "capabilities": ["扭矩", "拧紧"]}
    assert after == {"profile": {**before["profile"], **changed}, "offers": before["offers"]}


FAULTS = [
    (["capacity"], ["many"], "capacity", "A2", "whole number"),
    (["capacity"], ["-3"], "capacity", "A2", "less than 0"),
    (["staff", "founded"], ["5", "3000"], "founded", "B2", "no year of foundation"),
    (["kind"], ["shop"], "kind", "A2", "is no kind"),
    (["industries"], ["C33;Z99"], "industries", "A2", "is no industry"),
    (["languages"], ["zh;fr"], "languages", "A2", "no working language"),
    (
        ["summary_zh", "summary_en", "staff"],
        ["", "", "5"],
        "summary_zh",
        "A2",
        "in Chinese or in English",
    ),
    (["summary_zh"], ["简\u0007介"], "summary_zh", "A2", "control character"),
    (["offer1_title_zh", "offer1_type"], ["盒子", "box"], "offer1_type", "B2", "type of offer"),
    (["offer1_title_zh"], ["盒子"], "offer1_type", "", "missing"),
    (
        ["offer1_title_zh", "offer3_title_zh", "offer3_type", "offer3_price_from", "offer3_days"],
        ["", "盒子", "training", "cheap", "x"],
        "offer3_price_from",
        "D2",
        "whole number",
    ),
    (
        ["offer2_title_zh", "offer2_type", "offer2_price_from", "offer2_price_to"],
        ["盒子", "training", "9", "5"],
        "offer2_price_to",
        "D2",
        "ends",
    ),
    (["uscc", "capacity"], ["91330200MA0000001X", "3"], "uscc", "A2", "another organisation"),
]


@pytest.mark.parametrize(
    ("heading", "row", "column", "cell", "reason"), FAULTS, ids=[f[2] + f[4] for f in FAULTS]
)
def test_faults_are_told_by_row_and_column(
    profile: ProviderProfile, heading: Any, row: Any, column: str, cell: str, reason: str
) -> None:
    wanted = reading.read_upload(csv_file([heading, row]), profile)
    found = wanted.faults[0]
    assert (found.row, found.column, found.cell) == (2, column, cell)
    assert reason in found.reason
    assert wanted.values == {}


def test_every_fault_is_told_at_once(profile: ProviderProfile) -> None:
    rows: list[list[object]] = [["capacity", "staff", "kind"], ["a", "b", "c"], ["1", "2", "3"]]
    wanted = reading.read_upload(xlsx_file(rows), profile)
    assert {(f.row, f.cell) for f in wanted.faults} == {(2, "A2"), (2, "B2"), (2, "C2"), (3, "A3")}


def test_unknown_columns_and_those_of_other_pages_are_left_aside_and_told(
    profile: ProviderProfile,
) -> None:
    rows: list[list[object]] = [["name_zh", "tier", "colour", "capacity"], ["改", "x", "red", 4]]
    wanted = reading.read_upload(csv_file(rows), profile)
    assert wanted.values == {"profile": {"capacity": 4}}
    assert len(wanted.notes) == 2
    assert "colour" in wanted.notes[0]


def bomb() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", b" " * (reading.MAX_UNPACKED + 1))
    return file.getvalue()


BAD = {
    "no ending": ("profile", b"x"),
    "another kind": ("profile.pdf", b"%PDF-1.7"),
    "text named xlsx": ("profile.xlsx", b"uscc,capacity\n"),
    "empty xlsx": ("profile.xlsx", b""),
    "empty csv": ("profile.csv", b""),
    "headings only": ("profile.csv", b"uscc,capacity\n"),
    "zip named csv": ("profile.csv", b"PK\x03\x04rest"),
    "bytes named csv": ("profile.csv", b"uscc\x00\xff"),
    "zip, no workbook": ("profile.xlsx", b"PK\x05\x06" + b"\x00" * 18),
    "too large": ("profile.csv", b"a" * (reading.MAX_BYTES + 1)),
    "bomb": ("profile.xlsx", bomb()),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_with_a_reason(profile: ProviderProfile, case: str) -> None:
    name, content = BAD[case]
    with pytest.raises(reading.Refused) as refused:
        reading.read_upload(SimpleUploadedFile(name, content), profile)
    assert str(refused.value).endswith((".", "!"))


def test_a_row_far_down_or_far_right_is_not_looked_for(profile: ProviderProfile) -> None:
    book, file = Workbook(), BytesIO()
    book.active["A1"], book.active["A2"] = "capacity", 7
    book.active["XFD1048576"] = "x"
    book.save(file)
    wanted = reading.read_upload(SimpleUploadedFile("a.xlsx", file.getvalue()), profile)
    assert wanted.values == {"profile": {"capacity": 7}}


def test_what_looks_like_a_formula_goes_out_and_comes_back_as_text(
    profile: ProviderProfile,
) -> None:
    from portal.organisations.actions import save_profile

    text = "=HYPERLINK() 不是公式"
    save_profile(actor=None, organisation=profile.organisation, summary_zh=text)
    profile.refresh_from_db()
    made = template.as_csv(profile)
    assert b"'=HYPERLINK" in made
    wanted = reading.read_upload(SimpleUploadedFile("a.csv", made), profile)
    assert wanted.values["profile"]["summary_zh"] == text


def test_columns_have_letters_and_faults_columns() -> None:
    assert [letters(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert place_of(("offers", 1, "title", "zh"), [1, 4]) == "offer4_title_zh"
    assert place_of(("offers", 0), [2]) == "offer2_price_to"
    assert place_of(("capabilities", 3), []) == "capabilities"
    assert place_of((), []) == ""


# taking over and undoing

OFFERS = ["offer1_title_zh", "offer1_title_en", "offer1_type", "offer1_days",
          "offer2_title_zh", "offer2_type"]  # fmt: skip


def test_offers_are_added_changed_and_removed_and_undone(profile: ProviderProfile) -> None:
    before = said(profile)
    kept = profile.offers.get(title_en="Board")
    row = take(
        profile,
        xlsx_file([OFFERS, ["看板", "Board", "industrial_software", 9, "培训", "training"]]),
    )
    after = said(profile)
    assert [(o["title_zh"], o["days"]) for o in after["offers"]] == [("看板", 9), ("培训", None)]
    assert profile.offers.get(title_en="Board").pk == kept.pk
    assert after["profile"] == before["profile"]
    undone = actions.undo(actor=owner(profile), row=row)
    assert undone.state == "undone"
    assert said(profile) == before


def test_nothing_is_stored_before_it_is_confirmed(profile: ProviderProfile) -> None:
    before = said(profile)
    wanted = reading.read_upload(csv_file([["capacity"], ["9"]]), profile)
    actions.show_import(actor=owner(profile), profile=profile, name="a", wanted=wanted.values)
    assert said(profile) == before


def test_a_second_press_takes_nothing_over_twice(profile: ProviderProfile) -> None:
    row = take(profile, csv_file([["capacity"], ["9"]]))
    again = actions.take_over(actor=owner(profile), row=row, seen="whatever")
    assert again.taken_at == row.taken_at
    assert actions.undo(actor=owner(profile), row=row).state == "undone"
    assert actions.undo(actor=owner(profile), row=row).state == "undone"


def test_a_profile_changed_meanwhile_is_looked_at_again(profile: ProviderProfile) -> None:
    from portal.organisations.actions import save_profile

    wanted = reading.read_upload(csv_file([["capacity"], ["9"]]), profile)
    user = owner(profile)
    row = actions.show_import(actor=user, profile=profile, name="a", wanted=wanted.values)
    seen = digest(snapshot(profile))
    save_profile(actor=None, organisation=profile.organisation, staff=40)
    with pytest.raises(ValidationError, match="changed meanwhile"):
        actions.take_over(actor=user, row=row, seen=seen)
    assert said(profile)["profile"]["capacity"] == 2


def test_undoing_ends_after_a_day_and_never_takes_later_work_away(
    profile: ProviderProfile,
) -> None:
    from portal.organisations.actions import save_profile

    now = timezone.now()
    row = take(profile, csv_file([["capacity"], ["9"]]), now=now)
    user = owner(profile)
    with pytest.raises(ValidationError, match="for a day only"):
        actions.undo(actor=user, row=row, now=now + actions.UNDO)
    save_profile(actor=None, organisation=profile.organisation, staff=40)
    with pytest.raises(ValidationError, match="changed since"):
        actions.undo(actor=user, row=row, now=now + timedelta(hours=23))


def test_imports_are_forgotten_after_a_day(profile: ProviderProfile) -> None:
    row = take(profile, csv_file([["capacity"], ["9"]]))
    assert actions.forget_imports(row.taken_at + timedelta(hours=23)) == 0
    assert actions.forget_imports(row.taken_at + timedelta(hours=25)) == 1


def test_only_members_bring_a_file(profile: ProviderProfile) -> None:
    with pytest.raises(PermissionDenied):
        actions.show_import(actor=make_user(), profile=profile, name="a", wanted={})


# pages


@pytest.fixture
def member(client: Client, profile: ProviderProfile) -> Client:
    client.force_login(owner(profile))
    return client


def test_the_way_through_the_pages(member: Client, profile: ProviderProfile) -> None:
    base = f"/en/desk/{profile.organisation.key}/"
    assert "Bring a spreadsheet" in member.get(base).content.decode()
    assert member.get(f"{base}template.xlsx").status_code == 200
    assert member.get(f"{base}template.ods").status_code == 404
    rows: list[list[object]] = [["capacity", "staff"], ["", "12"]]
    answer = member.post(f"{base}import/", {"file": csv_file(rows)})
    row = ProfileImport.objects.get()
    assert answer.headers["Location"] == f"{base}import/{row.pk}/"
    shown = member.get(f"{base}import/{row.pk}/").content.decode()
    for part in ("Jobs at once", "removed", "Staff", "added", "Nothing is stored yet"):
        assert part in shown
    seen = digest(snapshot(profile))
    member.post(f"{base}import/{row.pk}/", {"seen": seen})
    assert said(profile)["profile"]["staff"] == 12
    assert "taken over already" in member.get(f"{base}import/{row.pk}/").content.decode()
    assert "can be undone" in member.get(f"{base}import/").content.decode()
    assert "Undo this import?" in member.get(f"{base}import/{row.pk}/undo/").content.decode()
    member.post(f"{base}import/{row.pk}/undo/")
    assert said(profile)["profile"]["staff"] is None
    assert "can be undone" not in member.get(f"{base}import/").content.decode()


def test_faults_stand_on_the_page(member: Client, profile: ProviderProfile) -> None:
    url = f"/en/desk/{profile.organisation.key}/import/"
    answer = member.post(url, {"file": csv_file([["capacity"], ["many"]])})
    assert answer.status_code == 400
    body = answer.content.decode()
    for part in ("1 thing to mend", "A2", "A whole number is wanted here."):
        assert part in body
    assert member.post(url, {}).status_code == 400
    assert member.post(url, {"file": "no file"}).status_code == 400
    assert not ProfileImport.objects.exists()


def test_anothers_import_is_not_found(member: Client, profile: ProviderProfile) -> None:
    other = make_provider()
    row = take(other, csv_file([["capacity"], ["9"]]))
    for key in (profile.organisation.key, other.organisation.key):
        for path in (f"import/{row.pk}/", f"import/{row.pk}/undo/"):
            assert member.get(f"/en/desk/{key}/{path}").status_code == 404
    assert member.get(f"/en/desk/{other.organisation.key}/import/").status_code == 404
