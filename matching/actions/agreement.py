"""From an agreed proposal to an agreement in force: prepared, consented to, or taken back."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from matching.actions import moves
from matching.actions.deal import hold, make_ref, other_side, reason_of, side_for, today
from matching.agreements.pdf import agreement_pdf, sha256_of
from matching.agreements.text import TEMPLATE_VERSION, agreement_text, digest_of
from matching.models import (
    Agreement,
    AgreementPdf,
    Confidentiality,
    Consent,
    Introduction,
    Job,
    Milestone,
    Proposal,
)
from matching.people import when
from matching.states import (
    AGREED,
    AWAITING_CONSENT,
    EXPIRED,
    IN_FORCE,
    OFFERED,
    OPEN,
    PROPOSED,
    RUNNING,
    VOID,
    WITHDRAWN,
    Move,
    move,
)
from matching.telling_deals import tell_other_side, tell_sides
from matching.terms import Terms, split
from portal.foundation import audit
from portal.foundation.text import LANGUAGES

Side = Introduction.Side


@moves.action
def agree(
    *,
    actor: Any | None,
    proposal: Proposal,
    language: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> Agreement:
    """Agree to the other side's live proposal; the agreement's text is written and frozen.

    `language` of the text: zh or en (default: the need's). Raises PermissionDenied,
    ValidationError (language), StaleMove, IllegalMove (lapsed, introduction closed)."""
    now = now or timezone.now()
    attempt = move("proposal.agree")
    moves.require_role(actor, attempt, proposal)
    held = hold(proposal.introduction_id, attempt, proposal, actor)
    language = language or held.need.language
    if language not in LANGUAGES:
        raise ValidationError({"language": gettext("The language is zh or en.")})
    moves.check(attempt.name, proposal, actor=actor, seen=seen)
    if proposal.valid_until is None or proposal.valid_until < today(now):
        message = gettext("The proposal was valid until a day that has passed.")
        raise moves.IllegalMove(message, attempt=attempt, obj=proposal, actor=actor)
    fields = {"answered_at": now, "answered_by": actor}
    moves.apply(attempt.name, proposal, actor=actor, to=AGREED, seen=seen, fields=fields)
    agreement = _prepare(held, proposal, language, actor, now)
    tell_other_side(agreement, other_side(proposal.side), "agreement.prepared", actor=actor)
    return agreement


def _prepare(
    introduction: Introduction,
    proposal: Proposal,
    language: str,
    actor: Any | None,
    now: datetime,
) -> Agreement:
    ref = make_ref("A", today(now))
    attached = proposal.files.select_related("file")
    accepted = Confidentiality.objects.filter(introduction=introduction, state=IN_FORCE)
    secret = accepted.first()
    text = agreement_text(
        ref=ref,
        introduction=introduction,
        proposal=proposal,
        language=language,
        prepared=now,
        files=[{"name": row.file.name, "sha256": row.file.sha256} for row in attached],
        confidentiality=secret.sha256 if secret else "",
    )
    digest = digest_of(text)
    content = agreement_pdf(ref=ref, text=text, digest=digest)
    agreement = Agreement.objects.create(
        introduction=introduction,
        proposal=proposal,
        ref=ref,
        text=text,
        text_language=language,
        template_version=TEMPLATE_VERSION,
        digest=digest,
        pdf_sha256=sha256_of(content),
        created=now,
    )
    AgreementPdf.objects.create(agreement=agreement, content=content)
    after = {
        "state": AWAITING_CONSENT,
        "version": 0,
        "proposal": proposal.pk,
        "digest": digest,
        "pdf_sha256": agreement.pdf_sha256,
    }
    audit.record(actor, "agreement.prepare", agreement, after=after)
    return agreement


@moves.action
def consent(
    *,
    actor: Any | None,
    agreement: Agreement,
    digest: str,
    side: str = "",
    now: datetime | None = None,
) -> Agreement:
    """Consent for one's side to the text of that digest. The second side's consent puts the
    agreement in force and starts the job, all in one transaction.

    Raises PermissionDenied, ValidationError (digest: another text than the one consented to),
    StaleMove (this side has consented), IllegalMove."""
    now = now or timezone.now()
    attempt = move("agreement.consent")
    moves.require_role(actor, attempt, agreement)
    held = hold(agreement.introduction_id, attempt, agreement, actor)
    # The text is frozen, so the digest says what was read; the other side's consent meanwhile
    # is no reason to refuse.
    agreement.refresh_from_db(fields=["state", "version", "digest"])
    given = {row.side: row for row in agreement.consents.select_related("user")}
    sides = [side] if side else sorted(Side.values, key=lambda name: name in given)
    side = side_for(actor, held, attempt, sides)
    if side in given and agreement.state != VOID:
        raise _consented_before(attempt, agreement, given[side], actor)
    moves.check(attempt.name, agreement, actor=actor)
    if digest != agreement.digest:
        message = gettext("This is not the text that you read. Open the agreement again.")
        raise ValidationError({"digest": message})
    Consent.objects.create(
        agreement=agreement,
        side=side,
        user=actor,
        name=actor.get_full_name() if actor else "",
        digest=digest,
        at=now,
    )
    if not given:
        moves.apply(attempt.name, agreement, actor=actor, note=side)
        tell_other_side(agreement, side, "agreement.consented", actor=actor)
        return agreement
    fields = {"in_force_at": now}
    moves.apply(attempt.name, agreement, actor=actor, to=IN_FORCE, fields=fields, note=side)
    job = _start_job(agreement, actor, now)
    tell_sides(job, "job.started", actor=actor)
    return agreement


def _consented_before(
    attempt: Move, agreement: Agreement, row: Consent, actor: Any | None
) -> moves.StaleMove:
    who = gettext("You") if actor is not None and row.user_id == actor.pk else row.name
    message = gettext("%(who)s consented for your side (%(when)s); once is enough.") % {
        "who": who,
        "when": when(row.at),
    }
    return moves.StaleMove(message, attempt=attempt, obj=agreement, actor=actor)


def _start_job(agreement: Agreement, actor: Any | None, now: datetime) -> Job:
    """The job and its milestones as the agreed proposal has them; amounts add up to the price."""
    terms = Terms.of(agreement.proposal)
    start = today(now)
    job = Job.objects.create(
        ref=make_ref("J", start),
        agreement=agreement,
        introduction=agreement.introduction,
        price=terms.price or 0,
        started_at=now,
        due_on=start + timedelta(days=terms.days or 0),
    )
    after = {"state": RUNNING, "version": 0, "agreement": agreement.pk, "price": job.price}
    audit.record(actor, "job.start", job, after=after)
    amounts = split(job.price, [part.share or 0 for part in terms.parts])
    for place, (part, amount) in enumerate(zip(terms.parts, amounts, strict=True), start=1):
        milestone = Milestone.objects.create(
            job=job,
            position=place,
            title=part.title,
            done_when=part.done_when,
            share=part.share or 0,
            amount=amount,
            due_on=start + timedelta(days=part.days or 0),
        )
        after = {"state": OPEN, "version": 0, "amount": amount}
        audit.record(actor, "milestone.start", milestone, after=after)
    return job


@moves.action
def revise(
    *,
    actor: Any | None,
    agreement: Agreement,
    reason: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> Agreement:
    """Take an agreement that is not in force back to the proposals: the agreed version waits for
    an answer again, or has expired meanwhile.

    Raises PermissionDenied, ValidationError (reason), StaleMove, IllegalMove."""
    now = now or timezone.now()
    attempt = move("agreement.revise")
    moves.require_role(actor, attempt, agreement)
    text = reason_of(reason, needed=False)
    held = hold(agreement.introduction_id, attempt, agreement, actor)
    fields = {"void_at": now, "reason": text}
    moves.apply(attempt.name, agreement, actor=actor, to=VOID, seen=seen, fields=fields)
    proposal = Proposal.objects.get(pk=agreement.proposal_id)
    cleared = {"answered_at": None, "answered_by": None}
    moves.apply("proposal.reopen", proposal, actor=actor, to=OFFERED, fields=cleared)
    if proposal.valid_until and proposal.valid_until < today(now):
        moves.apply("proposal.expire", proposal, actor=None, to=EXPIRED)
    side = side_for(actor, held, attempt, () if actor else Side.values)
    tell_other_side(agreement, side, "agreement.revised", actor=actor)
    return agreement


def drop_open_deals(introduction: Introduction, now: datetime) -> None:
    """End what is not in force when the introduction is closed, in the caller's transaction."""
    for agreement in introduction.agreements.filter(state=AWAITING_CONSENT):
        moves.apply("agreement.drop", agreement, actor=None, to=VOID, fields={"void_at": now})
    left = introduction.proposals.filter(state__in=move("proposal.drop").sources)
    for proposal in left.exclude(agreements__state=IN_FORCE):
        moves.apply("proposal.drop", proposal, actor=None, to=WITHDRAWN)
    for secret in Confidentiality.objects.filter(introduction=introduction, state=PROPOSED):
        moves.apply("confidentiality.drop", secret, actor=None, to=WITHDRAWN)
