"""What every page knows about its visitor, without a query."""

from typing import Any

from django.http import HttpRequest

from accounts import appearance


def visitor(request: HttpRequest) -> dict[str, Any]:
    """Return the organization and membership of the request, and the chosen theme ("" follows the system)."""
    return {
        "organization": getattr(request, "organization", None),
        "membership": getattr(request, "membership", None),
        "theme": appearance.theme_of(request),
    }
