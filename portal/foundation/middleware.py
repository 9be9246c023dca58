"""What is refused before any view sees it."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse


class NoNulAddress:
    """An address with NUL is not found: PostgreSQL cannot even be asked for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)
