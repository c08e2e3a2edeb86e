"""Who should hear of a Change, and the messages that carry it."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Max, Min, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import SameOrganization, TenantModel, TenantQuerySet
from monitoring.models.catalog import Platform
from monitoring.models.changes import Change
from monitoring.models.proposals import Proposal
from monitoring.models.watching import Channel, Watch


class Matching(models.Model):
    """A Change was compared with all watches: when, and how many alerts came of it. Its absence is the queue."""

    change = models.OneToOneField(Change, models.CASCADE, primary_key=True, related_name="matching")
    matched_at = models.DateTimeField()
    alerts = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.change_id}: {self.alerts}"


class Alert(TenantModel):
    """This Watch should hear of this Change; once, however often matching runs."""

    watch = models.ForeignKey(Watch, models.CASCADE, related_name="alerts")
    change = models.ForeignKey(Change, models.PROTECT, related_name="alerts")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("watch", name="alert_watch_same_organization"),
            models.UniqueConstraint(fields=["watch", "change"], name="alert_once"),
        ]

    def __str__(self) -> str:
        return f"watch {self.watch_id} of change {self.change_id}"


class DeliveryQuerySet(TenantQuerySet["Delivery"]):
    def waiting(self) -> "DeliveryQuerySet":
        """Deliveries that are still to be sent, now or later."""
        return self.filter(sent_at=None, parked_at=None)

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Deliveries whose time has come and that nobody holds, the longest waiting first."""
        return (
            self.waiting()
            .filter(Q(lease_until=None) | Q(lease_until__lt=now), due_at__lte=now)
            .order_by("due_at", "id")
        )

    def in_turns(self, *, in_a_row: int) -> "DeliveryQuerySet":
        """The first of each channel, then the second of each, up to so many: what was tried least, then longest waiting."""
        order = [F("attempts"), F("due_at"), F("id")]
        turn = Window(RowNumber(), partition_by=F("channel"), order_by=order)
        return self.annotate(turn=turn).filter(turn__lte=in_a_row).order_by("turn", "due_at", "id")

    def channels_due(self, now: datetime) -> "models.QuerySet[Delivery, int]":
        """The channels (by id) that have something due and nothing on its way, the longest waiting first."""
        by_channel = self.waiting().filter(due_at__lte=now).order_by().values("channel")
        turns = by_channel.annotate(first=Min("due_at"), held=Max("lease_until"))
        free = turns.filter(Q(held=None) | Q(held__lt=now))
        return free.order_by("first", "channel_id").values_list("channel_id", flat=True)


class Delivery(TenantModel):
    """One message to one channel. An alert carries the Changes of one platform that were seen together, a notice its
    Proposals; a digest gathers both until it is due. A welcome tells a new reader of the last twelve months, a test shows
    how an alert reads.

    `message_id` never changes over retries, so that a receiver can drop a double. Parked after too many attempts: it
    stays visible, and a person may release it. An endpoint is verified by answering a test.
    """

    class Kind(models.TextChoices):
        ALERT = "alert", _("alert")
        DIGEST = "digest", _("digest")
        NOTICE = "notice", _("notice")
        WELCOME = "welcome", _("welcome")
        TEST = "test", _("test")

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, blank=True, related_name="+")
    message_id = models.UUIDField(default=uuid.uuid4, unique=True)
    since_at = models.DateTimeField(help_text="the start of the time the message speaks of")
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = DeliveryQuerySet.as_manager()

    # Why it is told: the watches that asked, by Change. None until it was read for many together.
    asked: dict[int, tuple[str, ...]] | None = None
    # Whether its organization accepted a version of a document that it tells of. None until then.
    accepts: bool | None = None

    class Meta(TenantModel.Meta):
        ordering = ["-due_at", "-id"]
        verbose_name_plural = "deliveries"
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("channel", name="delivery_channel_same_organization"),
            models.UniqueConstraint(
                fields=["channel"],
                condition=Q(kind="digest", sent_at=None, parked_at=None),
                name="delivery_one_open_digest",
            ),
            models.UniqueConstraint(fields=["channel"], condition=Q(kind="welcome"), name="delivery_one_welcome"),
        ]
        indexes = [
            models.Index(fields=["platform", "created_at"], name="delivery_of_platform", condition=Q(kind="alert")),
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(sent_at=None, parked_at=None)),
            models.Index(fields=["channel", "-id"], name="delivery_newest_of_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.channel_id} due {self.due_at}"


class DeliveryItem(TenantModel):
    """A Change or a Proposal that a Delivery carries: one message per channel and each of them, naming all watches that
    matched."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="items")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    change = models.ForeignKey(Change, models.PROTECT, null=True, blank=True, related_name="+")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("delivery", name="item_delivery_same_organization"),
            SameOrganization("channel", name="item_channel_same_organization"),
            models.UniqueConstraint(fields=["channel", "change"], name="delivery_item_once_per_channel_and_change"),
            models.UniqueConstraint(fields=["channel", "proposal"], name="delivery_item_once_per_channel_and_proposal"),
            models.CheckConstraint(
                condition=Q(change=None, proposal__isnull=False) | Q(change__isnull=False, proposal=None),
                name="delivery_item_carries_one_thing",
            ),
        ]

    def __str__(self) -> str:
        carried = f"change {self.change_id}" if self.change_id else f"proposal {self.proposal_id}"
        return f"{carried} in delivery {self.delivery_id}"


class Attempt(TenantModel):
    """One try to hand a Delivery over, written when it ended: the log of a channel. Kept for ninety days.

    `error` is empty for the one that succeeded; `status` is what an endpoint answered, if it answered at all.
    """

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("delivery", name="attempt_delivery_same_organization"),
        ]
        indexes = [models.Index(fields=["at"], name="attempt_at")]

    def __str__(self) -> str:
        return f"attempt {self.number} of delivery {self.delivery_id}: {self.error or 'handed over'}"
