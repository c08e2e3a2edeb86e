"""Errors as RFC 9457 problem documents: type, title, status, detail, and what helps to mend it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import entitlements

CONTENT_TYPE = "application/problem+json"
NO_KEY = (
    "No key came with the request. Send the header Authorization: Bearer ca_…; keys are made under Settings, API keys."
)


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document of an expected error; None lets an unexpected one go up."""
    error = _known(error)
    if not isinstance(error, exceptions.APIException):
        return None
    challenge = getattr(error, "auth_header", None)
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return Response(_document(error), status=error.status_code, headers=headers, content_type=CONTENT_TYPE)


def _known(error: Exception) -> Exception:
    if isinstance(error, Http404):
        return exceptions.NotFound("There is nothing of this number or name, or it belongs to somebody else.")
    if isinstance(error, exceptions.NotAuthenticated):
        error.detail = exceptions.ErrorDetail(NO_KEY, "not_authenticated")
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, entitlements.PlanRefusal):
        refusal = exceptions.PermissionDenied(str(error), code="plan_limit")
        refusal.next_plan = error.next_plan.key if error.next_plan else None  # type: ignore[attr-defined]
        return refusal
    return error


def _document(error: exceptions.APIException) -> dict[str, Any]:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "invalid"
    document: dict[str, Any] = {
        "type": f"/api/problems/#{code}",
        "title": str(error.default_detail),
        "status": error.status_code,
    }
    if isinstance(error.detail, dict | list):
        return document | {"errors": error.detail}
    document["detail"] = str(error.detail)
    if hasattr(error, "next_plan"):
        document |= {"next_plan": error.next_plan, "upgrade": "/pricing/"}
    return document


class NoSuchAddress(APIView):
    """What answers where no endpoint is: a program is told as a program."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise exceptions.NotFound("There is no such address: /api/schema/ lists those there are.")
