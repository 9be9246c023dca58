"""Rows for tests, made through the rooms' actions."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.test import override_settings
from django.utils import timezone
from stdnum.cn import uscc

from matching.actions import agreement as agreements
from matching.actions import need as need_actions
from matching.actions import proposal as deals
from matching.actions.introduction import accept, request_introduction
from matching.content import Understanding, Words
from matching.models import Agreement, Introduction, Job, Need, Proposal
from matching.people import organisation_on
from matching.terms import Part, Terms
from portal.accounts import actions as accounts
from portal.accounts import consent
from portal.accounts.models import User
from portal.community import actions as community
from portal.community.content import ProjectContent
from portal.community.models import JoinRequest, Project
from portal.organisations import actions as organisations
from portal.organisations.actions.organisation import register_organisation
from portal.organisations.actions.profile import list_profile, save_profile
from portal.organisations.models import Offer, Organisation, ProviderProfile

_numbers = count(1)


def make_user(name: str = "", *, roles: tuple[str, ...] = (), **fields: Any) -> User:
    """A person with a city role for each name in `roles`."""
    number = next(_numbers)
    return accounts.create_account(
        actor=None,
        email=fields.pop("email", f"person{number}@example.com"),
        password="secret-word-1",
        name=name or f"Person {number}",
        roles=roles,
        **fields,
    )


# organisations


def make_uscc(number: int | None = None) -> str:
    """A well-formed code with the right check digit, another for each number."""
    body = f"91330200MA{next(_numbers) if number is None else number:07d}"
    return body + uscc.calc_check_digit(body)


def make_organisation(*, owner: User | None = None, **fields: Any) -> Organisation:
    """A firm with an owner."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "uscc": make_uscc(),
        "name_zh": f"甬江机械{number}厂",
        "name_en": f"Yongjiang Works {number}",
        "district": "330212",
    }
    return organisations.register_organisation(
        actor=None, owner=owner or make_user(), **{**usual, **fields}
    )


def make_provider(
    *,
    owner: User | None = None,
    offers: int = 1,
    listed: bool = True,
    verified: bool = False,
    organisation: dict[str, Any] | None = None,
    **fields: Any,
) -> ProviderProfile:
    """A provider with offers; `organisation` says what differs there, `fields` what differs in
    the profile."""
    firm = make_organisation(owner=owner, kind="provider", **(organisation or {}))
    usual = {"summary_zh": "设备联网与数据采集。", "summary_en": "Machine data collection."}
    profile = organisations.save_profile(actor=None, organisation=firm, **{**usual, **fields})
    for number in range(1, offers + 1):
        make_offer(profile, title_en=f"Gateway {number}")
    if listed:
        organisations.list_profile(actor=None, profile=profile)
    if verified:
        organisations.verify_provider(actor=None, profile=profile)
    return profile


def make_offer(profile: ProviderProfile, **fields: Any) -> Offer:
    """An offer with a price range."""
    usual = {
        "title_zh": "采集网关",
        "title_en": "Data gateway",
        "type": "industrial_software",
        "price_from": 20_000,
        "price_to": 80_000,
        "days": 30,
    }
    return organisations.add_offer(actor=None, profile=profile, **{**usual, **fields})


# community


def project_content(**fields: Any) -> ProjectContent:
    """What a project says, valid unless `fields` say otherwise."""
    usual = {
        "repository_url": "https://github.com/apache/plc4x",
        "licence": "Apache-2.0",
        "name_en": "Apache PLC4X",
        "summary_zh": "用同一套接口读写各家 PLC。",
        "summary_en": "One interface to read PLCs of every make.",
    }
    return ProjectContent(**{**usual, **fields})


def make_project(
    *, maintainer: User | None = None, slug: str = "", published: bool = True, **fields: Any
) -> Project:
    """A project with a maintainer, published by the system."""
    project = community.create_project(
        actor=maintainer or make_user(),
        slug=slug or f"project-{next(_numbers)}",
        content=project_content(**fields),
    )
    if published:
        project = community.publish_project(actor=None, project=project)
    return project


def make_join_request(project: Project, user: User | None = None, **fields: Any) -> JoinRequest:
    """An open request to join."""
    usual = {"does": "code", "message": "I have written drivers for ten years."}
    return community.request_to_join(
        actor=user or make_user(), project=project, **{**usual, **fields}
    )


# matching


def make_manufacturer(user: User | None = None, **fields: Any) -> Organisation:
    """A firm in Yinzhou that posts needs; `user` is its owner."""
    usual = {"name_zh": f"鄞州精铸{next(_numbers)}厂", "district": "330212"}
    return register_organisation(actor=user or make_user(), uscc=make_uscc(), **{**usual, **fields})


