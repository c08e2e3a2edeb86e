"""The theme switch of the footer."""

from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import appearance


@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme and go back. The form carries no token, so that public pages stay the same for everyone;
    in its place the browser must say that the form stood on our own page."""
    if not _is_from_our_page(request):
        raise PermissionDenied
    response = redirect(_way_back(request))
    appearance.remember(response, request.POST.get("theme", ""))
    return response


def _is_from_our_page(request: HttpRequest) -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def _way_back(request: HttpRequest) -> str:
    url = request.headers.get("Referer", "")
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}) else "/"
