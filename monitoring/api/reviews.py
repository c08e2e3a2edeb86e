"""The organization's reviews by API: what its inbox shows, addressed by the number of the change."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.models import Membership
from billing.plans import Feature
from monitoring import reviews
from monitoring.api import bodies, parameters, shapes
from monitoring.api.views import ApiView
from monitoring.models import Change, Review, ReviewNote

STATES = (reviews.OPEN, reviews.SETTLED, reviews.ALL, *Review.State.values)
STATE = OpenApiParameter("state", str, enum=STATES, description="Of the review; `open` when not given.")
OVERDUE = OpenApiParameter("overdue", OpenApiTypes.BOOL, description="Only what is open past its day.")


class NoteShape(serializers.Serializer[ReviewNote]):
    text = serializers.CharField()
    author = serializers.EmailField(source="author.email", allow_null=True, default=None)
    created_at = serializers.DateTimeField()


class ReviewShape(serializers.Serializer[Review]):
    """What the organization makes of one change. Without an act yet it is `new`, and `updated_at` is null."""

    change = serializers.IntegerField(source="change_id")
    platform = serializers.SlugField(source="change.document.platform.slug")
    document = serializers.IntegerField(source="change.document_id")
    significance = serializers.CharField(source="change.significance")
    headline = serializers.SerializerMethodField()
    observed_at = serializers.DateTimeField(source="change.observed_at")
    state = serializers.ChoiceField(choices=Review.State.choices)
    owner = serializers.EmailField(source="owner.user.email", allow_null=True, default=None)
    due_date = serializers.DateField(allow_null=True)
    decision = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField(allow_null=True)
    page = shapes.PageUrl(source="change")

    def get_headline(self, review: Review) -> str:
        return review.change.summary.get("headline", "")


class ReviewWithNotes(ReviewShape):
    notes = NoteShape(many=True)


class ReviewPatch(serializers.Serializer[Any]):
    """What may be set; what is left out stays. `note` is added to the notes, which stay as they were written."""

    state = bodies.Choice(choices=Review.State.choices, required=False)
    owner = serializers.EmailField(required=False, allow_null=True, help_text="the address of a member")
    due_date = serializers.DateField(required=False, allow_null=True)
    decision = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    note = serializers.CharField(required=False, max_length=5000)


class WithReviews(ApiView):
    """Reviews of the key's organization, on a plan that includes them."""

    queryset = Change.objects.none()
    feature = Feature.REVIEW


@extend_schema(parameters=[STATE, OVERDUE, parameters.PLATFORM, parameters.SIGNIFICANCE])
class Reviews(WithReviews, ListAPIView):
    """The inbox, newest change first."""

    serializer_class = ReviewShape
    ordering = ("-observed_at", "-id")

    def filter_queryset(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        wanted = reviews.Filter(
            state=self._state(),
            platform=parameters.platform_of(self.request),
            significance=parameters.significance_of(self.request) or "",
            overdue=parameters.flag_of(self.request, "overdue"),
        )
        return reviews.inbox(self.organization, wanted, now=timezone.now())

    def _state(self) -> str:
        value = self.request.query_params.get("state", reviews.OPEN)
        if value in STATES:
            return value
        raise exceptions.ValidationError({"state": [f"Write one of {', '.join(STATES)}."]})

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        return super().get_serializer(*([self._review(change) for change in rows] for rows in args), **kwargs)

    def _review(self, change: Change) -> Review:
        row = reviews.review_of(change, self.organization)
        row.change = change
        return row


class OneReview(WithReviews):
    serializer_class = ReviewWithNotes

    @extend_schema(operation_id="reviews_retrieve", responses=ReviewWithNotes)
    def get(self, request: Request, change_id: int) -> Response:
        """The review of one change, with its notes."""
        return self._answer(self._change(change_id))

    @extend_schema(operation_id="reviews_update", request=ReviewPatch, responses=ReviewWithNotes)
    def patch(self, request: Request, change_id: int) -> Response:
        """Set state, owner, due date or decision; add a note."""
        change = self._change(change_id)
        given = ReviewPatch(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        note = wanted.pop("note", "")
        if wanted.get("owner"):
            wanted["owner"] = self._member(wanted["owner"])
        reviews.update(
            organization=self.organization, change=change, wanted=wanted, note=note,
            actor=audit.actor_of(request._request), now=timezone.now(),
        )  # fmt: skip
        return self._answer(self._change(change_id))

    def _change(self, change_id: int) -> Change:
        """Return the change if the organization's workspace has it; any other is a 404."""
        if change := reviews.find(self.organization, change_id):
            return change
        raise Http404

    def _member(self, email: str) -> Membership:
        rows = Membership.objects.filter(organization=self.organization, user__email=email.lower())
        if member := rows.first():
            return member
        raise exceptions.ValidationError({"owner": ["No member of the organization has this address."]})

    def _answer(self, change: Change) -> Response:
        review = reviews.review_of(change, self.organization)
        review.change = change
        shown = ReviewShape(review).data
        return Response({**shown, "notes": [NoteShape(note).data for note in reviews.notes(review)]})
