"""How the installation fares, for operators; and the same as JSON, for the system that watches over it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from monitoring import operations
from monitoring.views.review.access import OperatorRequest, operators_only, page


@require_safe
@operators_only
def show(request: OperatorRequest) -> HttpResponse:
    return page(request, "operations", {"operations": operations.now_of(now=timezone.now())})


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Return every figure to an operator, or to who sends OPERATIONS_TOKEN; to all others the page does not exist.

    Answers 503 while something is wrong, so that a plain check of the status is enough.
    """
    if not (_is_operator(request) or _has_token(request)):
        raise Http404
    found = operations.as_record(operations.now_of(now=timezone.now()))
    response = JsonResponse(found, status=200 if found["is_well"] else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_operator(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.is_staff


def _has_token(request: HttpRequest) -> bool:
    """Return whether the request carries the token of the settings; never, where none is set."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    token = settings.OPERATIONS_TOKEN
    return bool(token) and kind == "Bearer" and constant_time_compare(given, token)
