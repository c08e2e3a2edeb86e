"""An organization's watchlists by API: read with any key, changed with a write key on a plan that includes it."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, status
from rest_framework.generics import ListAPIView, RetrieveAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from monitoring import watchlists
from monitoring.api import shapes
from monitoring.api.views import ApiView
from monitoring.models import Document, Platform, Watch, Watchlist


class OwnWatchlists(ApiView):
    """Watchlists of the key's organization; somebody else's are a 404."""

    queryset = Watchlist.objects.none()

    def get_queryset(self) -> QuerySet[Watchlist]:
        rows = Watchlist.objects.for_organization(self.organization)
        return rows.prefetch_related("watches__platform")


class Watchlists(OwnWatchlists, ListAPIView):
    """The organization's watchlists with their watches."""

    serializer_class = shapes.WatchlistShape
    ordering = "id"


class OneWatchlist(OwnWatchlists, RetrieveAPIView):
    """One watchlist with its watches."""

    serializer_class = shapes.WatchlistShape


class Watches(OwnWatchlists):
    @extend_schema(
        operation_id="watches_create",
        request=shapes.NewWatch,
        responses={201: shapes.WatchShape, 200: shapes.WatchShape},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Watch a platform, or one document of it. Answers 201, or 200 when it was watched already."""
        watchlist = get_object_or_404(self.get_queryset(), pk=pk)
        wanted = shapes.NewWatch(data=request.data)
        wanted.is_valid(raise_exception=True)
        platform, document = _what(wanted.validated_data)
        existing = watchlist.watches.filter(platform=platform, document=document).exists()
        watch = watchlists.watch(
            watchlist=watchlist,
            platform=platform,
            document=document,
            minimum_significance=wanted.validated_data["minimum_significance"],
            user=request.auth.created_by,  # type: ignore[union-attr]
            actor=audit.actor_of(request._request),
            now=timezone.now(),
        )
        return Response(
            shapes.WatchShape(watch).data, status=status.HTTP_200_OK if existing else status.HTTP_201_CREATED
        )


class OneWatch(ApiView):
    @extend_schema(operation_id="watches_destroy", responses={204: None})
    def delete(self, request: Request, pk: int, watch_id: int) -> Response:
        """Watch it no longer. What was sent stays sent."""
        rows = Watch.objects.for_organization(self.organization)
        watch = get_object_or_404(rows, watchlist_id=pk, pk=watch_id)
        watchlists.unwatch(watch=watch, now=timezone.now(), actor=audit.actor_of(request._request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _what(wanted: dict[str, Any]) -> tuple[Platform, Document | None]:
    """Return the platform and document that `wanted` names. Raises ValidationError naming the one that is not there."""
    platform = Platform.objects.current().filter(slug=wanted["platform"]).first()
    if platform is None:
        raise exceptions.ValidationError({"platform": ["There is no platform of this slug: see /api/v1/platforms/."]})
    if wanted.get("document") is None:
        return platform, None
    document = Document.objects.current().filter(platform=platform, organization=None, pk=wanted["document"]).first()
    if document is None:
        raise exceptions.ValidationError({"document": ["This platform has no document of this number."]})
    return platform, document
