"""What an organization makes of the Changes it was told of."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import SameOrganization, TenantModel
from monitoring.models.changes import Change


class Review(TenantModel):
    """What one organization makes of one Change. Written at the first act; without a row the change is new to it.

    `owner` is the member who sees to it; `due_date` is a day in the organization's time zone. `decision` is what was
    decided, in its own words; who wrote it and when stand beside it.
    """

    class State(models.TextChoices):
        NEW = "new", _("New")
        REVIEWING = "reviewing", _("Reviewing")
        ACTION_NEEDED = "action_needed", _("Action needed")
        ACCEPTED = "accepted", _("Accepted")
        NOT_RELEVANT = "not_relevant", _("Not relevant")

    OPEN: ClassVar = (State.NEW, State.REVIEWING, State.ACTION_NEEDED)

    change = models.ForeignKey(Change, models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=16, choices=State.choices, default=State.NEW)
    owner = models.ForeignKey("accounts.Membership", models.SET_NULL, null=True, blank=True, related_name="+")
    due_date = models.DateField(null=True, blank=True)
    decision = models.CharField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    saves = models.PositiveIntegerField(
        default=0, help_text="how often it was changed: by it a form knows it is behind"
    )

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("owner", name="review_owner_same_organization"),
            models.UniqueConstraint(fields=["organization", "change"], name="review_once_per_change"),
            models.CheckConstraint(
                condition=Q(state__in=["new", "reviewing", "action_needed", "accepted", "not_relevant"]),
                name="review_state",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="review_decided_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"change {self.change_id}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def is_overdue_on(self, today: date) -> bool:
        return self.is_open and self.due_date is not None and self.due_date < today


class ReviewNote(TenantModel):
    """What somebody noted beside a Review. Never changed: the database refuses it. It ends with the organization.

    Without an author it came by the API key, or from a person who left.
    """

    review = models.ForeignKey(Review, models.CASCADE, related_name="notes")
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", models.RESTRICT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("review", name="review_note_review_same_organization"),
            SameOrganization("api_key", name="review_note_api_key_same_organization"),
            models.CheckConstraint(condition=~Q(text=""), name="review_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk} beside review {self.review_id}"
