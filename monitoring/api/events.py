"""Timelines by API."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from billing import entitlements
from monitoring import timeline, watchlists
from monitoring.api import pagination, parameters, shapes
from monitoring.api.views import AnalysisView
from monitoring.models import Document, Watchlist
from monitoring.notice import notice

# What an event says, and the column that knows it: plain values, since rows as objects would cost more than the query.
FIELDS = {
    "at": "observed_at",
    "kind": "kind",
    "platform": "document__platform__slug",
    "document": "document_id",
    "document_name": "document__name",
    "version": "id",
    "sequence": "sequence",
    "effective_date": "effective_date",
    "change": "change__id",
    "significance": "change__significance",
    "headline": "change__summary__headline",
}
PAGED = [parameters.LIMIT, parameters.CURSOR]


class Timeline(AnalysisView):
    """What happened in the public archive, newest first."""

    @extend_schema(
        operation_id="timeline",
        parameters=[*PAGED, parameters.PLATFORM, parameters.DOCUMENT, parameters.SINCE],
        responses=shapes.Timeline,
    )
    def get(self, request: Request) -> Response:
        platform, document = parameters.platform_of(request), parameters.document_of(request)
        return _answer(request, since=parameters.since_of(request), platform=platform, document=document)


class DocumentTimeline(AnalysisView):
    """What happened to one document, newest first."""

    @extend_schema(operation_id="document_timeline", parameters=[*PAGED, parameters.SINCE], responses=shapes.Timeline)
    def get(self, request: Request, pk: int) -> Response:
        document = get_object_or_404(Document.objects.filter(organization=None), pk=pk)
        return _answer(request, since=parameters.since_of(request), document=document)


class WatchlistTimeline(AnalysisView):
    """What happened to what a watchlist watches, newest first, as far back as the plan goes."""

    @extend_schema(operation_id="watchlist_timeline", parameters=[*PAGED, parameters.SINCE], responses=shapes.Timeline)
    def get(self, request: Request, pk: int) -> Response:
        now, organization = timezone.now(), self.organization
        watchlist = get_object_or_404(Watchlist.objects.for_organization(organization), pk=pk)
        documents = watchlists.documents_watched(organization=organization, watchlist=watchlist, now=now)
        limits = (parameters.since_of(request), entitlements.timeline_since(organization, now=now))
        since = max((moment for moment in limits if moment), default=None)
        return _answer(request, since=since, documents=documents)


def _answer(request: Request, *, since: datetime | None, **asked: Any) -> Response:
    before, limit = pagination.place_of(request), pagination.limit_of(request)
    rows = timeline.versions(before=before, since=since, **asked).values_list(*FIELDS.values())[: limit + 1]
    results = [dict(zip(FIELDS, row, strict=True)) for row in rows]
    last = results[limit - 1] if len(results) > limit else None
    following = pagination.next_address(request, (last["at"], last["version"]) if last else None)
    return Response({"notice": notice(), "since": since, "next": following, "results": results[:limit]})
