"""What is refused before any view sees it, and how long every answer took."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

from portal.foundation import figures


class NoNulAddress:
    """An address with NUL is not found: PostgreSQL cannot even be asked for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)


class CompressedForVisitors(GZipMiddleware):
    """Compresses pages for those who are signed out: they hold nothing secret that the length of a
    compressed page could give away (BREACH); a CSRF token is masked anew in each."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """The page, smaller where the browser takes that."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies
        if response.streaming or not is_page or signed_in:
            return response
        return super().process_response(request, response)


class Measured:
    """Counts requests for /metrics."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        figures.answered(request, response.status_code, time.perf_counter() - started)
        return response
