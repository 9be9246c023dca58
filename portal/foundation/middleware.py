"""What is refused before any view sees it, and how long every answer took."""

import time
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from portal.foundation import figures


class NoNulAddress:
    """An address with NUL is not found: PostgreSQL cannot even be asked for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)


class Measured:
    """Counts requests for /metrics."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        figures.answered(request, response.status_code, time.perf_counter() - started)
        return response
