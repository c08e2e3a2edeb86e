"""Provisions by API: what documents say, type by type, with its words; the taxonomy and the regulation library."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from billing import entitlements
from billing.plans import Feature
from monitoring import knowledge, provisions
from monitoring.api import parameters
from monitoring.api import provision_shapes as shapes
from monitoring.api.views import AnalysisView, ApiView
from monitoring.models import Provision, Revision
from monitoring.notice import notice

TYPE = OpenApiParameter("type", str, enum=list(knowledge.taxonomy().types), description="Key of a provision type.")
STANCE = OpenApiParameter("stance", str, description="Key of a stance of the type.")
DIRECTION = OpenApiParameter("direction", str, enum=Revision.Direction.values, description="Of the last revision.")


class Taxonomy(ApiView):
    """The taxonomy: every provision type with its stances in order, exceptions, parameters and exposure rules."""

    @extend_schema(operation_id="taxonomy", responses=shapes.TaxonomyShape)
    def get(self, request: Request) -> Response:
        return Response(knowledge.published.taxonomy())


class Regulations(AnalysisView):
    """The regulation library: every entry with its duty, status date and what to confirm."""

    @extend_schema(operation_id="regulations", responses=shapes.LibraryShape)
    def get(self, request: Request) -> Response:
        return Response({"notice": notice(), **knowledge.published.library()})


class Provisions(AnalysisView):
    """What documents say today, the newest wording first. One entry a provision; withdrawn ones are left out."""

    ordering = ("-observed_at", "-id")

    @extend_schema(
        operation_id="provisions_list",
        parameters=[parameters.PLATFORM, parameters.DOCUMENT, TYPE, STANCE, DIRECTION, parameters.SINCE],
        responses=shapes.ProvisionShape(many=True),
    )
    def get(self, request: Request) -> Response:
        rows = self.paginate_queryset(self._wanted(request)) or []
        words = provisions.excerpts(rows)
        return self.get_paginated_response([shapes.provision(row, words.get(row.pk)) for row in rows])

    def _wanted(self, request: Request) -> QuerySet[Revision]:
        rows = Revision.objects.filter(provision__document__organization=None).standing().with_provision()
        if platform := parameters.platform_of(request):
            rows = rows.filter(provision__document__platform=platform)
        if document := parameters.document_of(request):
            rows = rows.filter(provision__document=document)
        if since := parameters.since_of(request):
            rows = rows.filter(observed_at__gte=since)
        kind, stance = _type_of(request), _stance_of(request)
        if kind:
            rows = rows.filter(provision__provision_type=kind)
        if stance:
            rows = rows.filter(stance=stance)
        if direction := _one_of(request, "direction", Revision.Direction.values):
            rows = rows.filter(direction=direction)
        return rows


class OneProvision(AnalysisView):
    """One provision with its revisions and its composed reading; the institutional part comes with Professional."""

    @extend_schema(operation_id="provisions_retrieve", responses=shapes.OneProvisionShape)
    def get(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Provision.objects.filter(document__organization=None).with_document(), pk=pk)
        newest = row.revisions.newest_first().defer("version__outline").select_related("version")
        latest, said = newest.first(), newest.exclude(fate=Revision.Fate.WITHDRAWN).first()
        if latest is None or said is None:
            raise exceptions.NotFound
        said.provision = row
        is_whole = entitlements.includes(self.organization, Feature.INSTITUTIONAL_ANALYSIS, now=timezone.now())
        return Response({"notice": notice(), **_whole(row, latest, said, is_whole=is_whole)})


def _whole(row: Provision, latest: Revision, said: Revision, *, is_whole: bool) -> dict[str, Any]:
    events = provisions.course(row)
    beside = Revision.objects.filter(provision__document=row.document).standing(said.observed_at)
    reading = provisions.assessment(said, on=timezone.now().date(), beside=beside)
    is_gone = latest.fate == Revision.Fate.WITHDRAWN
    return {
        **shapes.provision(said, provisions.quote(said)),
        "withdrawn_at": latest.observed_at if is_gone else None,
        "first_seen_at": events[0][0].observed_at if events else None,
        "revisions": [_event(event, moved) for event, moved in reversed(events)],
        "assessment": shapes.assessment(reading, is_whole=is_whole),
    }


def _event(event: Revision, moved: provisions.Movement) -> dict[str, Any]:
    change = getattr(event.version, "change", None)
    about = {"altered": event.altered, "observed_at": event.observed_at, "change": change.pk if change else None}
    return shapes.movement(moved) | about


def _type_of(request: Request) -> str | None:
    return _one_of(request, "type", list(knowledge.taxonomy().types))


def _stance_of(request: Request) -> str | None:
    """Return the stance of the address; it must be one of the type's, or of any type where none is named."""
    types = knowledge.taxonomy().types
    named = _type_of(request)
    rows = [types[named]] if named else types.values()
    return _one_of(request, "stance", sorted({stance.key for row in rows for stance in row.stances}))


def _one_of(request: Request, name: str, allowed: list[str]) -> str | None:
    value = request.query_params.get(name)
    if value is None or value in allowed:
        return value
    shown = ", ".join(allowed) if len(allowed) < 12 else "a key of /api/v1/taxonomy/"
    raise exceptions.ValidationError({name: [f"Write one of: {shown}."]})
