"""The public archive by API: platforms, documents, versions, changes."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView, get_object_or_404

from monitoring import coverage
from monitoring.api import parameters, provision_shapes, shapes
from monitoring.api.views import AnalysisView, ApiView
from monitoring.models import Change, Document, Platform, Version


class Platforms(ApiView, ListAPIView):
    """The platforms of the catalog, by name."""

    serializer_class = shapes.PlatformShape
    ordering = ("name", "id")

    def get_queryset(self) -> QuerySet[Platform]:
        return Platform.objects.current().with_freshness()


class OnePlatform(ApiView, RetrieveAPIView):
    """One platform, retired ones too."""

    serializer_class = shapes.PlatformShape
    queryset = Platform.objects.with_freshness()
    lookup_field = "slug"


@extend_schema(parameters=[parameters.PLATFORM])
class Documents(ApiView, ListAPIView):
    """The documents of the catalog with their freshness, in the order they came into it."""

    serializer_class = shapes.DocumentShape
    queryset = Document.objects.current().filter(organization=None).with_platform()
    ordering = "id"

    def filter_queryset(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        platform = parameters.platform_of(self.request)
        return queryset.filter(platform=platform) if platform else queryset

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        return super().get_serializer(*(coverage.of(rows) for rows in args), **kwargs)


class OneDocument(ApiView, RetrieveAPIView):
    """One document with its freshness."""

    serializer_class = shapes.DocumentShape
    queryset = Document.objects.filter(organization=None).with_platform()

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        return super().get_serializer(*(coverage.of([row])[0] for row in args), **kwargs)


class Versions(ApiView, ListAPIView):
    """The versions of a document without their text, newest first."""

    serializer_class = shapes.VersionShape
    queryset = Version.objects.without_text().select_related("document__platform")
    ordering = "-sequence"

    def filter_queryset(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        document = get_object_or_404(Document.objects.filter(organization=None), pk=self.kwargs["pk"])
        return queryset.filter(document=document)


class OneVersion(ApiView, RetrieveAPIView):
    """One version with its text, its clauses and the captures it was read from."""

    serializer_class = shapes.VersionWithText
    queryset = Version.objects.filter(document__organization=None).select_related("document__platform", "screening")


@extend_schema(parameters=[parameters.PLATFORM, parameters.DOCUMENT, parameters.SIGNIFICANCE, parameters.SINCE])
class Changes(AnalysisView, ListAPIView):
    """Changes, newest first."""

    serializer_class = shapes.ChangeShape
    queryset = Change.objects.filter(document__organization=None).without_texts()
    ordering = ("-observed_at", "-id")

    def filter_queryset(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        if platform := parameters.platform_of(self.request):
            queryset = queryset.filter(document__platform=platform)
        if document := parameters.document_of(self.request):
            queryset = queryset.filter(document=document)
        if significance := parameters.significance_of(self.request):
            queryset = queryset.filter(significance=significance)
        if since := parameters.since_of(self.request):
            queryset = queryset.filter(observed_at__gte=since)
        return queryset


class OneChange(AnalysisView, RetrieveAPIView):
    """One change with its structured summary, its edits and their words, and the provisions it touched."""

    serializer_class = provision_shapes.ChangeWithProvisions
    queryset = Change.objects.filter(document__organization=None).with_versions()
