"""The e-mail of a delivery: the new documents by search, in the owner's language, with a link and
headers that stop it in one click (RFC 8058)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from portal.discovery.alerts.matching import read_documents
from portal.discovery.models import Delivery, SavedSearch, SavedSearchHit
from portal.discovery.saved.tokens import token
from portal.foundation import mailing
from portal.foundation.text import content_language, pick
from search.documents import IndexedDocument

logger = logging.getLogger(__name__)

LISTED = 20
"""Documents of one search that an e-mail lists; the rest are a link away."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document in an e-mail."""

    title: str
    summary: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """One search in an e-mail: its documents, how many more there are, where to see and stop."""

    name: str
    items: Sequence[Item]
    more: int
    url: str
    stop_url: str


def drain(limit: int) -> int:
    """Send what is due, up to `limit`; a failure is tried again later, mailing.ATTEMPTS times.

    A worker killed in between sends it again under the same Message-ID, by which mail programs
    recognise it, rather than never."""
    sent = 0
    waiting = Delivery.objects.filter(email_due=True, owner__is_active=True)
    for delivery in mailing.take(waiting.select_related("owner"), limit):
        try:
            _send(delivery)
        except (OSError, SMTPException) as error:
            # Its words name the address.
            logger.warning("alert %s could not be sent: %s", delivery.pk, type(error).__name__)
            mailing.try_later(delivery)
        else:
            Delivery.objects.filter(pk=delivery.pk).update(
                emailed_at=timezone.now(), email_due=False
            )
            sent += 1
    return sent


def message_of(delivery: Delivery) -> EmailMultiAlternatives | None:
    """The e-mail of a delivery as of now: without documents that are gone and searches stopped
    meanwhile; None when nothing is left to tell."""
    with override(delivery.owner.language):
        parts = _parts(delivery)
        if not parts:
            return None
        count = sum(len(part.items) + part.more for part in parts)
        title = parts[0].items[0].title
        subject = ngettext(
            "%(count)s new for you: %(title)s", "%(count)s new for you: %(title)s …", count
        )
        stop_url = address("discovery:stop-delivery", token=token("stop-delivery", delivery))
        context = {
            "subject": " ".join((subject % {"count": count, "title": title}).split())[:200],
            "parts": parts,
            "searches_url": address("discovery:saved-searches"),
            "stop_url": stop_url,
            "recipient": delivery.owner,
        }
        message = EmailMultiAlternatives(
            subject=str(context["subject"]),
            body=render_to_string("discovery/email/alert.txt", context),
            to=[delivery.owner.email],
            headers={
                "List-Unsubscribe": f"<{stop_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Message-ID": f"<alert-{token('message', delivery)}@{_host()}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        html = render_to_string("discovery/email/alert.html", context)
        message.attach_alternative(html, "text/html")
        return message


def address(name: str, **arguments: object) -> str:
    """A page's full address in the language that is active."""
    return f"{settings.SITE_URL}{reverse(name, kwargs=arguments)}"


def item_of(document: IndexedDocument) -> Item:
    """What is told of a document, in the language that is active."""
    language = content_language()
    summary = " ".join(pick(document.summary.zh, document.summary.en).split())
    prefix = "en" if language == "en" else "zh-hans"
    return Item(
        title=" ".join(pick(document.title.zh, document.title.en).split()) or gettext("Untitled"),
        summary=summary if len(summary) <= 200 else summary[:199].rstrip() + "…",
        url=f"{settings.SITE_URL}/{prefix}{document.url}",
    )


def _send(delivery: Delivery) -> None:
    message = message_of(delivery)
    if message is not None:
        message.send()


def _parts(delivery: Delivery) -> list[Part]:
    hits = list(
        SavedSearchHit.objects.filter(delivery=delivery, by_email=True)
        .exclude(saved_search__frequency=SavedSearch.Frequency.OFF)
        .select_related("saved_search")
        .order_by("saved_search_id", "-found_at", "-id")
    )
    by_search: dict[int, list[SavedSearchHit]] = {}
    for hit in hits:
        by_search.setdefault(hit.saved_search_id, []).append(hit)
    found = read_documents((hit.type, hit.key) for hit in hits)
    parts = []
    for same in by_search.values():
        search = same[0].saved_search
        there = [found[hit.type, hit.key] for hit in same if (hit.type, hit.key) in found]
        if there:
            part = Part(
                name=search.name,
                items=[item_of(document) for document in there[:LISTED]],
                more=max(0, len(there) - LISTED),
                url=f"{settings.SITE_URL}{search.get_absolute_url()}",
                stop_url=address("discovery:stop", token=token("stop", search)),
            )
            parts.append(part)
    return parts


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
