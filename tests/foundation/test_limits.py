"""How often one person may do what reaches other people, and one address may have texts read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils import timezone

from matching.actions import need as needs
from matching.actions.introduction import request_introduction
from matching.content import Understanding, Words
from portal.accounts.models import User
from portal.community import actions as community
from portal.foundation import limits
from portal.foundation.models import AuditEntry
from portal.organisations import actions as organisations
from tests.clients import Client
from tests.factories import (
    make_listed_provider,
    make_manufacturer,
    make_need,
    make_organisation,
    make_project,
    make_uscc,
    make_user,
    project_content,
)

pytestmark = pytest.mark.django_db


def did(user: User | None, verb: str, times: int) -> None:
    """`times` entries in the audit trail, as if done just now."""
    AuditEntry.objects.bulk_create(
        AuditEntry(actor=user, verb=verb, object_type="x.y", object_id="1") for _ in range(times)
    )


def test_what_is_too_often_is_refused_until_a_day_has_passed() -> None:
    limit = limits.Limit(("a.b", "a.c"), 3)
    user, other = make_user(), make_user()
    did(user, "a.b", 1)
    did(user, "a.c", 1)
    did(user, "a.d", 9)
    did(other, "a.b", 9)
    limit.require(user)
    did(user, "a.b", 1)
    with pytest.raises(ValidationError) as refused:
        limit.require(user)
    assert list(refused.value.message_dict) == ["__all__"]
    AuditEntry.objects.update(at=timezone.now() - timedelta(days=1, seconds=1))
    limit.require(user)


def test_the_system_is_never_too_often() -> None:
    did(None, "a.b", 9)
    limits.Limit(("a.b",), 3).require(None)


def _ask(user: User) -> Any:
    need = make_need(organisation=make_manufacturer(user), user=user)
    return request_introduction(
        actor=user,
        need=need,
        provider=make_listed_provider(),
        side="manufacturer",
        message="?",
    )


def _write(user: User) -> Any:
    return needs.create_draft(
        actor=user,
        organisation=make_manufacturer(user),
        words=Words("标题", "铝壳划伤老是漏检。", "zh"),
        understanding=Understanding(district="330212"),
    )


def _invite(user: User) -> Any:
    return organisations.invite_member(
        actor=user, organisation=make_organisation(owner=user), email="x@y.example", role="editor"
    )


def _register(user: User) -> Any:
    return organisations.register_organisation(
        actor=user, uscc=make_uscc(), name_zh="某厂", district="330212"
    )


def _join(user: User) -> Any:
    return community.request_to_join(
        actor=user, project=make_project(), does="code", message="I know C."
    )


def _propose(user: User) -> Any:
    return community.create_project(actor=user, slug="a-project", content=project_content())


@pytest.mark.parametrize(
    ("verb", "times", "action"),
    [
        ("introduction.request", 30, _ask),
        ("need.create", 30, _write),
        ("organisations.member.invite", 30, _invite),
        ("organisations.member.invite_again", 30, _invite),
        ("organisations.organisation.register", 10, _register),
        ("community.join.request", 20, _join),
        ("community.project.propose", 20, _propose),
    ],
)
def test_what_reaches_others_has_a_limit_a_day(
    verb: str, times: int, action: Callable[[User], Any]
) -> None:
    user = make_user()
    did(user, verb, times - 1)
    assert action(user) is not None
    busy = make_user()
    did(busy, verb, times)
    with pytest.raises(ValidationError, match="24"):
        action(busy)


@pytest.mark.parametrize(
    "path", ["/en/search/?q=plc", "/en/projects/?q=plc", "/en/needs/post/understood/"]
)
def test_an_address_has_so_many_texts_read_a_minute(
    client: Client, settings: Any, path: str
) -> None:
    settings.READS_PER_MINUTE = 2
    given = [client.get(f"{path}{'&' if '?' in path else '?'}n={n}").status_code for n in range(3)]
    assert 429 not in given[:2]
    assert given[2] == 429
    assert client.get(path, REMOTE_ADDR="192.0.2.7").status_code != 429


@pytest.mark.parametrize(
    ("proxies", "expected"), [(0, "127.0.0.1"), (1, "203.0.113.5"), (2, "198.51.100.9")]
)
def test_the_address_is_the_one_that_our_own_proxies_saw(
    settings: Any, proxies: int, expected: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": "10.0.0.1, 198.51.100.9, 203.0.113.5"}
    )
    assert limits.address_of(request) == expected


def test_an_address_of_a_house_counts_as_one() -> None:
    for last in ("1", "ffff:1"):
        request = RequestFactory().get("/", REMOTE_ADDR=f"2001:db8:1:2::{last}")
        assert limits.address_of(request) == "2001:db8:1:2::"
