"""The versions an organization accepted, by API: each with its drift; marked and forgotten with a write key."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from billing.plans import Feature
from monitoring import acceptances
from monitoring.api.views import ApiView
from monitoring.models import Acceptance, Version


class AcceptanceShape(serializers.Serializer[acceptances.Standing]):
    """An accepted version beside the text as it stands. `is_same`: the very text, whatever it was in between."""

    id = serializers.IntegerField(source="acceptance.pk")
    document = serializers.IntegerField(source="acceptance.document_id")
    version = serializers.IntegerField(source="acceptance.version_id")
    accepted_date = serializers.DateField(source="acceptance.accepted_date")
    note = serializers.CharField(source="acceptance.note")
    marked_at = serializers.DateTimeField(source="acceptance.marked_at")
    latest_version = serializers.IntegerField(source="latest.pk")
    substantive_changes = serializers.IntegerField(source="substantive")
    other_changes = serializers.IntegerField(source="others")
    is_same = serializers.BooleanField()
    has_drifted = serializers.BooleanField()


class AcceptanceList(serializers.Serializer[Any]):
    results = AcceptanceShape(many=True)


class NewAcceptance(serializers.Serializer[Any]):
    """What comes in to mark a version; it takes the place of another one of its document."""

    version = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    accepted_date = serializers.DateField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class WithAcceptances(ApiView):
    """Acceptances of the key's organization, on a plan that includes them."""

    queryset = Acceptance.objects.none()
    feature = Feature.ACCEPTED_VERSIONS


class Acceptances(WithAcceptances):
    @extend_schema(operation_id="acceptances_list", responses=AcceptanceList)
    def get(self, request: Request) -> Response:
        """Every accepted version with its drift, by platform and document: one a document, so in one answer."""
        rows = acceptances.standings(self.organization)
        return Response({"results": [AcceptanceShape(row).data for row in rows]})

    @extend_schema(operation_id="acceptances_create", request=NewAcceptance, responses={201: AcceptanceShape})
    def post(self, request: Request) -> Response:
        """Mark a version as the one that was accepted."""
        given = NewAcceptance(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        version = Version.objects.without_text().filter(document__organization=None, pk=wanted["version"]).first()
        if version is None:
            raise exceptions.ValidationError({"version": ["There is no version of this number."]})
        try:
            row = acceptances.mark(
                organization=self.organization, version=version, accepted_date=wanted["accepted_date"],
                note=wanted["note"], actor=audit.actor_of(request._request), now=timezone.now(),
            )  # fmt: skip
        except acceptances.DayToCome as refused:
            raise exceptions.ValidationError({"accepted_date": [str(refused)]}) from refused
        standing = next(each for each in acceptances.standings(self.organization) if each.acceptance == row)
        return Response(AcceptanceShape(standing).data, status=status.HTTP_201_CREATED)


class OneAcceptance(WithAcceptances):
    @extend_schema(operation_id="acceptances_destroy", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Forget which version was accepted. The audit trail keeps it."""
        rows = Acceptance.objects.for_organization(self.organization).select_related("organization")
        row = get_object_or_404(rows, pk=pk)
        acceptances.unmark(acceptance=row, now=timezone.now(), actor=audit.actor_of(request._request))
        return Response(status=status.HTTP_204_NO_CONTENT)
