"""What the plan lets a program do."""

from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from billing import entitlements
from billing.plans import Feature


class PlanAllowsMethod(BasePermission):
    """Every plan reads; writing needs one that includes it, whatever the key's scope."""

    message = "Writing by API comes with Professional: see /pricing/."
    code = "not_in_plan"

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method in SAFE_METHODS:
            return True
        organization = request.organization  # type: ignore[attr-defined]
        return entitlements.plan_of(organization, now=timezone.now()).includes(Feature.API_WRITE)
