"""Every route of the rooms. A route that is not described here fails `tests/test_routes.py`."""

from typing import Any

from tests.inventory.dealing import DEALING
from tests.inventory.rules import Route, everybody, may, may_any, only, signed_in

PROVIDER, FIRM = (lambda c: c.provider), (lambda c: c.firm)
NEED, PROJECT = (lambda c: c.need), (lambda c: c.project)
MANAGES = may("organisations.organisation.manage", FIRM)
READS_REPORT = may("discovery.searches.report")
MODERATES = may("foundation.moderate")
OWN = only("owner")
OWNS_NEED = only("customer", "customer_colleague")
READS_FILE = may("foundation.file.read", lambda c: c.own.file)


def _firm(city: Any, **more: Any) -> dict[str, Any]:
    return {"key": city.firm.key, **more}


def _own(name: str) -> Any:
    return lambda city: {"pk": getattr(city.own, name).pk}


def _search(city: Any) -> dict[str, Any]:
    return {"pk": city.search.pk}


def _ref(city: Any) -> dict[str, Any]:
    return {"ref": city.need.ref}


def _slug(city: Any) -> dict[str, Any]:
    return {"slug": city.project.slug}


def _asked(city: Any) -> dict[str, Any]:
    return {"slug": city.project.slug, "pk": city.join_request.pk}


FOUNDATION = {
    "notifications": Route(signed_in),
    "read-all": Route(signed_in),
    "open": Route(OWN, _own("notification")),
    "choices": Route(signed_in),
    "unsubscribe": Route(everybody, lambda c: {"token": c.own.stop_token}),
    "endpoints": Route(signed_in),
    "add-endpoint": Route(may("notifications.endpoint.add")),
    **{
        f"{verb}endpoint": Route(
            may("notifications.endpoint.change", lambda c: c.own.endpoint), _own("endpoint")
        )
        for verb in ("", "test-", "rotate-", "pause-", "remove-")
    },
    "deliveries": Route(signed_in),
    "send-again": Route(OWN, _own("delivery")),
    "delivery-report": Route(may("notifications.report")),
    "moderation": Route(MODERATES),
    "waiting": Route(signed_in),
    "stuck": Route(may("foundation.stuck")),
    "stuck-export": Route(may("foundation.stuck")),
    "drafts": Route(signed_in),
    "save-draft": Route(may("foundation.draft.keep"), odd=(404,)),
    "discard-draft": Route(OWN, _own("draft")),
}
DISCOVERY = {
    "search": Route(everybody, query=lambda c: "q=gateway&in=providers"),
    "suggest": Route(everybody, query=lambda c: "q=gat"),
    # Counted only where it comes from a page of ours.
    "click": Route(everybody, odd=(403,)),
    "searches": Route(READS_REPORT),
    "export-searches": Route(READS_REPORT),
    "saved-searches": Route(signed_in),
    "save-search": Route(may("discovery.search.save"), query=lambda c: "q=gateway"),
    "export-saved-searches": Route(signed_in),
    **{
        name: Route(may("discovery.saved_search.view", lambda c: c.search), _search)
        for name in (
            "saved-search", "edit-saved-search", "pause-saved-search", "delete-saved-search",
        )
    },
    "feed": Route(everybody, lambda c: {"token": c.feed_token}),
    "stop": Route(everybody, lambda c: {"token": c.stop_token}),
    "stop-delivery": Route(everybody, lambda c: {"token": c.stop_all_token}),
}  # fmt: skip
ORGANISATIONS = {
    "provider": Route(everybody, _firm),
    "desk": Route(signed_in),
    "register": Route(may("organisations.organisation.register"), query=lambda c: "as=offer"),
    "organisation": Route(MANAGES, _firm),
    "edit": Route(may("organisations.organisation.update", FIRM), _firm),
    "edit-profile": Route(may("organisations.profile.save", PROVIDER), _firm),
    "export": Route(may("organisations.profile.export", PROVIDER), _firm, shown_to=MANAGES),
    "set-listed": Route(may("organisations.profile.list", PROVIDER), _firm),
    # Who belongs to the firm's pages and may not do just this is told so and led back.
    "ask-verification": Route(MANAGES, _firm),
    "close": Route(may("organisations.organisation.close", FIRM), _firm),
    "import": Route(may("organisations.profile.save", PROVIDER), _firm),
    "import-template": Route(
        may("organisations.profile.save", PROVIDER), lambda c: _firm(c, ending="csv")
    ),
    **{
        name: Route(
            may("organisations.profile.save", PROVIDER), lambda c: _firm(c, pk=c.brought.pk)
        )
        for name in ("import-changes", "undo-import")
    },
    "add-offer": Route(may("organisations.offer.edit", PROVIDER), _firm),
    **{
        name: Route(
            may("organisations.offer.edit", PROVIDER), lambda c: _firm(c, pk=c.offer.pk)
        )
        for name in ("edit-offer", "delete-offer")
    },
    "members": Route(MANAGES, _firm),
    **{
        name: Route(MANAGES, lambda c: _firm(c, pk=c.membership.pk))
        for name in ("change-role", "remove-member")
    },
    **{
        name: Route(MANAGES, lambda c: _firm(c, pk=c.invitation.pk))
        for name in ("resend", "withdraw")
    },
    "invitation": Route(signed_in, lambda c: {"token": c.invitation.token}),
    "moderate": Route(MODERATES, _firm, refusal=403),
    "record-recognition": Route(MODERATES, _firm, refusal=403),
    "withdraw-recognition": Route(
        MODERATES, lambda c: _firm(c, pk=c.recognition.pk), refusal=403
    ),
}  # fmt: skip
MATCHING = {
    "needs": Route(everybody),
    "post": Route(everybody),
    "understood": Route(everybody),
    "mine": Route(signed_in),
    "export": Route(signed_in),
    "fitting": Route(signed_in),
    "need": Route(may_any(NEED, "matching.need.read", "matching.need.follow"), _ref),
    # The firm's own pages: a superuser, who belongs to none, is not led there.
    "edit": Route(OWNS_NEED, _ref),
    "step": Route(OWNS_NEED, lambda c: {**_ref(c), "name": "withdraw"}),
    "moderate": Route(MODERATES, lambda c: {"ref": c.waiting_need.ref}, refusal=403),
    "introductions": Route(signed_in),
    "jobs": Route(signed_in),
    "start-offer": Route(everybody),
    "start-fitting": Route(everybody),
    "introduce": Route(
        signed_in, query=lambda c: f"provider={c.firm.key}", odd=(404,)
    ),
    "introduction": Route(
        may("matching.introduction.read", lambda c: c.introduction),
        lambda c: {"pk": c.introduction.pk},
    ),
    "answer": Route(
        may("matching.introduction.accept", lambda c: c.introduction),
        lambda c: {"pk": c.introduction.pk, "name": "accept"},
        shown_to=may("matching.introduction.read", lambda c: c.introduction),
    ),
}  # fmt: skip
COMMUNITY = {
    "projects": Route(everybody),
    "new": Route(may("community.project.propose")),
    "project": Route(may("community.project.view", PROJECT), _slug),
    "edit": Route(may("community.project.update", PROJECT), _slug, refusal=403),
    "review": Route(may("community.project.decline", PROJECT), _slug, refusal=403),
    "join": Route(may("community.project.join", PROJECT), _slug),
    "leave": Route(may("community.project.leave", PROJECT), _slug, refusal=403),
    "decide": Route(may("community.project.requests", PROJECT), _asked, refusal=403),
    "withdraw": Route(only("requester"), _asked),
    "contributions": Route(signed_in),
    "start": Route(everybody),
}
NOTICES = ("privacy", "terms", "accessibility", "contacts")
COMPLAINTS = may("accounts.complaint.read")


