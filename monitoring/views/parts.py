"""What several pages show of provisions: the context of `monitoring/parts/movement.html`, and what a plan shows."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from billing import entitlements
from billing.plans import Feature
from monitoring import provisions
from monitoring.models import Change


def may_see(request: HttpRequest, feature: Feature) -> bool:
    """Return whether the plan of the visitor's organization, or that of a visitor without one, shows `feature`."""
    return entitlements.includes(getattr(request, "organization", None), feature, now=timezone.now())


def touched(request: HttpRequest, change: Change) -> dict[str, Any]:
    """Return `touched` and `may_map`: what a Change did to the provisions of its document. One query."""
    may_map, today = may_see(request, Feature.REGULATORY_MAPPING), timezone.now().date()
    movements = provisions.touched(change)
    shown = [(movement, provisions.bearing(movement, on=today) if may_map else ()) for movement in movements]
    return {"touched": shown, "may_map": may_map}
