"""Search by API: the same answers as the page, with a citation each."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring import search
from monitoring.api import parameters
from monitoring.api.shapes import Notice, PageUrl
from monitoring.api.views import AnalysisView
from monitoring.models import Change, Significance
from monitoring.notice import notice

LONGEST = 300
MOST = 50
QUERY = OpenApiParameter(
    "q", str, required=True, description="Words in any form and order; a phrase word for word in quotation marks."
)
TERMS_TYPE = OpenApiParameter("terms_type", str, description="Kind of document, as documents name it.")
STANDING = OpenApiParameter("standing", bool, description="true: only documents whose text of today has the words.")


class Citation(serializers.Serializer[search.Hit]):
    """A clause with the words: [start, end) are code points of the text of `version`, the last that has it."""

    version = serializers.IntegerField(source="version.pk")
    first_version = serializers.IntegerField(source="first.pk")
    clause = serializers.CharField(source="path")
    number = serializers.CharField()
    heading = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    quote = serializers.CharField(source="text")


class FoundShape(serializers.Serializer[search.Found]):
    document = serializers.IntegerField(source="document.pk")
    document_name = serializers.CharField(source="document.name")
    platform = serializers.SlugField(source="document.platform.slug")
    stands = serializers.BooleanField(source="is_standing")
    first_seen_at = serializers.DateTimeField(source="first.observed_at")
    last_seen_in = serializers.IntegerField(source="last.pk", help_text="the last version that has the words")
    brought_by = serializers.IntegerField(source="brought.pk", default=None, allow_null=True, help_text="a change")
    taken_by = serializers.IntegerField(source="took.pk", default=None, allow_null=True, help_text="a change")
    citations = Citation(source="hits", many=True, help_text="the best three")
    more_clauses = serializers.IntegerField(source="more")
    page = PageUrl(source="document")


class ToldShape(serializers.Serializer[Change]):
    """A change whose summary has the words."""

    change = serializers.IntegerField(source="pk")
    document = serializers.IntegerField(source="document_id")
    platform = serializers.SlugField(source="document.platform.slug")
    significance = serializers.ChoiceField(choices=Significance.choices)
    headline = serializers.CharField(source="summary.headline")
    observed_at = serializers.DateTimeField()
    before = serializers.IntegerField(source="before_id", help_text="a version")
    after = serializers.IntegerField(source="after_id", help_text="a version")
    page = PageUrl(source="*")


class ResultsShape(serializers.Serializer[Any]):
    notice = Notice()
    documents = serializers.IntegerField(help_text="how many were found; the best 50 are in results")
    is_cut = serializers.BooleanField(help_text="there is more than was looked through: narrow the search")
    results = FoundShape(many=True)
    changes = ToldShape(many=True, help_text="the newest ten whose summary has the words")


class Search(AnalysisView):
    """Documents whose texts, of today or before, have the words; the best 50."""

    @extend_schema(
        operation_id="search",
        parameters=[QUERY, parameters.PLATFORM, TERMS_TYPE, parameters.SINCE, parameters.SIGNIFICANCE, STANDING],
        responses=ResultsShape,
    )
    def get(self, request: Request) -> Response:
        found = search.find(_query_of(request), _filters_of(request), limit=MOST)
        told = search.changes(_query_of(request), _filters_of(request))
        return Response(
            {
                "notice": notice(),
                "documents": found.documents,
                "is_cut": found.is_cut,
                "results": FoundShape(list(found.found), many=True).data,  # type: ignore[arg-type]
                "changes": ToldShape(list(told), many=True).data,  # type: ignore[arg-type]
            }
        )


def _query_of(request: Request) -> str:
    query = request.query_params.get("q", "").strip()
    if not query:
        raise exceptions.ValidationError({"q": ["Write the words to look for."]})
    if len(query) > LONGEST or "\x00" in query:
        raise exceptions.ValidationError({"q": [f"Write at most {LONGEST} characters, none of them null."]})
    return query


def _filters_of(request: Request) -> search.Filters:
    platform = parameters.platform_of(request)
    return search.Filters(
        platform=platform.slug if platform else "",
        terms_type=parameters.terms_type_of(request) or "",
        since=parameters.since_of(request),
        significance=parameters.significance_of(request) or "",
        is_standing=parameters.flag_of(request, "standing"),
    )
