"""What every endpoint shares: who may call it, its rate headers, its notice and how the schema describes its errors."""

from dataclasses import asdict
from typing import Any, Literal

from django.utils import timezone
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import generics, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ScopeAllowsMethod
from accounts.models import Organization
from billing import entitlements
from billing.api.permissions import PlanAllowsMethod
from billing.plans import Feature
from monitoring import attributions
from monitoring.api.problems import CONTENT_TYPE
from monitoring.notice import notice

Problem = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(help_text="leads to the line that explains it"),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(required=False),
        "errors": serializers.JSONField(required=False, help_text="by parameter or field: what is wrong with it"),
        "next_plan": serializers.CharField(required=False, allow_null=True),
        "upgrade": serializers.CharField(required=False),
    },
)


class Schema(AutoSchema):
    """Adds the problem documents (RFC 9457) that any endpoint may answer with."""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status, words in self._problems().items():
            response = OpenApiResponse(Problem, description=words)
            body = self._get_response_for_code(response, str(status), [CONTENT_TYPE])  # type: ignore[no-untyped-call]
            bodies.setdefault(str(status), body)
        return bodies

    def _problems(self) -> dict[int, str]:
        found = {401: "No key, or one that is not valid.", 429: "More requests than the plan allows in an hour."}
        found[400] = "Something in the request is not as it should be; `errors` names it."
        if "{" in self.path:
            found[404] = "There is no such thing, or it belongs to somebody else."
        if self.method not in ("GET", "HEAD"):
            found[403] = "The key may only read, or the plan does not include this."
        elif getattr(self.view, "feature", None):
            found[403] = "The plan does not include this."
        if self.method in ("POST", "PATCH") and self.get_request_serializer():
            found |= {413: "The body is too long.", 415: "The body is not application/json."}
        return dict(sorted(found.items()))


class ApiView(generics.GenericAPIView):
    """An endpoint: a key is needed, a read key reads, a write key on a plan with writing writes."""

    schema = Schema()
    permission_classes = (IsAuthenticated, ScopeAllowsMethod, PlanAllowsMethod)
    feature: Feature | None = None  # what the plan must have for this endpoint, reading too

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.feature:
            entitlements.check_feature(self.organization, self.feature, now=timezone.now())

    @property
    def organization(self) -> Organization:
        """The organization of the key; there is one wherever the permissions let a request in."""
        return self.request.organization  # type: ignore[attr-defined]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Say the hourly limit of the plan with every answer."""
        organization = getattr(request, "organization", None)
        if organization is not None:
            limit = entitlements.api_rate(organization, now=timezone.now())
            if limit is not None:
                response.headers["RateLimit-Policy"] = f'"hour";q={limit};w=3600'
        response.headers["Cache-Control"] = "private, no-store"
        if isinstance(response.data, dict) and response.status_code == 200:
            response.data |= _attributed(response.data)
        return super().finalize_response(request, response, *args, **kwargs)


def _attributed(data: dict[str, Any]) -> dict[str, Any]:
    """Return what imported history asks to be said with this answer, as `attributions`; nothing without any."""
    rows = data.get("results", [data])
    documents = {row["document"] for row in rows if isinstance(row.get("document"), int)}
    found = attributions.of_documents(documents) if documents else ()
    return {"attributions": [asdict(each) for each in found]} if found else {}


class AnalysisView(ApiView):
    """An endpoint whose answer says what texts mean: its pages and records carry the notice."""

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        response.data = {"notice": notice(), **response.data}
        return response
