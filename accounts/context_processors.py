"""What every page knows about its visitor, without a query."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts import appearance


def visitor(request: HttpRequest) -> dict[str, Any]:
    """Return the organization and membership of the request, the chosen theme ("" follows the system), and whether
    there is sign-in through others."""
    return {
        "organization": getattr(request, "organization", None),
        "membership": getattr(request, "membership", None),
        "theme": appearance.theme_of(request),
        "has_sign_in_providers": bool(settings.SOCIALACCOUNT_PROVIDERS),
    }
