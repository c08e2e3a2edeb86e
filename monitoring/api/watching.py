"""An organization's watchlists by API: read with any key, changed with a write key on a plan that includes it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.generics import ListAPIView, RetrieveAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.models import Organization
from billing import entitlements
from billing.plans import WatchKind
from monitoring import watches, watchlists
from monitoring.alerts import rehearsal
from monitoring.api import shapes
from monitoring.api.views import ApiView
from monitoring.models import Channel, Document, Platform, Watch, Watchlist
from monitoring.notice import notice

BACK = timedelta(days=365)
REHEARSED = 100


class OwnWatchlists(ApiView):
    """Watchlists of the key's organization; somebody else's are a 404."""

    queryset = Watchlist.objects.none()

    def get_queryset(self) -> QuerySet[Watchlist]:
        rows = Watchlist.objects.for_organization(self.organization)
        return rows.prefetch_related("watches__platform", "watches__recipients")


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
        """Watch a platform, one document of it, or what a term says. Answers 201, or 200 when it was watched already."""
        watchlist = get_object_or_404(self.get_queryset(), pk=pk)
        wanted = _valid(shapes.NewWatch(data=request.data))
        platform, document = _what(wanted)
        channels = _channels(self.organization, wanted.get("recipients", ()))
        actor, now = audit.actor_of(request._request), timezone.now()
        known = set(watchlist.watches.values_list("pk", flat=True))
        try:
            watch = watchlists.watch(
                watchlist=watchlist,
                platform=platform,
                document=document,
                kind=wanted.get("kind", ""),
                term=wanted.get("term", ""),
                direction=wanted["direction"],
                minimum_significance=wanted["minimum_significance"],
                user=request.auth.created_by,  # type: ignore[union-attr]
                actor=actor,
                now=now,
            )
        except watchlists.TermRefused as refused:
            raise exceptions.ValidationError({"term": [str(refused)]}) from refused
        if channels and watch.pk not in known:
            filters = {"minimum_significance": watch.minimum_significance, "direction": watch.direction}
            watches.change(watch, **filters, recipients=channels, now=now, actor=actor)
        status_code = status.HTTP_200_OK if watch.pk in known else status.HTTP_201_CREATED
        return Response(shapes.WatchShape(watch).data, status=status_code)


class OneWatch(ApiView):
    queryset = Watch.objects.none()

    def get_queryset(self) -> QuerySet[Watch]:
        rows = Watch.objects.for_organization(self.organization).filter(watchlist_id=self.kwargs["pk"])
        return rows.select_related("platform", "document__platform", "organization").prefetch_related("recipients")

    @extend_schema(operation_id="watches_retrieve", responses=shapes.WatchShape)
    def get(self, request: Request, pk: int, watch_id: int) -> Response:
        """Return one watch."""
        return Response(shapes.WatchShape(get_object_or_404(self.get_queryset(), pk=watch_id)).data)

    @extend_schema(operation_id="watches_update", request=shapes.ChangedWatch, responses=shapes.WatchShape)
    def patch(self, request: Request, pk: int, watch_id: int) -> Response:
        """Change from which weight on, in which direction and through which channels it is told; pause, snooze or resume."""
        watch = get_object_or_404(self.get_queryset(), pk=watch_id)
        wanted = _valid(shapes.ChangedWatch(data=request.data))
        given = wanted.get("recipients", [row.channel_id for row in watch.recipients.all()])
        actor, now = audit.actor_of(request._request), timezone.now()
        if (until := wanted.get("snoozed_until")) is not None and until <= now:
            raise exceptions.ValidationError(
                {"snoozed_until": ["Write a moment to come, until which the watch shall rest."]}
            )
        watches.change(
            watch,
            minimum_significance=wanted.get("minimum_significance", watch.minimum_significance),
            direction=wanted.get("direction", watch.direction),
            recipients=_channels(self.organization, given),
            now=now,
            actor=actor,
        )
        if "paused" in wanted:
            (watches.pause if wanted["paused"] else watches.resume)([watch], now=now, actor=actor)
        if "snoozed_until" in wanted:
            watches.snooze([watch], until=wanted["snoozed_until"], now=now, actor=actor)
        return self.get(request, pk, watch_id)

    @extend_schema(operation_id="watches_destroy", responses={204: None})
    def delete(self, request: Request, pk: int, watch_id: int) -> Response:
        """Watch it no longer. What was sent stays sent."""
        watch = get_object_or_404(self.get_queryset(), pk=watch_id)
        watchlists.unwatch(watch=watch, now=timezone.now(), actor=audit.actor_of(request._request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _valid(shape: serializers.Serializer[Any]) -> dict[str, Any]:
    """Return what came in. Raises ValidationError naming the fields."""
    shape.is_valid(raise_exception=True)
    return shape.validated_data


def _channels(organization: Organization, ids: Sequence[int]) -> list[Channel]:
    """Return the organization's channels of these numbers. Raises ValidationError naming one that is not there."""
    offered = {row.pk: row for row in watches.channels_offered(organization)}
    if missing := [pk for pk in ids if pk not in offered]:
        raise exceptions.ValidationError({"recipients": [f"There is no channel {missing[0]} that can be written to."]})
    return [offered[pk] for pk in dict.fromkeys(ids)]


