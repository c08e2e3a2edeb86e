"""Requests that nothing could answer are refused, and told why."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis import RedisError

RETRY_AFTER_SECONDS = 60
log = logging.getLogger(__name__)


class RefuseNul:
    """Answer 400 to a page's address or form with a NUL character: PostgreSQL keeps none, so it can name nothing.

    The API refuses it by itself, with a problem document.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_page = not request.path.startswith("/api/v")
        if is_page and ("\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "")):
            raise BadRequest("the address contains a NUL character")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Look at a form just before the check of its token, which reads it too; what has no token is no form of ours."""
        is_form = request.method == "POST" and not getattr(view, "csrf_exempt", False)
        if is_form and any("\x00" in value for _name, values in request.POST.lists() for value in values):
            raise BadRequest("the form contains a NUL character")


class CloseWhileUncounted:
    """Answer 503 where a page needs the cache and it is away: tries at passwords are counted there, and uncounted none is let in.

    Pages that can do without the cache, and the API, are served.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RedisError):
            return None
        log.error("%s is closed while the cache does not answer: %s", request.path, exception)
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
