"""What editors change in the admin counts, is checked, can be taken back, and is fitted."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from cms.setup import ensure_vocabulary_permissions
from portal.foundation import audit, outbox
from portal.vocabulary import (
    actions,
    classifier,
    concept_index,
    fitting,
    get_vocabulary,
    linker,
    vocabulary,
)
from portal.vocabulary.encoder import LocalEncoder
from portal.vocabulary.models import ConceptRecord
from tests.clients import Client
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _watching(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Edits are asked for at every look, and forgotten afterwards."""
    settings.VOCABULARY_SECONDS = 0.001
    settings.DUIJIE_DATA_DIR = tmp_path
    vocabulary.forget()
    actions.mirror_concepts()
    yield
    settings.VOCABULARY_SECONDS = 0
    vocabulary.forget()
    classifier.forget()


def record(key: str) -> ConceptRecord:
    return ConceptRecord.objects.get(key=key)


def publish(row: ConceptRecord, actor: Any = None) -> None:
    row.full_clean()
    row.save_revision(user=actor).publish(user=actor, skip_permission_checks=True)


def test_the_table_mirrors_the_file() -> None:
    assert ConceptRecord.objects.count() == len(get_vocabulary().concepts)
    assert actions.mirror_concepts() == 0
    ConceptRecord.objects.filter(key="wms").update(en="changed by hand")
    ConceptRecord.objects.filter(key="erp_system").delete()
    assert actions.mirror_concepts() == 2
    assert record("wms").concept().en == get_vocabulary().concepts["wms"].en


def test_a_published_synonym_is_read_and_can_be_taken_back() -> None:
    editor = make_user(roles=("editor",))
    assert linker.named("我们要搞货位大师").wanted == ()
    before = linker.version()
    row = record("wms")
    row.synonyms_zh += "\n货位大师"
    publish(row, editor)
    assert [mark.id for mark in linker.named("我们要搞货位大师").wanted] == ["wms"]
    assert linker.version() != before
    assert record("wms").edited
    assert [entry.verb for entry in audit.trail(row)] == ["concept.published"]
    assert outbox.pending(fitting.FIT).count() == 1
    # The file's next version does not touch what an editor changed.
    assert actions.mirror_concepts() == 0
    actions.restore_concept(actor=editor, record=record("wms"))
    assert not record("wms").edited
    assert linker.version() == before
    assert linker.named("我们要搞货位大师").wanted == ()
    with pytest.raises(PermissionDenied):
        actions.restore_concept(actor=make_user(), record=record("wms"))


def test_a_draft_changes_nothing() -> None:
    row = record("wms")
    row.synonyms_zh += "\n货位大师"
    row.save_revision()
    assert linker.named("我们要搞货位大师").wanted == ()
    assert not record("wms").edited


def test_a_concept_is_switched_off_and_on() -> None:
    row = record("wms")
    row.unpublish()
    assert get_vocabulary().concept("wms") is None
    assert "wms" not in linker.concept_ids()
    assert all("wms" not in c.near_misses for c in get_vocabulary().concepts.values())
    assert [mark.id for mark in linker.link("WMS").wanted if mark.source == "words"] == []
    row.save_revision().publish()
    assert get_vocabulary().concept("wms") is not None


def test_a_new_concept_is_read_by_words_until_the_worker_has_fitted_it() -> None:
    row = ConceptRecord(
        key="hamster_wheel",
        kind="equipment",
        zh="仓鼠轮发电",
        en="hamster wheel power",
        complaints_zh="仓鼠跑累了灯就灭\n轮子吱吱响没人上油\n仓鼠不肯跑电压就掉\n换班时仓鼠睡着了",
        complaints_en=(
            "hamsters tire and the lamp goes out\nthe wheel squeaks and nobody oils it\n"
            "voltage drops when a hamster refuses\nhamsters asleep at shift change"
        ),
        offers_zh="仓鼠轮发电机组\n仓鼠轮智能调度",
        offers_en="hamster wheel generators\nsmart dispatch of hamster wheels",
        live=False,
    )
    row.full_clean()
    row.save()
    assert get_vocabulary().concept("hamster_wheel") is None
    publish(row)
    assert linker.link("仓鼠轮发电").wanted[0].id == "hamster_wheel"
    encoder = LocalEncoder.name
    known = classifier.for_encoder(encoder, linker.concept_ids())
    # The packaged classifier goes on for the concepts it knows.
    assert known is not None
    assert known.ids == linker.concept_ids()
    assert not known.needs.weights[known.ids.index("hamster_wheel")].any()
    assert linker.link("夜里机器停了没人晓得，早上才发现").wanted[0].id == "machine_uptime"


@pytest.mark.parametrize(
    ("field", "value", "faulty"),
    [
        ("complaints_zh", "一\n二", "complaints_zh"),
        ("complaints_en", "中文的抱怨不算英文\nb b b b\nc c c c\nd d d d", "complaints_en"),
        ("synonyms_zh", "高级排产\n" + "长" * 41, "synonyms_zh"),
        ("related", "no_such_concept", "related"),
        ("broader", "erp_system", "broader"),
        ("en", "", "en"),
        ("acronyms", "not an acronym at all", "acronyms"),
        ("key", "Bad Key", "key"),
    ],
)
def test_a_fault_is_told_at_its_field(field: str, value: str, faulty: str) -> None:
    row = record("agv_amr")
    setattr(row, field, value)
    with pytest.raises(ValidationError) as fault:
        row.full_clean()
    assert list(fault.value.message_dict) == [faulty]


