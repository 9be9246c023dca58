"""Demo needs and introductions, brought to every state by the moves people make."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from matching.actions import introduction as introductions
from matching.actions import lapse, moves
from matching.actions import need as needs
from matching.content import Understanding, Words
from matching.models import Introduction, Need
from matching.reading import understand
from portal.demo.rows import DemoIntroduction, DemoNeed
from portal.organisations.models import Organisation, ProviderProfile


def ensure_need(row: DemoNeed, organisation: Organisation) -> bool:
    """Draft one need and bring it to its state; False where it is there already."""
    if Need.objects.filter(organisation=organisation, title=row.title).exists():
        return False
    need = needs.create_draft(
        actor=None,
        organisation=organisation,
        words=Words(row.title, row.description, row.language),
        understanding=_understanding(row),
        is_demo=True,
    )
    _bring_to(need, row.state)
    return True


def ensure_introduction(row: DemoIntroduction) -> bool:
    """Introduce two sides and bring it to its state; False where they have been before."""
    need = Need.objects.get(title=row.need, is_demo=True)
    provider = ProviderProfile.objects.get(organisation__key=row.provider)
    if Introduction.objects.filter(need=need, provider=provider).exists():
        return False
    introduction = introductions.request_introduction(
        actor=None, need=need, provider=provider, side=row.side, message=row.message
    )
    if row.state in ("accepted", "closed"):
        introductions.accept(actor=None, introduction=introduction)
    if row.state == "closed":
        introductions.close(actor=None, introduction=introduction, reason=row.reason)
    elif row.state == "declined":
        introductions.decline(actor=None, introduction=introduction, reason=row.reason)
    elif row.state == "withdrawn":
        introductions.withdraw(actor=None, introduction=introduction)
    elif row.state == "expired":
        lapse.lapse(introduction, timezone.now() + timedelta(days=15))
    return True


def _understanding(row: DemoNeed) -> Understanding:
    low, high = row.budget
    read = understand(f"{row.title}\n{row.description}")
    return replace(
        read,
        district=row.organisation.district,
        industries=row.industries,
        budget_min=low,
        budget_max=high,
        **row.required.model_dump(),
    )


def _bring_to(need: Need, state: str) -> None:
    if state == "draft":
        return
    if state == "moderation":
        # Also where the city does not moderate: officers see what the queue looks like.
        moves.apply("need.post", need, actor=None, to=state, fields={"moderation_note": ""})
        return
    needs.post_need(actor=None, need=need)
    if need.state == "moderation":
        needs.approve_need(actor=None, need=need)
    if state == "withdrawn":
        needs.withdraw_need(actor=None, need=need)
    elif state == "expired":
        moves.apply("need.expire", need, actor=None, to=state)
