"""From the outbox into the index, on both engines: what the database holds is what is found."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command

from portal.foundation import outbox, work
from portal.foundation.models import OutboxRow
from search import documents, engines, indexing
from search.engines.base import Engine
from search.queries import SearchQuery
from search.verify import verify
from tests.search.things import Things, remove, save


def found(engine: Engine, text: str = "") -> set[str]:
    return {hit.key for hit in engine.search(SearchQuery(text=text)).hits}


def settle(engine: Engine) -> None:
    while indexing.drain(engine):
        pass
    assert not outbox.pending(indexing.target_of(engine)).exists()


def test_a_change_reaches_the_index(indexed: Engine) -> None:
    save("thing1", "lathe")
    save("thing2", "mill")
    settle(indexed)
    assert found(indexed) == {"thing1", "thing2"}
    save("thing1", "press")
    settle(indexed)
    assert found(indexed, "lathe") == set()
    assert found(indexed, "press") == {"thing1"}


def test_what_is_hidden_or_gone_leaves_the_index(indexed: Engine) -> None:
    save("thing1", "lathe")
    save("thing2", "mill")
    settle(indexed)
    save("thing1", "hidden lathe")
    remove("thing2")
    settle(indexed)
    assert found(indexed) == set()
    save("thing1", "lathe again")
    settle(indexed)
    assert found(indexed) == {"thing1"}


@pytest.mark.elasticsearch
def test_every_engine_gets_its_own_request(things_on_both: None) -> None:
    save("thing1", "lathe")
    assert set(OutboxRow.objects.values_list("target", flat=True)) >= {
        "index:embedded",
        "index:elasticsearch",
    }


def test_a_request_made_while_one_is_worked_off_is_not_lost(things: None) -> None:
    engine = engines.embedded()
    save("thing1", "lathe")
    settle(engine)
    save("thing1", "mill")
    [row] = outbox.claim("index:embedded")
    save("thing1", "press")
    indexing._bring_up_to_date(engine, [row])
    assert outbox.pending("index:embedded").count() == 1
    settle(engine)
    assert found(engine, "press") == {"thing1"}


def test_a_broken_row_does_not_hold_up_the_others(things: None) -> None:
    engine = engines.embedded()
    indexing.rebuild(engine)
    save("thing1", "broken")
    save("thing2", "mill")
    assert indexing.drain(engine) == 2
    assert found(engine) == {"thing2"}
    [left] = outbox.pending("index:embedded")
    assert (left.key, left.error) == ("thing1", "ValueError: broken row")


def test_a_request_of_an_unknown_type_says_so(things: None) -> None:
    indexing.rebuild(engines.embedded())
    indexing.request_index("ghost", "x")
    synced = indexing.sync(engines.embedded())
    assert (synced.left, synced.reason) == (1, "no document type 'ghost'")


def test_the_worker_drains_every_engine(things: None) -> None:
    save("thing1", "lathe")
    assert work.run_round() >= 1
    assert found(engines.embedded()) == {"thing1"}


def test_verify_tells_missing_extra_and_stale(indexed: Engine) -> None:
    for key in ("thing1", "thing2", "thing3"):
        save(key, "lathe")
    settle(indexed)
    assert not any(verify(indexed))
    ContentType.objects.filter(app_label="thing1").delete()
    ContentType.objects.create(app_label="thing4", model="mill")
    save("thing2", "press")
    [difference] = verify(indexed)
    assert (difference.extra, difference.missing, difference.stale) == (
        ["thing1"],
        ["thing4"],
        ["thing2"],
    )


def test_a_rebuild_mends_everything(indexed: Engine) -> None:
    for number in range(7):
        save(f"thing{number}", "lathe")
    settle(indexed)
    ContentType.objects.filter(app_label="thing1").update(model="press")
    ContentType.objects.filter(app_label="thing2").delete()
    ContentType.objects.create(app_label="thing9", model="mill")
    assert indexing.rebuild(indexed) == 7
    assert not any(verify(indexed))
    assert found(indexed, "press") == {"thing1"}
    assert found(indexed, "mill") == {"thing9"}


class Interrupted(Things):
    """Runs something in the middle of reading all rows."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = meanwhile

    def to_document(self, obj: Any) -> Any:
        document = super().to_document(obj)
        if obj.app_label == "thing3":
            run, self.meanwhile = self.meanwhile, lambda: None
            run()
        return document


