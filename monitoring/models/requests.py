"""What people ask the catalog for, and which organizations want it too."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel, TenantQuerySet
from monitoring.models.catalog import Platform


class RequestQuerySet(models.QuerySet["Request"]):
    def shown(self) -> "RequestQuerySet":
        """Requests of the public queue: without what operators took off it."""
        return self.filter(hidden_at=None)

    def counted(self) -> "RequestQuerySet":
        """The same with the platform that was added, and how many organizations `wanted` it (as worker)."""
        return self.select_related("platform").annotate(wanted=Count("votes"))

    def waiting(self) -> "RequestQuerySet":
        """Requests that no operator has answered yet."""
        return self.filter(state=Request.State.ASKED, hidden_at=None)


class Request(models.Model):
    """A platform or a document that the catalog does not have and somebody asked for.

    Shared by all: `key` is what makes two of them the same (of a platform its site, of a document its normalised
    address), so the second one becomes a Vote. Why it is wanted is for operators; who wants it is in the votes.
    """

    class Kind(models.TextChoices):
        PLATFORM = "platform", _("Platform")
        DOCUMENT = "document", _("Document")

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        PLANNED = "planned", _("Planned")
        ADDED = "added", _("Added")
        DECLINED = "declined", _("Declined")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=600)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=500)
    why = models.CharField(max_length=1000, blank=True, help_text="read by operators only")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=500, blank=True, help_text="of the answer, shown to everybody")
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, blank=True, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="since when it is off the public queue")
    created_at = models.DateTimeField()

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="request_once"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at=None) | (~Q(state="asked") & Q(answered_at__isnull=False)),
                name="request_answered_at_some_time",
            ),
            models.CheckConstraint(condition=~Q(state="declined", reason=""), name="request_declined_for_a_reason"),
        ]

    def __str__(self) -> str:
        return self.name


class VoteQuerySet(TenantQuerySet["Vote"]):
    def untold(self, now: datetime) -> "VoteQuerySet":
        """Votes whose people have not heard of the answer as it now stands, and that may be tried at `now`."""
        answered = self.exclude(request__state=Request.State.ASKED).filter(request__hidden_at=None)
        return answered.exclude(told_as=F("request__state")).filter(Q(retry_at=None) | Q(retry_at__lte=now))


class Vote(TenantModel):
    """This organization wants what the Request asks for: one an organization. `told_as` is the state its person was
    last told of; while it is another one than the request's, a mail is due."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    told_as = models.CharField(max_length=10, choices=Request.State.choices, default=Request.State.ASKED)
    told_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Any] = VoteQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "request"], name="vote_once_per_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} wants request {self.request_id}"
