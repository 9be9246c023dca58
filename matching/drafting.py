"""What is kept of needs and requests that somebody began to write.

Signed out, a need is kept in the session. Whoever makes an account for it has it kept with the
account too: the link that confirms the address may be opened in another browser."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from portal.foundation import drafts
from portal.foundation.models import Draft

NEED, CHANGE, ASK, OFFER = (
    "matching.need",
    "matching.need-change",
    "matching.introduction",
    "matching.offer",
)
PROPOSAL = "matching.proposal"
MESSAGE = "matching.message"
DISPUTE, STATEMENT, DECISION, REVIEW = (
    "matching.dispute",
    "matching.statement",
    "matching.decision",
    "matching.review",
)
TEXT, FORM, TOKEN, FIRM = "need_text", "need_form", "need_token", "offer_form"
UNDERSTOOD, FITTING = "/needs/post/understood/", "/start/offer/fitting/"


def register() -> None:
    """Called once at start."""
    drafts.register(NEED, _("A need to post"))
    drafts.register(CHANGE, _("Changes to a need"))
    drafts.register(ASK, _("A request for an introduction"))
    drafts.register(OFFER, _("What you offer"))
    drafts.register(MESSAGE, _("A message"))
    drafts.register(PROPOSAL, _("A proposal"))
    drafts.register(DISPUTE, _("A dispute to open"))
    drafts.register(STATEMENT, _("A statement in a dispute"))
    drafts.register(DECISION, _("A decision in a dispute"))
    drafts.register(REVIEW, _("A review"))
    user_signed_up.connect(_carry, dispatch_uid="matching-carry-drafts")


def _carry(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    session = request.session
    if text := session.get(TEXT):
        data = QueryDict(session.get(FORM, ""), mutable=True)
        data["description"] = text
        _keep(user, NEED, UNDERSTOOD, data)
    if given := session.get(FIRM):
        _keep(user, OFFER, FITTING, QueryDict(given))


def _keep(user: Any, form: str, url: str, data: QueryDict) -> None:
    try:
        drafts.save(actor=user, form=form, url=url, data=data, over=True)
    except ValidationError:
        # Too long to be kept twice: it is still in the session.
        return


def take_up(request: HttpRequest) -> None:
    """Put a kept need back where the pages look for it, if the address asks for it."""
    data = drafts.restored(request, NEED)
    if data is None:
        return
    request.session[TEXT] = words_of(data)
    if "reading" in data:
        request.session[FORM] = data.urlencode()
    else:
        request.session.pop(FORM, None)


def take_up_offer(request: HttpRequest) -> None:
    """The same for what somebody offers."""
    data = drafts.restored(request, OFFER)
    if data is not None:
        request.session[FIRM] = data.urlencode()


def words_of(data: QueryDict) -> str:
    """The words of a kept need, with line ends as texts are kept."""
    words = data.get("description") or data.get("text") or ""
    return words.replace("\r\n", "\n")


def shown(draft: Draft | None, text: str) -> bool:
    """Is what the draft says what the page shows anyway?"""
    if draft is None:
        return False
    fields = draft.fields
    kept = next(iter(fields.get("description") or fields.get("text") or []), "")
    return kept.replace("\r\n", "\n").strip() == text.strip()
