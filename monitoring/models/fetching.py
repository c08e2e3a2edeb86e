"""Getting a Source: the one mutable row that says when, and the record of every attempt."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from monitoring.models.catalog import Source

# After so many crashes in a row the capture is parked: shown to operators, tried again when new bytes arrive.
READ_ATTEMPTS = 3


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def due(self, now: datetime) -> "ScheduleQuerySet":
        """Schedules whose time has come and that nobody holds, the longest waiting first.

        A capture that waits to be read comes first, so that none is passed over; a parked one does not stop polling.
        """
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        read = Q(unread_at=None) | Q(read_attempts__gte=READ_ATTEMPTS)
        return self.filter(free, read, due_at__lte=now).order_by("due_at")

    def unread(self) -> "ScheduleQuerySet":
        """Schedules with a capture that no Screening has looked at yet, the longest waiting first."""
        return self.filter(unread_at__isnull=False, read_attempts__lt=READ_ATTEMPTS).order_by("unread_at")


class Schedule(models.Model):
    """The one mutable row of a Source: due, lease, validators, failures, and whether its last capture waits to be read.

    It exists exactly while the catalog declares the Source.
    """

    source = models.OneToOneField(Source, models.CASCADE, primary_key=True, related_name="schedule")
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    digest = models.BinaryField(null=True, max_length=32, help_text="of the bytes of the last good capture")
    last_fetched_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    reason = models.CharField(max_length=40, blank=True, help_text="of the last failure; empty after a success")
    unread_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True, help_text="since when the served text is held back")
    read_attempts = models.PositiveSmallIntegerField(default=0, help_text="crashes in a row while reading it")

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(F("due_at"), name="schedule_due"),
            models.Index(F("unread_at"), name="schedule_unread", condition=Q(unread_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} due {self.due_at}"


class FetchQuerySet(models.QuerySet["Fetch"]):
    def of_document(self, document_id: int) -> "FetchQuerySet":
        return self.filter(source__document_id=document_id).order_by("-fetched_at")


class Fetch(models.Model):
    """One attempt to get a Source, successful or not; also the evidence that nothing had changed at that hour.

    The largest table by far: partitioned by month of `fetched_at`, folded into a daily summary after 90 days, and
    nothing points at it by foreign key.
    """

    pk = models.CompositePrimaryKey("source_id", "fetched_at")
    source = models.ForeignKey(Source, models.PROTECT, related_name="fetches")
    fetched_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="of HTTP; null when no answer came")
    is_not_modified = models.BooleanField(default=False)
    size_bytes = models.PositiveIntegerField(default=0)
    digest = models.BinaryField(null=True, max_length=32)
    duration_ms = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=40, blank=True, help_text="a value of fetch.Reason; empty when a page came")
    message = models.CharField(max_length=500, blank=True)

    objects = FetchQuerySet.as_manager()

    class Meta:
        ordering = ["-fetched_at"]

    def __str__(self) -> str:
        return f"{self.source_id} at {self.fetched_at}: {self.reason or self.status}"
