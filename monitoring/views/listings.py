"""The watchlist and its timeline as files, on plans that include them."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import downloads
from accounts.access import MemberRequest
from billing.plans import Feature
from monitoring import listings
from monitoring.views.reviewing import with_feature

in_plan = with_feature(
    Feature.CSV_EXPORT,
    name=gettext_lazy("Export as CSV"),
    what=gettext_lazy("What you watch, and the timeline of it, as files for a spreadsheet or a system of your own."),
)


@require_safe
@in_plan
def watchlist(request: MemberRequest) -> HttpResponseBase:
    """Return the watches in the organization's order."""
    return _file(request, "watchlist", listings.WATCH_COLUMNS, listings.watches)


@require_safe
@in_plan
def timeline(request: MemberRequest) -> HttpResponseBase:
    """Return what happened there, as far back as the plan goes."""
    return _file(request, "timeline", listings.EVENT_COLUMNS, listings.events)


def _file(
    request: MemberRequest, name: str, columns: tuple[str, ...], records: Callable[..., Iterator[dict[str, Any]]]
) -> HttpResponseBase:
    now = timezone.now()
    name = f"{name}-{request.organization.slug}-{now:%Y-%m-%d}"
    return downloads.as_csv(name, columns, records(request.organization, now=now))
