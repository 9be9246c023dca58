"""`manage.py demo`: rows to look around with, marked as such."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import override

from portal.demo import community, deals, needs, organisations, people, rows
from portal.foundation.notifications import count_as_emailed
from portal.foundation.progress import Progress
from portal.organisations.reading import read_pending
from search import engines, indexing
from search.engines.base import EngineError

Row = TypeVar("Row")


class Command(BaseCommand):
    """Adds what is missing; running it again changes nothing."""

    help = "Adds demo rows, marked as such, and prints one sign-in per role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--code", action="store_true", help="only print the code of the second step now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["code"]:
            self.stdout.write(people.code_now())
            return
        call_command("setup")
        with override("zh-hans"):
            accounts = people.ensure_people()
            self._providers(accounts)
            self._needs(accounts)
            self._community(accounts)
        # Addresses under demo.example do not exist: what the seeding told is read in the portal.
        count_as_emailed(accounts.values())
        progress = Progress(self.stderr, "demo: profiles read")
        read_pending(progress)
        progress.finish()
        for engine in engines.all_engines():
            try:
                indexing.sync(engine)
            except EngineError as error:
                self.stderr.write(f"demo: {engine.name}: {error}; the worker tries again")
        self._print_sign_ins()

    def _providers(self, accounts: dict[str, Any]) -> None:
        data = rows.read("providers", rows.DemoProvider)
        owners = {
            data[0].key: accounts["provider"],
            next(row.key for row in data if row.kind == "collective"): accounts["collective"],
        }
        day = timezone.localdate()
        self._each(
            "providers",
            data,
            lambda row: organisations.ensure_provider(
                row, owner=owners.get(row.key), moderator=accounts["moderator"], day=day
            ),
        )

    def _needs(self, accounts: dict[str, Any]) -> None:
        data = rows.read("needs", rows.DemoNeed)
        own = data[0].organisation.uscc

        def ensure(row: rows.DemoNeed) -> bool:
            owner = accounts["manufacturer"] if row.organisation.uscc == own else None
            factory = organisations.ensure_manufacturer(row.organisation, owner=owner)
            return needs.ensure_need(row, factory)

        self._each("needs", data, ensure)
        self._each(
            "introductions",
            rows.read("introductions", rows.DemoIntroduction),
            needs.ensure_introduction,
        )
        self._each(
            "deals", rows.read("deals", rows.DemoDeal), lambda row: deals.ensure_deal(row, accounts)
        )

    def _community(self, accounts: dict[str, Any]) -> None:
        self._each(
            "projects",
            rows.read("projects", rows.DemoProject),
            lambda row: community.ensure_project(row, maintainer=accounts["maintainer"]),
        )
        community.ensure_joining(accounts)
        day = timezone.localdate()
        self._each(
            "news",
            rows.read("news", rows.DemoNews),
            lambda row: community.ensure_news(row, day=day),
        )

    def _each(self, label: str, data: Iterable[Row], ensure: Callable[[Row], bool]) -> None:
        progress = Progress(self.stderr, f"demo: {label}")
        for row in data:
            ensure(row)
            progress.advance()
        progress.finish()

    def _print_sign_ins(self) -> None:
        self.stdout.write(f"Demo sign-ins (password {people.password()}):")
        for person in people.PEOPLE:
            second = "  + code of the second step" if person.city_roles else ""
            self.stdout.write(f"  {person.role:<13} {person.email}{second}")
        self.stdout.write(
            f"Second step: secret {people.totp_secret()} for an authenticator app; "
            "`manage.py demo --code` prints the code of the moment"
        )