def test_neighbours_are_named_by_label_too() -> None:
    row = record("agv_amr")
    row.related = get_vocabulary().concepts["erp_system"].zh
    row.full_clean()
    assert row.related == "erp_system"


def test_every_process_asks_at_most_now_and_then(
    settings: Any, django_assert_num_queries: Any
) -> None:
    get_vocabulary()
    settings.VOCABULARY_SECONDS = 600
    vocabulary.refresh()
    with django_assert_num_queries(1):
        get_vocabulary()
        linker.named("想上APS排产")
        get_vocabulary()


def test_a_request_is_served_with_one_vocabulary() -> None:
    vocabulary.pin()
    held = get_vocabulary()
    row = record("wms")
    row.unpublish()
    vocabulary.pin()
    assert get_vocabulary() is not held
    now = get_vocabulary()
    row.save_revision().publish()
    vocabulary.unpin()
    assert get_vocabulary() is not now


def test_the_worker_fits_in_steps_and_says_when_it_is_done(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wanted = ("forklift_safety", "erp_system", "tool_wear", "carbon_accounting", "food_sorting")
    concepts = [get_vocabulary().concepts[concept] for concept in wanted]
    for module in (fitting, concept_index):
        monkeypatch.setattr(module, "specific", lambda _: concepts)
    monkeypatch.setattr(fitting, "_STEP", 400)
    called: list[bool] = []
    monkeypatch.setattr(fitting, "_after", [lambda: called.append(True)])
    row = record("wms")
    row.synonyms_zh += "\n货位大师"
    publish(row)
    steps = 0
    while fitting.drain(10):
        steps += 1
    assert steps > 1
    assert called == [True]
    path = classifier.path_for(
        LocalEncoder.name, packaged=False, vocabulary=get_vocabulary().fit_hash
    )
    assert [file.name for file in (tmp_path / "vocabulary").iterdir()] == [path.name]
    model = classifier.for_encoder(LocalEncoder.name, wanted)
    assert model is not None
    assert model.vocabulary == get_vocabulary().fit_hash
    assert get_vocabulary().fitted == 1


def test_what_editors_published_is_exported_for_review(tmp_path: Path) -> None:
    row = record("wms")
    row.synonyms_zh += "\n货位大师"
    publish(row)
    call_command("vocabulary", "export", "--to", str(tmp_path / "out.jsonl"), stderr=StringIO())
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == len(get_vocabulary().concepts)
    assert "货位大师" in next(r for r in rows if r["id"] == "wms")["synonyms_zh"]


def client_of(*roles: str) -> Client:
    ensure_vocabulary_permissions()
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(roles=roles))
    return client


@pytest.mark.parametrize("role", ["editor", "officer"])
def test_editors_and_officers_see_search_and_filter_concepts(
    role: str, django_assert_max_num_queries: Any
) -> None:
    client = client_of(role)
    url = "/admin/snippets/vocabulary/conceptrecord/"
    client.get(url)
    with django_assert_max_num_queries(30):
        assert client.get(url).status_code == 200
    found = client.get(url, {"q": "排产"}).content.decode()
    assert "aps_scheduling" in found
    assert "forklift_safety" not in found
    filtered = client.get(url, {"kind": "safety"}).content.decode()
    assert "forklift_safety" in filtered
    assert "aps_scheduling" not in filtered
    assert client.get(f"{url}edit/{record('wms').pk}/").status_code == 200
    assert client.get(f"{url}history/{record('wms').pk}/").status_code == 200


def form_of(row: ConceptRecord, **changes: str) -> dict[str, str]:
    names = [
        "key", "kind", "zh", "en", "synonyms_zh", "synonyms_en", "acronyms", "shared_because",
        "complaints_zh", "complaints_en", "offers_zh", "offers_en", "broader", "related",
        "near_misses",
    ]  # fmt: skip
    return {**{name: getattr(row, name) for name in names}, **changes}


def test_an_editor_publishes_through_the_form() -> None:
    client, row = client_of("editor"), record("wms")
    url = f"/admin/snippets/vocabulary/conceptrecord/edit/{row.pk}/"
    more = row.synonyms_zh + "\n货位大师"
    draft = client.post(url, form_of(row, synonyms_zh=more))
    assert draft.status_code == 302
    assert linker.named("我们要搞货位大师").wanted == ()
    published = client.post(url, form_of(row, synonyms_zh=more, **{"action-publish": "1"}))
    assert published.status_code == 302
    assert [mark.id for mark in linker.named("我们要搞货位大师").wanted] == ["wms"]
    wrong = client.post(url, form_of(row, complaints_en="one", **{"action-publish": "1"}))
    assert "4 are needed." in wrong.content.decode()
    listing = client.get("/admin/snippets/vocabulary/conceptrecord/", {"q": "wms"})
    assert f"/admin/vocabulary/concepts/{row.pk}/restore/" in listing.content.decode()
    assert client.get(f"/admin/vocabulary/concepts/{row.pk}/restore/").status_code == 200
    assert client.post(f"/admin/vocabulary/concepts/{row.pk}/restore/").status_code == 302
    assert not record("wms").edited


def test_others_may_not() -> None:
    client = client_of("moderator")
    for url in (
        "/admin/snippets/vocabulary/conceptrecord/",
        "/admin/vocabulary/candidates/",
        f"/admin/vocabulary/concepts/{record('wms').pk}/restore/",
    ):
        assert client.get(url).status_code in (302, 403)
