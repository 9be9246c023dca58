"""Ten people press at the same moment, on the database of DATABASE_URL; prints JSON.

Run as `python -m tests.matching.race` by test_concurrency: each person is a thread with a
connection of its own, as each request is in production. SQLite in memory would not do, as its
connections share one cache."""

import json
import sys
import threading
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import translation  # noqa: E402

from matching.actions import agreement as agreements  # noqa: E402
from matching.actions import introduction as introductions  # noqa: E402
from matching.actions import need as needs  # noqa: E402
from matching.actions import proposal as proposals  # noqa: E402
from matching.actions.moves import ActionRefused  # noqa: E402
from matching.models import Introduction, Job, Need  # noqa: E402
from portal.foundation import audit  # noqa: E402
from portal.foundation.models import Notification, OutboxRow  # noqa: E402
from tests import factories  # noqa: E402

PEOPLE = 10


def at_once(*presses: Callable[[], Any]) -> list[str]:
    """Start every press at the same moment; what each person got, in their order."""
    barrier = threading.Barrier(len(presses))
    results = ["never ran"] * len(presses)

    def run(place: int, press: Callable[[], Any]) -> None:
        translation.activate("en")
        connection.ensure_connection()
        barrier.wait()
        try:
            done = press()
            results[place] = f"done {getattr(done, 'ref', '')}".strip()
        except ActionRefused as refusal:
            results[place] = f"{refusal.code}: {refusal.message}"
        except Exception as error:
            results[place] = f"error {error!r}"
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(place, press)) for place, press in enumerate(presses)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def seen_by(people: list[Any], row: Any) -> list[Any]:
    """The row as each person's page loaded it."""
    return [type(row).objects.get(pk=row.pk) for _ in people]


def one_introduction() -> dict[str, Any]:
    """Four accept and three decline for the provider, three withdraw for the manufacturer."""
    row = factories.make_introduction()
    seller, sme = row.provider.organisation, row.need.organisation
    people = [factories.make_user() for _ in range(PEOPLE)]
    for place, person in enumerate(people):
        (seller if place < 7 else sme).memberships.create(user=person, role="editor")
    pages = seen_by(people, row)

    def press(place: int) -> Callable[[], Any]:
        given = {"actor": people[place], "introduction": pages[place], "seen": 0}
        if place < 4:
            return lambda: introductions.accept(**given)
        if place < 7:
            return lambda: introductions.decline(reason="busy", **given)
        return lambda: introductions.withdraw(**given)

    results = at_once(*map(press, range(PEOPLE)))
    row.refresh_from_db()
    told = Notification.objects.filter(url=f"/introductions/{row.pk}/")
    return {
        "results": results,
        "state": row.state,
        "version": row.version,
        "audit": [entry.verb for entry in audit.trail(row)],
        "actors": [people.index(e.actor) for e in audit.trail(row) if e.actor in people],
        "told": sorted(set(told.values_list("kind", flat=True))),
    }


def capacity() -> dict[str, Any]:
    """Ten introductions to a provider with two jobs free, all accepted at once."""
    provider = factories.make_listed_provider(capacity=2)
    rows = [factories.make_introduction(provider=provider) for _ in range(PEOPLE)]
    owner = provider.organisation.memberships.get().user
    results = at_once(
        *(
            lambda row=row: introductions.accept(actor=owner, introduction=row, seen=0)  # type: ignore[misc]
            for row in rows
        )
    )
    accepted = Introduction.objects.filter(provider=provider, state="accepted").count()
    return {"results": results, "accepted": accepted}


def one_pair() -> dict[str, Any]:
    """Both sides ask for the same introduction, five each."""
    need, provider = factories.make_need(), factories.make_listed_provider()
    sides = ["manufacturer", "provider"] * (PEOPLE // 2)
    results = at_once(
        *(
            lambda side=side: factories.make_introduction(need=need, provider=provider, side=side)  # type: ignore[misc]
            for side in sides
        )
    )
    return {"results": results, "rows": Introduction.objects.filter(need=need).count()}


def one_draft() -> dict[str, Any]:
    """A draft is posted ten times."""
    owner = factories.make_user()
    need = factories.make_need(owner, state="draft")
    pages = seen_by([owner] * PEOPLE, need)
    results = at_once(
        *(
            lambda page=page: needs.post_need(actor=owner, need=page, seen=0)  # type: ignore[misc]
            for page in pages
        )
    )
    need.refresh_from_db()
    rows = OutboxRow.objects.filter(kind="need", key=need.ref)
    return {
        "results": results,
        "state": need.state,
        "indexed": sorted(set(rows.values_list("requested", flat=True))),
    }


def one_form() -> dict[str, Any]:
    """The same new form is sent ten times."""
    owner = factories.make_user()
    firm = factories.make_manufacturer(owner)
    given = {
        "actor": owner,
        "organisation": firm,
        "words": needs.Words("t", "d", "en"),
        "understanding": needs.Understanding(district="330212"),
        "token": "the same",
    }
    results = at_once(*([lambda: needs.create_draft(**given)] * PEOPLE))
    return {"results": results, "rows": Need.objects.filter(created_by=owner).count()}


def both_consent() -> dict[str, Any]:
    """Five people of each side consent to an agreement."""
    agreement = factories.make_agreement()
    introduction = agreement.introduction
    firms = [introduction.need.organisation, introduction.provider.organisation]
    people = [factories.make_user() for _ in range(PEOPLE)]
    for place, person in enumerate(people):
        firms[place % 2].memberships.create(user=person, role="editor")
    pages = seen_by(people, agreement)
    results = at_once(
        *(
            lambda place=place: agreements.consent(  # type: ignore[misc]
                actor=people[place], agreement=pages[place], digest=agreement.digest
            )
            for place in range(PEOPLE)
        )
    )
    agreement.refresh_from_db()
    jobs = Job.objects.filter(agreement=agreement)
    return {
        "results": results,
        "state": agreement.state,
        "version": agreement.version,
        "sides": sorted(agreement.consents.values_list("side", flat=True)),
        "amounts": [sum(row.amount for row in job.milestones.all()) for job in jobs],
        "price": agreement.proposal.price,
    }


def one_proposal() -> dict[str, Any]:
    """Four agree and three decline for the manufacturer, three withdraw for the provider."""
    proposal = factories.make_proposal()
    introduction = proposal.introduction
    people = [factories.make_user() for _ in range(PEOPLE)]
    for place, person in enumerate(people):
        firm = introduction.need.organisation if place < 7 else introduction.provider.organisation
        firm.memberships.create(user=person, role="editor")
    pages = seen_by(people, proposal)

    def press(place: int) -> Callable[[], Any]:
        given = {"actor": people[place], "proposal": pages[place], "seen": proposal.version}
        if place < 4:
            return lambda: agreements.agree(**given)
        if place < 7:
            return lambda: proposals.decline_proposal(reason="busy", **given)
        return lambda: proposals.withdraw_proposal(**given)

    results = at_once(*map(press, range(PEOPLE)))
    proposal.refresh_from_db()
    return {
        "results": results,
        "state": proposal.state,
        "agreements": introduction.agreements.count(),
    }


def main() -> None:
    """Every race on a database that is migrated first."""
    translation.activate("en")
    call_command("migrate", verbosity=0)
    races = (
        one_introduction,
        capacity,
        one_pair,
        one_draft,
        one_form,
        both_consent,
        one_proposal,
    )
    json.dump({race.__name__: race() for race in races}, sys.stdout)


if __name__ == "__main__":
    main()