def test_writes_during_a_rebuild_are_in_the_new_index(indexed: Engine) -> None:
    for number in range(6):
        save(f"thing{number}", "lathe")
    settle(indexed)

    def meanwhile() -> None:
        save("thing1", "press")
        save("thing3", "press")
        save("thing7", "press")
        remove("thing2")
        remove("thing5")
        # The consumer writes them to the old index and acknowledges: nothing stays pending.
        settle(indexed)
        assert found(indexed, "press") == {"thing1", "thing3", "thing7"}

    documents.register(Interrupted(meanwhile))
    indexing.rebuild(indexed)
    assert not outbox.pending(indexing.target_of(indexed)).exists()
    assert not any(verify(indexed))
    assert found(indexed, "press") == {"thing1", "thing3", "thing7"}
    assert found(indexed) == {"thing0", "thing1", "thing3", "thing4", "thing7"}


def test_a_write_under_way_while_the_alias_moves_is_not_lost(indexed: Engine) -> None:
    save("thing1", "lathe")
    settle(indexed)
    publish_order: list[str] = []
    rebuilding = type(indexed).rebuilding

    def late(self: Any, **options: Any) -> Any:
        manager = rebuilding(self, **options)
        return _PublishLate(manager, publish_order)

    patched = pytest.MonkeyPatch()
    patched.setattr(type(indexed), "rebuilding", late)
    try:
        indexing.rebuild(indexed)
    finally:
        patched.undo()
    assert publish_order == ["moved", "requested"]
    settle(indexed)
    assert not any(verify(indexed))
    assert found(indexed, "press") == {"thing1"}


class _PublishLate:
    """A rebuild after whose alias has moved a request made and acknowledged before comes in."""

    def __init__(self, manager: Any, order: list[str]) -> None:
        self.manager, self.order = manager, order

    def __enter__(self) -> Any:
        self.rebuild = self.manager.__enter__()
        publish = self.rebuild.publish

        def then_request(replay: Callable[[], None]) -> None:
            publish(replay)
            self.order.append("moved")
            save("thing1", "press")
            # Its consumer wrote to the index that is gone now, and acknowledged.
            for row in outbox.claim("index:embedded") + outbox.claim("index:elasticsearch"):
                outbox.acknowledge([row])
            self.order.append("requested")

        self.rebuild.publish = then_request
        return self.rebuild

    def __exit__(self, *error: Any) -> Any:
        return self.manager.__exit__(*error)


def test_a_rebuild_that_fails_leaves_the_old_index(indexed: Engine) -> None:
    save("thing1", "lathe")
    settle(indexed)
    save("thing2", "broken")
    with pytest.raises(CommandError, match="thing2 can't be read: broken row"):
        call_command("index", "rebuild", "--engine", indexed.name, stderr=StringIO())
    assert found(indexed) == {"thing1"}


def test_an_engine_without_an_index_is_built_by_the_first_request(indexed: Engine) -> None:
    ContentType.objects.create(app_label="thing1", model="from before the engine")
    save("thing2", "first request")
    settle(indexed)
    assert found(indexed) == {"thing1", "thing2"}


def test_commands_rebuild_sync_and_verify(things: None) -> None:
    save("thing1", "lathe")
    with pytest.raises(CommandError, match="embedded differs from the database"):
        call_command("index", "verify", stdout=StringIO())
    progress = StringIO()
    call_command("index", "sync", stderr=progress)
    assert progress.getvalue() == "embedded sync: 1\n"
    shown = StringIO()
    call_command("index", "verify", stdout=shown)
    assert shown.getvalue() == ("embedded thing: 1 in the database, missing 0, extra 0, stale 0\n")
    ContentType.objects.filter(app_label="thing1").update(model="press")
    call_command("index", "rebuild", "--type", "thing", stderr=StringIO())
    assert found(engines.embedded(), "press") == {"thing1"}
    call_command("index", "rebuild", stderr=progress)
    assert progress.getvalue().endswith("embedded rebuild: 1\n")


def test_sync_says_why_something_is_left(things: None) -> None:
    indexing.rebuild(engines.embedded())
    save("thing1", "broken")
    with pytest.raises(CommandError, match="embedded: 1 left: ValueError: broken row"):
        call_command("index", "sync", stderr=StringIO())
