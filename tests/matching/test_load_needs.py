"""`load_needs`: every row checked first, bad ones named, twice changes nothing."""

import csv
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from openpyxl import Workbook

from matching.loading import NEED_COLUMNS
from matching.models import Need
from portal.foundation.models import AuditEntry, OutboxRow
from portal.organisations.models import Organisation
from tests.factories import make_need, make_uscc, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def owner():
    return {"uscc": make_uscc(), "name": {"zh": "慈溪模具厂", "en": ""}}


@pytest.fixture
def row(owner):
    """A row with everything that a need can say."""
    return {
        "ref": "N-0001",
        "organisation": owner,
        "title": "夜里停机没人晓得",
        "description": "注塑机夜里老是停，第二天早上才晓得。数据不要上云。",
        "language": "zh",
        "industries": ["C292"],
        "district": "330283",
        "budget_min": None,
        "budget_max": 200000,
        "start_by": "2099-03-31",
        "approach": "supply_chain",
        "required": {
            "tier_at_least": "srdi_sme",
            "max_distance_km": 50,
            "languages": ["zh"],
            "offer_types": ["industrial_software", "consulting"],
        },
    }


@pytest.fixture
def load(tmp_path, capsys):
    """Write rows to a file and load it: the last line on stderr, all of it, why it failed."""

    def run(*rows, name="needs.jsonl", options=(), raw=None):
        path = tmp_path / name
        if raw is None:
            raw = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()
        path.write_bytes(raw)
        failed = ""
        try:
            call_command("load_needs", str(path), *options)
        except CommandError as error:
            failed = str(error)
        captured = capsys.readouterr()
        assert captured.out == ""
        return captured.err.splitlines()[-1:], captured.err, failed

    return run


def test_a_row_becomes_an_open_need(load, row):
    out, _, failed = load(row)
    assert (out, failed) == (["1 created, 0 updated, 0 unchanged"], "")
    need = Need.objects.select_related("organisation").get()
    assert (need.ref, need.state, need.created_by) == ("N-0001", "open", None)
    assert (need.district, need.tier_at_least) == ("330213", "specialised_sophisticated")
    assert (need.budget_min, need.budget_max, str(need.start_by)) == (None, 200000, "2099-03-31")
    assert need.offer_types == ["industrial_software", "consulting"]
    assert need.exclusions == ["no_cloud"]
    assert need.concepts_version
    assert need.organisation.key == row["organisation"]["uscc"]
    assert need.organisation.name_zh == "慈溪模具厂"
    assert OutboxRow.objects.filter(kind="need", key="N-0001").exists()


def test_twice_changes_nothing(load, row):
    load(row)
    before = (
        list(AuditEntry.objects.values_list("pk", flat=True)),
        OutboxRow.objects.get(target="index:embedded").requested,
    )
    version = Need.objects.get().version
    out, _, _ = load(row)
    assert out == ["0 created, 0 updated, 1 unchanged"]
    after = (
        list(AuditEntry.objects.values_list("pk", flat=True)),
        OutboxRow.objects.get(target="index:embedded").requested,
    )
    assert (before, version) == (after, Need.objects.get().version)


def test_a_changed_row_updates_and_keeps_the_state(load, row):
    load(row)
    Need.objects.update(state="withdrawn")
    out, _, _ = load(row | {"title": "换了标题"})
    assert out == ["0 created, 1 updated, 0 unchanged"]
    assert (Need.objects.get().title, Need.objects.get().state) == ("换了标题", "withdrawn")
    assert AuditEntry.objects.filter(verb="need.reload").count() == 1


def test_what_the_owner_switched_off_stays_off(load, row):
    load(row)
    Need.objects.update(concepts_off=["machine_monitoring"])
    load(row)
    assert Need.objects.get().concepts_off == ["machine_monitoring"]


BAD = [
    ({"ref": ""}, "ref: "),
    ({"ref": "a b"}, "ref: "),
    ({"ref": "post"}, "ref: “post” is taken by a page"),
    ({"title": ""}, "title: this must not be empty"),
    ({"title": "a\u0000b"}, "title: This text has a control character"),
    ({"title": "x" * 201}, "title: This text has 201 characters"),
    ({"description": "x" * 1_000_000}, "description: This text has 1000000 characters"),
    ({"description": "a\u202eb"}, "description: This text has invisible marks"),
    ({"language": "fr"}, "language: "),
    ({"industries": ["Z01"]}, "industries: "),
    ({"industries": "C33"}, "industries: "),
    ({"district": "12"}, "district: "),
    ({"budget_max": -1}, "budget_max: -1 is less than 0"),
    ({"budget_max": True}, "budget_max: a number is wanted"),
    ({"budget_min": 300000}, "budget_max is below budget_min"),
    ({"start_by": "soon"}, "start_by: "),
    ({"start_by": "2027-02-30"}, "start_by: "),
    ({"start_by": 20270331}, "start_by: "),
    ({"approach": "luck"}, "approach: "),
    ({"organisation": None}, "organisation: "),
    ({"organisation": {"uscc": "12", "name": {"zh": "x"}}}, "organisation.uscc: "),
    ({"required": {"tier_at_least": "golden"}}, "required.tier_at_least: "),
    ({"required": {"max_distance_km": 0}}, "required.max_distance_km: "),
    ({"required": {"languages": ["fr"]}}, "required.languages: "),
    ({"required": {"offer_types": ["magic"]}}, "required.offer_types: "),
]