def _number(city: Any) -> dict[str, Any]:
    return {"number": city.complaint.number}


ACCOUNTS = {
    "profile": Route(signed_in),
    "second-step": Route(signed_in),
    "notices": Route(signed_in),
    "contacts-consent": Route(signed_in, lambda c: {"wish": "give"}),
    **{kind: Route(everybody) for kind in NOTICES},
    **{f"{kind}-version": Route(everybody, lambda c: {"version": "1"}) for kind in NOTICES},
    "my-data": Route(signed_in),
    "ask-export": Route(signed_in),
    "export": Route(OWN, lambda c: {"key": c.own.copy.key}),
    "erase": Route(signed_in),
    "keep-own": Route(signed_in),
    "keep": Route(everybody, lambda c: {"token": c.keep_token}),
    "security": Route(signed_in),
    "security-log": Route(may("accounts.security.read")),
    "complaints": Route(COMPLAINTS),
    "complaint": Route(COMPLAINTS, _number, refusal=403),
    "complaint-move": Route(COMPLAINTS, lambda c: {**_number(c), "move": "answer"}, refusal=403),
    "new-complaint": Route(everybody),
    "complaint-made": Route(everybody),
}
FILES = {
    "file": Route(READS_FILE, lambda c: {"key": c.own.file.key}),
    "preview": Route(READS_FILE, lambda c: {"key": c.own.photo.key}),
}
EVIDENCE = {"export": Route(may("evidence.export", FIRM), _firm)}
WEB = {"styleguide": Route(everybody), "theme": Route(everybody)}
ROUTES: dict[str, Route] = {
    f"{room}:{name}": route
    for room, routes in {
        "accounts": ACCOUNTS,
        "community": COMMUNITY,
        "discovery": DISCOVERY,
        "evidence": EVIDENCE,
        "files": FILES,
        "foundation": FOUNDATION,
        "matching": {**MATCHING, **DEALING},
        "organisations": ORGANISATIONS,
        "web": WEB,
    }.items()
    for name, route in routes.items()
}
