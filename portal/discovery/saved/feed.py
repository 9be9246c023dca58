"""The Atom feed of a saved search, at an address only its owner knows."""

from datetime import datetime
from hashlib import blake2b

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.discovery.alerts.mailing import item_of
from portal.discovery.alerts.matching import read_documents
from portal.discovery.models import SavedSearch, SavedSearchHit
from portal.discovery.saved import tokens
from portal.foundation.limits import few_reads

NEWEST = 50


@require_safe
@few_reads
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a search came upon since it was saved, newest first; 304 while nothing changed."""
    search = tokens.saved_search("feed", token)
    if search is None:
        raise Http404
    hits = list(SavedSearchHit.objects.filter(saved_search=search, existed=False)[:NEWEST])
    content, updated = _written(search, hits, settings.SITE_URL + request.path)
    etag = f'"{blake2b(content, digest_size=16).hexdigest()}"'
    response = HttpResponse(content, content_type=Atom1Feed.content_type)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(updated.timestamp())
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    answered = get_conditional_response(request, etag, int(updated.timestamp()), response)
    return answered or response


def _written(
    search: SavedSearch, hits: list[SavedSearchHit], address: str
) -> tuple[bytes, datetime]:
    """The feed, and when it last changed. Documents that are gone are left out."""
    language = get_language() or "zh-hans"
    updated = max((hit.found_at for hit in hits), default=search.created)
    writer = _Feed(
        title=search.name,
        link=f"{settings.SITE_URL}{search.search_url}",
        description=None,
        language="en" if language == "en" else "zh-Hans",
        feed_url=address,
        # No address with the token in it: readers show and pass on ids.
        feed_guid=f"{settings.SITE_URL}/searches/{search.pk}/",
        author_name=_("Duijie"),
        updated=updated,
    )
    found = read_documents((hit.type, hit.key) for hit in hits)
    for hit in hits:
        document = found.get((hit.type, hit.key))
        if document is None:
            continue
        item = item_of(document)
        writer.add_item(
            title=item.title,
            link=item.url,
            description=item.summary,
            unique_id=f"{settings.SITE_URL}/searches/{search.pk}/{hit.type}/{hit.key}",
            pubdate=hit.found_at,
            updateddate=hit.found_at,
        )
    return writer.writeString("utf-8").encode(), updated


class _Feed(Atom1Feed):
    """Atom that says when it changed, not when it was asked for."""

    def latest_post_date(self) -> datetime:
        """The newest item's time, the search's own without any."""
        updated: datetime = self.feed["updated"]
        return updated