@pytest.mark.parametrize(("change", "reason"), BAD)
def test_a_bad_row_is_named_and_nothing_is_stored(load, row, change, reason):
    _, err, failed = load(row, row | {"ref": "N-0002"} | change)
    assert f"line 2: {reason}" in err
    assert failed.startswith("1 bad rows, nothing stored")
    assert not Need.objects.exists()
    assert not Organisation.objects.exists()


def test_every_bad_row_is_named_in_order(load, row):
    good = json.dumps(row).encode()
    raw = b"\n".join([b"{nonsense", good, b"[1]", good, b"\xff\xfe"])
    _, err, failed = load(raw=raw)
    lines = [line.split(":")[0] for line in err.splitlines() if line.startswith("line")]
    assert lines == ["line 1", "line 3", "line 4", "line 5"]
    assert "line 4: N-0001 is already on line 2" in err
    assert failed.startswith("4 bad rows, nothing stored")


def test_skip_bad_stores_the_good(load, row):
    out, err, failed = load(row, {"ref": "x"}, options=["--skip-bad"])
    assert (out, failed) == (["1 created, 0 updated, 0 unchanged, 1 bad rows left out"], "")
    assert "line 2: " in err
    assert Need.objects.get().ref == "N-0001"


def test_a_past_start_loads_with_a_warning(load, row):
    _, err, failed = load(row | {"start_by": "2020-01-01"})
    assert "line 1: warning: start_by 2020-01-01 has passed" in err
    assert failed == ""
    assert Need.objects.get().state == "open"


def test_null_and_missing_are_no_constraint(load, row):
    bare = {key: row[key] for key in ("ref", "organisation", "title", "description", "language")}
    _, _, failed = load(
        bare | {"district": "330212"},
        row
        | {"ref": "b", "required": None, "industries": None, "start_by": None, "approach": None},
    )
    assert failed == ""
    for need in Need.objects.all():
        assert (need.tier_at_least, need.max_distance_km, need.languages) == ("", None, [])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_tables_carry_the_same_fields(load, row, tmp_path, kind):
    load(row)
    before = Need.objects.values().get()
    cells = [
        row["ref"], row["organisation"]["uscc"], "慈溪模具厂", "", row["title"], row["description"],
        "zh", "C292", "330283", "", "200000", "2099-03-31", "supply_chain", "srdi_sme", "50", "zh",
        "industrial_software;consulting",
    ]  # fmt: skip
    path = tmp_path / f"needs.{kind}"
    if kind == "csv":
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows([NEED_COLUMNS, cells])
    else:
        book = Workbook()
        book.active.append(NEED_COLUMNS)
        book.active.append(cells)
        book.save(path)
    out, err, failed = load(name=path.name, raw=path.read_bytes())
    assert failed == "", err
    assert out == ["0 created, 0 updated, 1 unchanged"]
    assert Need.objects.values().get() == before


def test_ones_own_export_can_be_loaded(load, client):
    user = make_user()
    need = make_need(user, industries=["C33", "C34"], budget_max=5, start_by=None)
    client.force_login(user)
    raw = client.get(reverse("matching:export")).getvalue()
    _, err, failed = load(name="needs.csv", raw=raw)
    assert failed == "", err
    again = Need.objects.get()
    assert (again.ref, again.industries, again.title) == (need.ref, ["C33", "C34"], need.title)


def test_as_an_officer(load, row):
    officer = make_user(roles=("officer",))
    load(row, options=["--as", officer.email])
    assert Need.objects.get().created_by == officer
    assert AuditEntry.objects.get(verb="need.load").actor == officer


def test_nobody_else_loads(load, row):
    stranger = make_user()
    _, _, failed = load(row, options=["--as", stranger.email])
    assert failed == f"{stranger} may not load needs: officers may"
    _, _, failed = load(row, options=["--as", "nobody@example.com"])
    assert "nobody@example.com" in failed
    assert not Need.objects.exists()


def test_a_file_that_is_not_there_is_one_clear_line():
    with pytest.raises(CommandError, match="no-such-file"):
        call_command("load_needs", "no-such-file.jsonl")
