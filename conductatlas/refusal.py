"""Requests that nothing could answer are refused before any view sees them."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


class RefuseNul:
    """Answer 400 to a page's address with a NUL character: PostgreSQL keeps none, so it can name nothing.

    The API refuses it by itself, with a problem document.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_page = not request.path.startswith("/api/v")
        if is_page and ("\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "")):
            raise BadRequest("the address contains a NUL character")
        return self.get_response(request)
