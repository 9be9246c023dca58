"""Storing the checked rows of a needs file: what differs is written, nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from matching.actions import moves
from matching.actions.need import OPEN_DAYS
from matching.content import Understanding
from matching.loading import NeedRow
from matching.models import Need
from matching.reading import understand
from matching.states import OPEN
from portal.accounts.models import User
from portal.foundation import audit, permissions
from portal.organisations import values
from portal.organisations.models import Organisation
from portal.organisations.reading import concepts_version
from search.indexing import request_index_many


@dataclass
class LoadResult:
    """How many needs a load made, changed and found as they are."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


def store_needs(
    *,
    actor: User | None,
    rows: Sequence[NeedRow],
    advance: Callable[[int], None] = lambda by: None,
) -> LoadResult:
    """Make or update the need of each row, open, in one transaction.

    The rows are checked, each ref once. Texts that were read already in this version of the
    vocabulary are not read again; a row that says what is stored already writes nothing. A
    firm that is not here yet is made from the row. Raises PermissionDenied."""
    permissions.require(actor, "matching.need.load")
    # Reading takes its time, so it is done before the transaction holds anything.
    readings = {row.ref: _reading(row, advance) for row in rows}
    result = LoadResult()
    with transaction.atomic():
        owners = _owners(actor, rows)
        changed = [
            row.ref
            for row in rows
            if _store(actor, row, owners[row.organisation.uscc], readings[row.ref], result)
        ]
        request_index_many("need", changed)
    return result


def _reading(row: NeedRow, advance: Callable[[int], None]) -> Understanding:
    stored = Need.objects.filter(ref=row.ref).first()
    advance(1)
    if stored is not None and (
        (stored.title, stored.description) == (row.title, row.description)
        and stored.concepts_version == concepts_version()
    ):
        return Understanding.of(stored)
    return understand(f"{row.title}\n{row.description}", keep=True)


def _owners(actor: User | None, rows: Sequence[NeedRow]) -> dict[str, Organisation]:
    """The firms by code; new ones are made at the district of their first need."""
    wanted = {row.organisation.uscc: row for row in reversed(rows)}
    owners = {
        str(owner.uscc): owner for owner in Organisation.objects.filter(uscc__in=list(wanted))
    }
    for code, row in wanted.items():
        if code in owners:
            continue
        owner = Organisation(
            uscc=code,
            uscc_check_failed=values.clean_uscc(code).check_failed,
            name_zh=row.organisation.name.zh,
            name_en=row.organisation.name.en,
            district=row.district,
        )
        owner.save()
        after = {"key": owner.key, "name_zh": owner.name_zh, "name_en": owner.name_en}
        audit.record(actor, "organisations.organisation.register", owner, after=after)
        owners[code] = owner
    return owners


def _store(
    actor: User | None,
    row: NeedRow,
    owner: Organisation,
    read: Understanding,
    result: LoadResult,
) -> bool:
    fields: dict[str, Any] = {**asdict(row.words), **row.understanding(read).as_fields()}
    need = Need.objects.filter(ref=row.ref).first()
    if need is None:
        now = timezone.now()
        need = Need.objects.create(
            ref=row.ref,
            organisation=owner,
            state=OPEN,
            posted_at=now,
            expires_on=timezone.localdate(now) + timedelta(days=OPEN_DAYS),
            created_by=actor,
            **fields,
        )
        audit.record(actor, "need.load", need, after={"state": OPEN, "version": need.version})
        result.created += 1
        return True
    different = {name: value for name, value in fields.items() if getattr(need, name) != value}
    if need.organisation_id != owner.pk:
        different["organisation"] = owner
    if not different:
        result.unchanged += 1
        return False
    moves.apply("need.reload", need, actor=actor, fields=different)
    result.updated += 1
    return True
