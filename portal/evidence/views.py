"""Taking evidence away."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from portal.evidence.facts import CRITERIA, DELIVERY_FACTS
from portal.evidence.queries import evidence_of
from portal.foundation import permissions
from portal.foundation.exports import csv_response
from portal.organisations.models import Organisation


@login_required
@require_safe
def export(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """Every piece that counts, a row each, for the organisation's own people."""
    organisation = get_object_or_404(Organisation, key=key, provider__isnull=False)
    if not permissions.allowed(request.user, "evidence.export", organisation):
        raise Http404
    counts = sorted(DELIVERY_FACTS)
    header = ["kind", "at", "source", *counts, *CRITERIA, "recorded_at"]
    rows = (
        [
            row.kind,
            row.at,
            f"{row.source_kind}:{row.source_key}",
            *(row.facts.get(name, "") for name in counts),
            *(row.facts.get("criteria", {}).get(name, "") for name in CRITERIA),
            row.recorded_at,
        ]
        for row in evidence_of(organisation).iterator(chunk_size=500)
    )
    return csv_response(f"evidence-{organisation.key}.csv", header, rows)
