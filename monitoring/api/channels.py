"""Channels by API: where the organization is told, what was sent there, and each attempt."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.generics import ListAPIView, RetrieveAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from billing import entitlements
from monitoring.alerts import delivery, endpoints
from monitoring.api import bodies
from monitoring.api.views import ApiView
from monitoring.models import Attempt, Channel, Delivery

KINDS = [(kind.value, kind.label) for kind in Channel.ENDPOINTS]


class ChannelShape(serializers.ModelSerializer[Channel]):
    """A channel as its people see it: no secret, and no more of a secret address than its end."""

    state = serializers.SerializerMethodField(help_text="resting, disabled, unverified, failing or in_order")
    disabled_because = serializers.CharField()

    class Meta:
        model = Channel
        fields = ("id", "kind", "name", "address", "state", "created_at", "verified_at", "failing_since", "failures",
                  "disabled_at", "disabled_because")  # fmt: skip
        read_only_fields = fields

    def get_state(self, row: Channel) -> str:
        return endpoints.state(row, entitlements.plan_of(row.organization, now=timezone.now())).value


class NewChannel(serializers.Serializer[Any]):
    kind = bodies.Choice(choices=KINDS)
    name = serializers.CharField(max_length=80)
    url = serializers.CharField(max_length=2000)


class Secret(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="shown this once")


class AddedChannel(serializers.Serializer[Any]):
    channel = ChannelShape()
    secret = serializers.CharField(help_text="shown this once; empty where nothing is signed")


class AttemptShape(serializers.ModelSerializer[Attempt]):
    class Meta:
        model = Attempt
        fields = ("number", "at", "milliseconds", "status", "error")
        read_only_fields = fields


class DeliveryShape(serializers.ModelSerializer[Delivery]):
    attempts = AttemptShape(many=True, source="tries")

    class Meta:
        model = Delivery
        fields = ("id", "kind", "message_id", "created_at", "due_at", "sent_at", "parked_at", "error", "attempts")
        read_only_fields = fields


class OwnChannels(ApiView):
    """Channels of the key's organization; somebody else's are a 404."""

    queryset = Channel.objects.none()

    def get_queryset(self) -> QuerySet[Channel]:
        rows = Channel.objects.for_organization(self.organization)
        return rows.select_related("organization__subscription").order_by("id")

    def own(self, pk: int) -> Channel:
        return get_object_or_404(self.get_queryset(), pk=pk)

    @property
    def act(self) -> dict[str, Any]:
        """Who acts, and when."""
        return {"now": timezone.now(), "actor": audit.actor_of(self.request._request)}


class Channels(OwnChannels, ListAPIView):
    """Where the organization is told."""

    serializer_class = ChannelShape
    ordering = "id"

    @extend_schema(operation_id="channels_create", request=NewChannel, responses={201: AddedChannel})
    def post(self, request: Request) -> Response:
        """Add a webhook or a Slack-compatible hook. It is sent a test, and used once it answers that with a 2xx."""
        wanted = NewChannel(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            added = endpoints.add(organization=self.organization, **wanted.validated_data, **self.act)
        except endpoints.EndpointRefused as refused:
            raise exceptions.ValidationError({"url": [str(refused)]}) from None
        return Response(AddedChannel(added).data, status=status.HTTP_201_CREATED)


class OneChannel(OwnChannels, RetrieveAPIView):
    """One channel, and how it fares."""

    serializer_class = ChannelShape

    @extend_schema(operation_id="channels_destroy", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove the channel with what waits for it and its log."""
        endpoints.remove(self.own(pk), **self.act)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TestChannel(OwnChannels):
    @extend_schema(operation_id="channels_test", request=None, responses={202: None})
    def post(self, request: Request, pk: int) -> Response:
        """Send the channel a test, by mail at most once a minute; the list of its deliveries says what came of it."""
        try:
            endpoints.send_test(self.own(pk), now=timezone.now())
        except endpoints.TestedJustNow as refused:
            raise exceptions.Throttled(wait=endpoints.BETWEEN_TESTS.total_seconds(), detail=str(refused)) from None
        return Response(status=status.HTTP_202_ACCEPTED)


class RotateChannel(OwnChannels):
    @extend_schema(operation_id="channels_rotate", request=None, responses={200: Secret})
    def post(self, request: Request, pk: int) -> Response:
        """Make a new signing secret; for 24 hours messages are signed with the old one too."""
        channel = self.own(pk)
        if channel.kind != Channel.Kind.WEBHOOK:
            raise exceptions.ValidationError({"kind": ["Only a webhook has a signing secret."]})
        return Response({"secret": endpoints.rotate(channel, **self.act)})


class Deliveries(OwnChannels, ListAPIView):
    """The messages of one channel, newest first, each with its attempts."""

    serializer_class = DeliveryShape

    def get_queryset(self) -> Any:
        channel = self.own_channel()
        rows = Delivery.objects.for_organization(self.organization).filter(channel=channel)
        return rows.prefetch_related("tries")

    def own_channel(self) -> Channel:
        return get_object_or_404(Channel.objects.for_organization(self.organization), pk=self.kwargs["pk"])


class DeliverAgain(OwnChannels):
    @extend_schema(operation_id="deliveries_again", request=None, responses={202: None})
    def post(self, request: Request, pk: int, delivery_id: int) -> Response:
        """Send a parked message, or one that was sent, once more under the same id."""
        rows = Delivery.objects.for_organization(self.organization).select_related("organization")
        row = get_object_or_404(rows, channel_id=pk, pk=delivery_id)
        try:
            delivery.again(row, **self.act)
        except delivery.NotAgain as refused:
            raise exceptions.ValidationError({"delivery": [str(refused)]}) from None
        return Response(status=status.HTTP_202_ACCEPTED)
