"""What pages know of the visitor's plan: how this installation bills, and the banner, looked up when it is shown."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts import permissions
from accounts.permissions import Permission
from billing import standing as standings


def standing(request: HttpRequest) -> dict[str, Any]:
    """Return `billing_mode`, `may_pay` and `standing`; the last asks the database, and only for a member."""
    organization, membership = getattr(request, "organization", None), getattr(request, "membership", None)
    found: dict[str, Any] = {
        "billing_mode": settings.BILLING,
        "may_pay": bool(membership and permissions.may(membership.role, Permission.BILLING)),
    }
    if organization and settings.BILLING == "stripe":
        found["standing"] = SimpleLazyObject(lambda: standings.of(organization, now=timezone.now()) or "")
    return found
