"""What a key may do, by its scope."""

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Scope


class ScopeAllowsMethod(BasePermission):
    """A read key reads; everything else needs a write key."""

    message = "This key may only read. Make a key that may write under Settings, API keys."
    code = "api_key_read_only"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or getattr(request.auth, "scope", "") == Scope.WRITE
