"""What people ask the catalog for, by API: the public queue, asking, and voting for what others asked."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from accounts import audit, rls
from monitoring import requests
from monitoring.api import bodies
from monitoring.api.views import ApiView
from monitoring.models import Request

STATE = OpenApiParameter("state", str, enum=Request.State.values, description="Of the request; all when not given.")


class RequestShape(serializers.ModelSerializer[Request]):
    """Something that was asked for. `wanted`: by how many organizations; `platform`: what was added."""

    platform = serializers.SlugField(source="platform.slug", allow_null=True, default=None)
    wanted = serializers.IntegerField(read_only=True)

    class Meta:
        model = Request
        fields = ("id", "kind", "name", "address", "state", "reason", "platform", "wanted", "created_at", "answered_at")
        read_only_fields = fields


class NewRequest(serializers.Serializer[Any]):
    kind = bodies.Choice(choices=Request.Kind.choices)
    name = serializers.CharField(max_length=120)
    address = serializers.CharField(max_length=500, help_text="of the home page, or of the document itself")
    why = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="", help_text="not shown")


class OfRequests(ApiView):
    """The public queue, and what the key's organization does there."""

    queryset = Request.objects.none()

    def get_queryset(self) -> QuerySet[Request]:
        return Request.objects.shown().counted()

    def answer(self, pk: int, *, status: int) -> Response:
        with rls.as_worker():  # votes belong to organizations; their number belongs to everybody
            return Response(RequestShape(self.get_queryset().get(pk=pk)).data, status=status)

    @property
    def by(self) -> dict[str, Any]:
        """Who asks, and when. A key asks for the person who made it: that one is told of the answer."""
        request = self.request
        return {
            "organization": self.organization,
            "user": request.auth.created_by,  # type: ignore[union-attr]
            "actor": audit.actor_of(request._request),
            "now": timezone.now(),
        }


class Requests(OfRequests, ListAPIView):
    """What was asked for, newest first."""

    serializer_class = RequestShape
    ordering = ("-created_at", "-id")

    @extend_schema(parameters=[STATE])
    def get(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(operation_id="requests_create", request=NewRequest, responses={201: RequestShape, 200: RequestShape})
    def post(self, request: ApiRequest) -> Response:
        """Ask for a platform or document. Answers 201, or 200 when somebody had asked: then this is a vote for it."""
        given = NewRequest(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            asked = requests.ask(**given.validated_data, **self.by)
        except requests.TooManyRequests as refused:
            raise exceptions.Throttled(detail=str(refused)) from None
        except requests.RequestRefused as refused:
            raise exceptions.ValidationError({"address": [str(refused)]}) from None
        return self.answer(asked.request.pk, status=status.HTTP_201_CREATED if asked.is_new else status.HTTP_200_OK)

    def filter_queryset(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        state = self.request.query_params.get("state")
        if state is None:
            return queryset
        if state not in Request.State.values:
            raise exceptions.ValidationError({"state": [f"Write one of {', '.join(Request.State.values)}."]})
        return queryset.filter(state=state)

    def paginate_queryset(self, queryset: Any) -> Any:
        with rls.as_worker():
            return super().paginate_queryset(queryset)


class Vote(OfRequests):
    """One organization more that wants what was asked for."""

    @extend_schema(operation_id="requests_vote", request=None, responses={200: RequestShape})
    def post(self, request: ApiRequest, pk: int) -> Response:
        """Say that this organization wants it too. Safe to repeat."""
        wanted = get_object_or_404(Request.objects.shown(), pk=pk)
        try:
            requests.vote(request=wanted, **self.by)
        except requests.TooManyRequests as refused:
            raise exceptions.Throttled(detail=str(refused)) from None
        return self.answer(wanted.pk, status=status.HTTP_200_OK)