def _what(wanted: dict[str, Any]) -> tuple[Platform | None, Document | None]:
    """Return the platform and document that `wanted` names. Raises ValidationError naming the one that is not there."""
    if wanted.get("platform") is None:
        return None, None
    platform = Platform.objects.current().filter(slug=wanted["platform"]).first()
    if platform is None:
        raise exceptions.ValidationError({"platform": ["There is no platform of this slug: see /api/v1/platforms/."]})
    if wanted.get("document") is None:
        return platform, None
    document = Document.objects.current().filter(platform=platform, organization=None, pk=wanted["document"]).first()
    if document is None:
        raise exceptions.ValidationError({"document": ["This platform has no document of this number."]})
    return platform, document


class Rehearsed(serializers.Serializer[Any]):
    notice = shapes.Notice()
    results = shapes.ChangeShape(many=True)


class Rehearsal(ApiView):
    @extend_schema(
        operation_id="watches_rehearse",
        request=shapes.NewWatch,
        responses=Rehearsed,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Return the changes of the last twelve months, newest first, that such a watch would have told of. Writes nothing."""
        watchlist = get_object_or_404(Watchlist.objects.for_organization(self.organization), pk=pk)
        wanted = _valid(shapes.NewWatch(data=request.data))
        platform, document = _what(wanted)
        now = timezone.now()
        kind = wanted.get("kind") or (Watch.Kind.DOCUMENT if document else Watch.Kind.PLATFORM)
        entitlements.check_watch_kind(self.organization, WatchKind(kind), now=now)
        try:
            term = watchlists.written_out(kind, wanted.get("term", ""))
        except watchlists.TermRefused as refused:
            raise exceptions.ValidationError({"term": [str(refused)]}) from refused
        watch = Watch(
            kind=kind, term=term, direction=wanted["direction"], minimum_significance=wanted["minimum_significance"]
        )
        documents = self._documents(watchlist, platform, document)
        found = rehearsal.would_have_told(watch, documents=documents, since=now - BACK)
        return Response({"notice": notice(), "results": shapes.ChangeShape(found[:REHEARSED], many=True).data})

    def _documents(
        self, watchlist: Watchlist, platform: Platform | None, document: Document | None
    ) -> QuerySet[Document]:
        if document is not None:
            return Document.objects.filter(pk=document.pk)
        if platform is not None:
            return Document.objects.current().filter(platform=platform)
        now = timezone.now()
        return watchlists.documents_watched(organization=self.organization, watchlist=watchlist, now=now)
