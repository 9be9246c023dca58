"""Alerts: which documents a saved search is told of, once, and how it is told and stopped."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core import mail
from django.http import QueryDict
from django.utils import timezone

from portal.accounts.models import User
from portal.community import actions as community
from portal.community.models import Project
from portal.discovery.alerts import finding, mailing, telling
from portal.discovery.models import Delivery, KnownDocument, SavedSearch, SavedSearchHit
from portal.discovery.saved import actions, tokens
from portal.discovery.saved.canonical import canonical
from portal.foundation import outbox, work
from portal.foundation.models import Notification, OutboxRow
from portal.vocabulary import get_vocabulary
from search import engines, indexing
from tests.clients import Client
from tests.factories import make_project, make_provider, make_user, project_content

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
ONE, TWO = list(get_vocabulary().concepts)[:2]


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DUIJIE_DATA_DIR = tmp_path
    settings.SITE_URL = "https://duijie.example"
    yield
    engines.embedded().drop()


def save(query: str = "q=kiln", owner: User | None = None, **fields: Any) -> SavedSearch:
    """A saved search that the worker has prepared."""
    usual = {"frequency": "instant"}
    search, _ = actions.save_search(
        actor=owner or make_user(),
        search=canonical(dict(QueryDict(query).lists())),
        **{**usual, **fields},
    )
    look()
    search.refresh_from_db()
    return search


def look() -> None:
    """What the worker does until nothing is left to find."""
    indexing.sync(engines.embedded())
    while finding.drain(200):
        pass


def tell(after: timedelta = timedelta(minutes=5)) -> int:
    """What the worker does `after` from now, until everybody is told."""
    told = telling.drain(200, now=timezone.now() + after)
    mailing.drain(200)
    return told


def alerts() -> Any:
    """The notifications of alerts, beside those of other rooms."""
    return Notification.objects.filter(kind=telling.KIND)


def found(search: SavedSearch) -> set[str]:
    return set(
        SavedSearchHit.objects.filter(saved_search=search, existed=False).values_list(
            "key", flat=True
        )
    )


def rewrite(project: Project, **words: Any) -> None:
    community.update_project(actor=None, project=project, content=project_content(**words))


# finding


def test_what_becomes_visible_is_found() -> None:
    search = save()
    make_project(slug="kiln-one", name_en="Kiln monitor")
    make_project(slug="draft", name_en="Kiln draft", published=False)
    make_project(slug="lathe", name_en="Lathe monitor")
    look()
    assert found(search) == {"kiln-one"}


def test_what_exists_when_it_is_saved_is_not_told_not_even_after_a_change() -> None:
    old = make_project(slug="old", name_en="Kiln monitor")
    look()
    search = save()
    rewrite(old, name_en="Kiln monitor, second edition")
    look()
    assert found(search) == set()
    assert tell() == 0


def test_what_changes_into_a_match_is_found() -> None:
    project = make_project(slug="late", name_en="Lathe monitor")
    look()
    search = save()
    rewrite(project, name_en="Kiln monitor")
    look()
    assert found(search) == {"late"}


def test_never_twice_whatever_happens_to_the_document() -> None:
    search = save()
    project = make_project(slug="kiln-one", name_en="Kiln monitor")
    look()
    tell()
    for name in ("Kiln monitor 2", "Lathe", "Kiln monitor 3"):
        rewrite(project, name_en=name)
        look()
    OutboxRow.objects.filter(target=finding.TARGET).update(done=0)
    look()
    assert SavedSearchHit.objects.filter(saved_search=search).count() == 1
    assert (tell(), len(mail.outbox), alerts().count()) == (0, 1, 1)


def test_the_index_comes_first() -> None:
    search = save()
    make_project(slug="kiln-one", name_en="Kiln monitor")
    assert finding.drain(200) == 0
    assert outbox.pending(finding.TARGET).count() == 1
    look()
    assert found(search) == {"kiln-one"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=kiln+monitor", {"both"}),
        ("q=kiln+monitor+dryer+oven", {"both"}),
        ("q=monitor+dryer+oven+burner", set()),
        ("q=&in=projects", {"both", "one"}),
        ("q=kiln&in=providers", set()),
        (f"concept={ONE}", {"both"}),
        (f"q=kiln&concept={TWO}", set()),
        ("q=窑炉监测", {"both"}),
        ("q=窑炉不停", set()),
        ("q=%22kiln+monitor%22", {"both"}),
        ("q=%22monitor+kiln%22", set()),
        ("q=monitor+-kiln", {"one"}),
    ],
)
def test_a_stray_common_word_is_no_alert(query: str, expected: set[str]) -> None:
    search = save(query)
    SavedSearch.objects.update(concepts=[])
    make_project(
        slug="both", name_en="Kiln monitor", name_zh="窑炉的监测", concepts=[ONE], summary_zh="好"
    )
    make_project(slug="one", name_en="Press monitor", name_zh="冲床", summary_zh="停机")
    look()
    assert found(search) == expected


@pytest.mark.parametrize(("weight", "expected"), [(1.0, {"kiln-one"}), (0.3, set())])
def test_a_main_concept_in_common_is_enough(weight: float, expected: set[str]) -> None:
    search = save("q=zeppelin+hangar+doors")
    SavedSearch.objects.update(concepts=[[ONE, weight]])
    make_project(slug="kiln-one", name_en="Kiln monitor", concepts=[ONE])
    look()
    assert found(search) == expected


def test_places_and_other_types_are_judged_by_the_engine() -> None:
    near, far = save("place=330206&within=10"), save("place=330281&within=5")
    make_provider(organisation={"district": "330206"})
    look()
    assert (len(found(near)), len(found(far))) == (1, 0)


def test_equal_searches_of_many_people_run_once() -> None:
    searches = [save() for _ in range(3)]
    make_project(slug="kiln-one", name_en="Kiln monitor")
    look()
    assert [found(search) for search in searches] == [{"kiln-one"}] * 3
    calls: list[Any] = []
    real = engines.embedded().search
    engine = engines.embedded()
    engine.search = lambda query: calls.append(query) or real(query)  # type: ignore[method-assign]
    try:
        make_project(slug="kiln-two", name_en="Kiln logger")
        look()
    finally:
        del engine.search  # type: ignore[method-assign]
    assert [call.only for call in calls if call.only] == [(("project", "kiln-two"),)]


def test_a_search_with_very_many_results_tells_only_of_new_documents(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(finding, "NOTED_AT_MOST", 2)
    old = [make_project(slug=f"old-{number}") for number in range(3)]
    look()
    search = save("in=projects")
    assert search.new_only
    rewrite(old[0], name_en="Other name")
    make_project(slug="young")
    look()
    assert found(search) == {"young"}
    assert SavedSearchHit.objects.count() == 1


def test_a_search_whose_place_is_gone_holds_up_nobody() -> None:
    gone, other = save("q=kiln&place=330206"), save("q=kiln")
    SavedSearch.objects.filter(pk=gone.pk).update(parameters="q=kiln&place=999999")
    make_project(slug="kiln-one", name_en="Kiln monitor")
    look()
    assert (found(gone), found(other)) == (set(), {"kiln-one"})


class Killed(BaseException):
    """As a signal that ends the worker: nothing catches it."""


def dying(*args: Any, **kwargs: Any) -> Any:
    raise Killed


@pytest.mark.parametrize(
    "place",
    [
        (finding, "read_documents"),
        (finding, "_know"),
        (finding.outbox, "acknowledge"),
        (telling.notifications, "notify"),
        (telling, "_channels"),
        (mailing, "message_of"),
    ],
    ids=lambda place: place[1],
)
def test_a_worker_killed_anywhere_loses_and_repeats_nothing(
    place: tuple[Any, str], monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> None:
    search = save()
    make_project(slug="kiln-one", name_en="Kiln monitor")
    indexing.sync(engines.embedded())
    monkeypatch.setattr(*place, dying)
    with pytest.raises(Killed):
        assert (finding.drain(200), tell()) == ()
    monkeypatch.undo()
    # The next worker comes when the leases of the dead one are over.
    OutboxRow.objects.update(claimed_until=None)
    Delivery.objects.update(email_not_before=None)
    look()
    tell()
    tell()
    assert found(search) == {"kiln-one"}
    assert (len(mail.outbox), alerts().count(), Delivery.objects.count()) == (1, 1, 1)


def test_the_worker_does_all_of_it() -> None:
    search, _ = actions.save_search(
        actor=make_user(), search=canonical({"q": ["kiln"]}), frequency="instant"
    )
    while work.run_round():
        pass
    make_project(slug="kiln-one", name_en="Kiln monitor")
    while work.run_round():
        pass
    assert found(search) == {"kiln-one"}
    SavedSearchHit.objects.update(found_at=timezone.now() - telling.INSTANT_WAIT)
    while work.run_round():
        pass
    assert [message.to for message in mail.outbox][-1] == [search.owner.email]


def test_what_was_there_before_any_search_is_known_once_visible() -> None:
    make_project(slug="seen")
    make_project(slug="draft", published=False)
    look()
    assert set(KnownDocument.objects.filter(type="project").values_list("key", flat=True)) == {
        "seen"
    }


# telling


def news(*slugs: str) -> None:
    for slug in slugs:
        make_project(slug=slug, name_en=f"Kiln {slug}", name_zh="窑炉")
    look()


def test_a_batch_waits_and_is_one_message() -> None:
    search = save()
    news("a", "b")
    assert tell(timedelta(0)) == 0
    assert tell(telling.INSTANT_WAIT + timedelta(seconds=5)) == 1
    [message] = mail.outbox
    assert message.to == [search.owner.email]
    for slug in ("a", "b"):
        assert f"https://duijie.example/zh-hans/projects/{slug}/" in message.body


@pytest.mark.parametrize(
    ("now", "boundary"),
    [
        (datetime(2026, 5, 4, 0, 0, tzinfo=UTC), datetime(2026, 5, 4, 0, 0, tzinfo=UTC)),
        (datetime(2026, 5, 3, 23, 59, tzinfo=UTC), datetime(2026, 5, 3, 0, 0, tzinfo=UTC)),
        (datetime(2026, 5, 4, 15, 0, tzinfo=UTC), datetime(2026, 5, 4, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_eight_in_the_city(now: datetime, boundary: datetime) -> None:
    assert telling.last_daily(now) == boundary


def test_daily_is_one_message_with_all_since() -> None:
    search = save(frequency="daily")
    news("a")
    at = datetime(2026, 5, 3, 1, 0, tzinfo=UTC)  # 9:00 in Ningbo
    SavedSearchHit.objects.update(found_at=at)
    assert telling.drain(9, now=at + timedelta(hours=22)) == 0
    news("b")
    SavedSearchHit.objects.filter(key="b").update(found_at=at + timedelta(hours=12))
    assert telling.drain(9, now=at + timedelta(hours=23)) == 1
    mailing.drain(9)
    [message] = mail.outbox
    assert message.to == [search.owner.email]
    assert "/projects/a/" in message.body
    assert "/projects/b/" in message.body
    assert telling.drain(9, now=at + timedelta(hours=23)) == 0


def test_a_person_is_told_of_a_document_once_whatever_searches_it_answers() -> None:
    owner = make_user()
    save("q=kiln", owner)
    news("a")
    tell()
    save("q=&in=projects", owner)
    save("q=kiln&in=projects", owner)
    news("b")
    tell()
    first, second = mail.outbox
    assert first.body.count("/projects/a/") == 1
    assert (second.body.count("/projects/b/"), second.body.count("/projects/a/")) == (1, 0)
    assert list(alerts().order_by("id").values_list("context__count", flat=True)) == [1, 1]


@pytest.mark.parametrize(
    ("fields", "mails", "notes"),
    [
        ({"by_email": True, "in_portal": True}, 1, 1),
        ({"by_email": False, "in_portal": True}, 0, 1),
        ({"by_email": True, "in_portal": False}, 1, 0),
    ],
)
def test_channels(fields: dict[str, bool], mails: int, notes: int) -> None:
    search = save(**fields)
    news("a")
    tell()
    assert (len(mail.outbox), alerts().count()) == (mails, notes)
    for note in alerts():
        assert not note.deliveries.exists()
        assert note.url == f"/searches/{search.pk}/"


def test_a_pause_delays_what_is_found() -> None:
    search = save()
    rows = SavedSearch.objects.filter(pk=search.pk)
    actions.stop(searches=rows, by="test")
    news("a")
    assert tell() == 0
    actions.resume(searches=rows, by="test")
    assert tell() == 1


def test_what_is_gone_by_then_is_not_in_the_message() -> None:
    save()
    news("a", "b")
    telling.drain(9, now=timezone.now() + timedelta(minutes=5))
    Project.objects.filter(slug="a").update(state="draft")
    mailing.drain(9)
    [message] = mail.outbox
    assert "/projects/b/" in message.body
    assert "/projects/a/" not in message.body


def test_nothing_is_sent_when_all_of_it_is_gone_or_stopped() -> None:
    search = save()
    news("a")
    telling.drain(9, now=timezone.now() + timedelta(minutes=5))
    actions.stop(searches=SavedSearch.objects.filter(pk=search.pk), by="test")
    mailing.drain(9)
    assert mail.outbox == []
    assert not Delivery.objects.filter(email_due=True).exists()


def test_mail_that_cannot_be_sent_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    save()
    news("a")
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", _refuse)
        tell()
    assert mail.outbox == []
    delivery = Delivery.objects.get()
    assert delivery.owner.email not in caplog.text
    assert (delivery.email_due, delivery.email_attempts) == (True, 1)
    Delivery.objects.update(email_not_before=None)
    mailing.drain(9)
    assert len(mail.outbox) == 1


def _refuse(backend: Any, messages: list[Any]) -> int:
    raise SMTPRecipientsRefused(dict.fromkeys(messages[0].to, (550, b"no such user")))


@pytest.mark.parametrize(("language", "word"), [("en", "Stop this search"), ("zh-hans", "")])
def test_the_message_is_in_the_owner_s_language(language: str, word: str) -> None:
    save(owner=make_user(language=language))
    news("a")
    tell()
    [message] = mail.outbox
    assert f"https://duijie.example/{language}/projects/a/" in message.body
    assert word in message.body
    html = message.alternatives[0].content  # type: ignore[union-attr]
    assert ("Kiln a" if language == "en" else "窑炉") in html


def test_words_of_others_are_escaped_and_make_no_header() -> None:
    save(owner=make_user(language="en"), name="<b>kilns</b>")
    make_project(slug="a", name_en="Kiln <img src=x>")
    look()
    tell()
    [message] = mail.outbox
    html = message.alternatives[0].content  # type: ignore[union-attr]
    assert "<img" not in html
    assert "<b>" not in html
    assert "\n" not in message.subject


# stopping


def stop_link(message: Any) -> str:
    return re.fullmatch(
        r"<https://duijie\.example(/.*)>", message.extra_headers["List-Unsubscribe"]
    )[1]  # type: ignore[index]


@pytest.fixture
def told() -> SavedSearch:
    search = save(owner=make_user(language="en"))
    news("a")
    tell()
    return search


def test_one_click_stops_without_a_token_of_a_form(told: SavedSearch) -> None:
    [message] = mail.outbox
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = Client(enforce_csrf_checks=True).post(
        stop_link(message), {"List-Unsubscribe": "One-Click"}
    )
    told.refresh_from_db()
    assert (answer.status_code, told.paused) == (200, True)


def test_looking_at_the_link_changes_nothing_and_undo_takes_it_back(told: SavedSearch) -> None:
    client = Client(enforce_csrf_checks=True)
    path = re.search(r"https://duijie\.example(/en/searches/stop/\S+)", mail.outbox[0].body)[1]  # type: ignore[index]
    page = client.get(path).content.decode()
    assert "Stop alerts?" in page
    told.refresh_from_db()
    assert not told.paused
    page = client.post(path, {"do": "stop"}).content.decode()
    assert "You get no more alerts of:" in page
    assert 'value="undo"' in page
    told.refresh_from_db()
    assert told.paused
    client.post(path, {"do": "undo"})
    told.refresh_from_db()
    assert told.frequency == "instant"


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t + "0", lambda t: "9" + t, str.upper]
)
def test_a_guessed_link_is_not_found(told: SavedSearch, spoil: Callable[[str], str]) -> None:
    client = Client()
    for purpose, name in (("stop", "stop"), ("feed", "feed")):
        good = tokens.token(purpose, told)  # type: ignore[arg-type]
        assert client.get(f"/en/searches/{name}/{good}/").status_code == 200
        for bad in (spoil(good), "x", "1", "1-", "९-", f"{told.pk}-é"):
            if bad != good:
                assert client.get(f"/en/searches/{name}/{bad}/").status_code == 404
                assert client.post(f"/en/searches/{name}/{bad}/").status_code in (404, 405)
    crossed = tokens.token("feed", told)
    assert client.post(f"/en/searches/stop/{crossed}/").status_code == 404


# the feed


def test_the_feed_has_the_newest_and_is_quiet_while_nothing_changes() -> None:
    search = save(name="Kilns & co")
    client, path = Client(), f"/en/searches/feed/{tokens.token('feed', search)}/"
    empty = ElementTree.fromstring(client.get(path).content)
    assert empty.findall(f"{ATOM}entry") == []
    news("a", "b")
    answer = client.get(path)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert feed.findtext(f"{ATOM}title") == "Kilns & co"
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Kiln b", "Kiln a"]
    ids = [feed.findtext(f"{ATOM}id"), *(entry.findtext(f"{ATOM}id") for entry in entries)]
    assert len(set(ids)) == 3
    assert all(one and one.startswith("https://duijie.example/searches/") for one in ids)
    assert feed.findtext(f"{ATOM}updated")
    for name, header in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")):
        again = client.get(path, headers={header: answer.headers[name]})
        assert again.status_code == 304, name
    Project.objects.filter(slug="a").update(state="draft")
    fresh = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert len(ElementTree.fromstring(fresh.content).findall(f"{ATOM}entry")) == 1


def test_the_feed_keeps_fifty() -> None:
    search = save("in=projects")
    project = make_project(slug="real")
    look()
    now = timezone.now()
    SavedSearchHit.objects.bulk_create(
        SavedSearchHit(saved_search=search, type="project", key=f"gone-{n}", found_at=now)
        for n in range(60)
    )
    path = f"/en/searches/feed/{tokens.token('feed', search)}/"
    assert project.slug not in Client().get(path).content.decode()