def make_listed_provider(
    user: User | None = None, *, capacity: int | None = None, **fields: Any
) -> ProviderProfile:
    """A listed provider in Beilun; `user` is its owner."""
    usual = {
        "name_zh": f"北仑视觉{next(_numbers)}",
        "name_en": "Beilun Vision",
        "district": "330206",
    }
    owner = user or make_user()
    organisation = register_organisation(
        actor=owner, uscc=make_uscc(), kind="provider", **{**usual, **fields}
    )
    profile = save_profile(
        actor=owner, organisation=organisation, summary_zh="机器视觉检测。", capacity=capacity
    )
    return list_profile(actor=owner, profile=profile)


def make_need(
    user: User | None = None,
    *,
    organisation: Organisation | None = None,
    state: str = "open",
    words: dict[str, str] | None = None,
    **fields: Any,
) -> Need:
    """A need of a firm, in the state asked for; `fields` are of what was understood."""
    owner = user or make_user()
    told = {"title": "外壳划伤漏检", "description": "铝壳划伤老是漏检。", "language": "zh"}
    need = need_actions.create_draft(
        actor=owner,
        organisation=organisation or make_manufacturer(owner),
        words=Words(**{**told, **(words or {})}),
        understanding=Understanding(**{"district": "330212", **fields}),
    )
    if state == "draft":
        return need
    with override_settings(NEED_MODERATION=state == "moderation"):
        need_actions.post_need(actor=owner, need=need)
    if state == "withdrawn":
        need_actions.withdraw_need(actor=owner, need=need)
    if state == "expired":
        need_actions.expire_needs(now=timezone.now() + timedelta(days=91))
        need.refresh_from_db()
    return need


def share_contacts(*users: User) -> None:
    """They agree to sharing contacts with the other side of an introduction."""
    for user in users:
        consent.give(actor=user, purpose=consent.Purpose.CONTACTS)


def make_introduction(
    *,
    need: Need | None = None,
    provider: ProviderProfile | None = None,
    side: str = "manufacturer",
    message: str = "我们想先看看贵司的检测方案。",
    **fields: Any,
) -> Introduction:
    """An introduction asked for by the owner of one side."""
    need = need or make_need()
    provider = provider or make_listed_provider()
    asking = need.organisation if side == "manufacturer" else provider.organisation
    return request_introduction(
        actor=asking.memberships.get(role="owner").user,
        need=need,
        provider=provider,
        side=side,
        message=message,
        **fields,
    )


# deals


def deal_terms(**fields: Any) -> Terms:
    """Complete terms: two milestones, 40 and 60 percent, valid for a month."""
    usual: dict[str, Any] = {
        "scope": "两台外观检测设备，安装并调试。",
        "price": 200_001,
        "days": 60,
        "valid_until": timezone.localdate() + timedelta(days=30),
        "parts": (
            Part("设备到场", "两台设备通电自检通过。", 40, 20),
            Part("验收", "连续三天漏检低于千分之一。", 60, 60),
        ),
    }
    return Terms(**{**usual, **fields})


def make_accepted(**fields: Any) -> Introduction:
    """An introduction that was accepted."""
    introduction = make_introduction(**fields)
    return accept(actor=None, introduction=introduction)


def member_of(introduction: Introduction, side: str) -> Any:
    """The owner of the organisation on one side."""
    return organisation_on(introduction, side).memberships.get(role="owner").user


def make_proposal(
    introduction: Introduction | None = None,
    *,
    side: str = "provider",
    state: str = "offered",
    **fields: Any,
) -> Proposal:
    """A proposal of one side, a draft or offered; `fields` are of its terms."""
    introduction = introduction or make_accepted()
    author = member_of(introduction, side)
    proposal = deals.begin_proposal(actor=author, introduction=introduction, side=side)
    deals.write_proposal(actor=author, proposal=proposal, terms=deal_terms(**fields))
    if state == "offered":
        deals.offer(actor=author, proposal=proposal)
    return proposal


def make_agreement(proposal: Proposal | None = None, *, language: str = "zh") -> Agreement:
    """An agreement that waits for the consent of both sides."""
    proposal = proposal or make_proposal()
    other = "manufacturer" if proposal.side == "provider" else "provider"
    actor = member_of(proposal.introduction, other)
    return agreements.agree(actor=actor, proposal=proposal, language=language)


def make_job(agreement: Agreement | None = None, *, now: datetime | None = None) -> Job:
    """A running job of two milestones."""
    agreement = agreement or make_agreement()
    for side in ("manufacturer", "provider"):
        agreements.consent(
            actor=member_of(agreement.introduction, side),
            agreement=agreement,
            digest=agreement.digest,
            side=side,
            now=now,
        )
    return Job.objects.get(agreement=agreement)
