"""What came of an attempt, written once: on the delivery, in the log of its channel, and on the channel itself."""

import random
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from monitoring.alerts import endpoints
from monitoring.alerts.channels import ChannelError
from monitoring.models import Attempt, Channel, Delivery

# Seconds to wait after the first, second, … failed attempt (Standard Webhooks); after the tenth a delivery is parked.
PAUSES_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
MOST_ATTEMPTS = len(PAUSES_SECONDS) + 1
JITTER = 0.1
DISABLED_AFTER = timedelta(days=5)
LONGEST_ERROR = 500
KEPT = timedelta(days=90)


def note_sent(
    delivery: Delivery, *, milliseconds: int, status: int | None, now: datetime, is_awaited: bool = False
) -> None:
    """Note that the message was taken. A channel that had failed, or was not verified, is in order again.

    is_awaited: return once this note, and with it every earlier one, is on the disk.
    """
    with transaction.atomic():
        if not is_awaited:
            _without_waiting_for_the_disk()
        Delivery.objects.filter(pk=delivery.pk).update(sent_at=now, lease_until=None, error="")
        _log(delivery, milliseconds=milliseconds, status=status, error="", now=now)
        channel = delivery.channel
        if channel.failures or channel.verified_at is None or channel.disabled_at is not None:
            endpoints.note_answer(channel, now=now)


def note_failure(delivery: Delivery, error: ChannelError, *, milliseconds: int, now: datetime) -> None:
    """Note a failed attempt and when the next one is due.

    What else waits for the channel waits as long: an endpoint that is down is asked once a pause, not once a message.
    """
    message = str(error)[:LONGEST_ERROR]
    with transaction.atomic():
        _log(delivery, milliseconds=milliseconds, status=error.status, error=message, now=now)
        if delivery.kind == Delivery.Kind.TEST or error.is_permanent:
            return park(delivery, message, now=now)
        failures = delivery.channel.failures + 1
        at = now + pause(max(delivery.attempts, failures), asked_seconds=error.retry_after_seconds)
        is_last = delivery.attempts >= MOST_ATTEMPTS
        Delivery.objects.filter(pk=delivery.pk).update(
            lease_until=None, error=message, due_at=at, parked_at=now if is_last else None
        )
        _rest(delivery.channel, until=at, is_gone=error.is_gone, now=now)


def park(delivery: Delivery, reason: str, *, now: datetime) -> None:
    """Try no more: the delivery stays visible with its reason, and may be released by hand."""
    Delivery.objects.filter(pk=delivery.pk).update(parked_at=now, lease_until=None, error=reason)


def give_back(deliveries: list[Delivery]) -> None:
    """Let go of claimed deliveries that were not tried."""
    ids = [delivery.pk for delivery in deliveries]
    Delivery.objects.filter(pk__in=ids).update(lease_until=None, attempts=F("attempts") - 1)


def pause(failures: int, *, asked_seconds: float | None = None) -> timedelta:
    """Return how long to wait after so many failures in a row, never less than was asked for; with some jitter."""
    seconds = PAUSES_SECONDS[min(failures, len(PAUSES_SECONDS)) - 1]
    return timedelta(seconds=max(seconds, asked_seconds or 0) * random.uniform(1, 1 + JITTER))


def forget_old(*, now: datetime) -> None:
    """Remove attempts from the log after ninety days; what became of the message stays on its row."""
    Attempt.objects.filter(at__lt=now - KEPT).delete()


def _rest(channel: Channel, *, until: datetime, is_gone: bool, now: datetime) -> None:
    since = channel.failing_since or now
    Channel.objects.filter(pk=channel.pk).update(failures=F("failures") + 1, failing_since=since)
    if is_gone:
        endpoints.disable(channel, Channel.Disabled.GONE, now=now)
    elif now - since >= DISABLED_AFTER:
        endpoints.disable(channel, Channel.Disabled.FAILED, now=now)
    else:
        waiting = Delivery.objects.filter(channel=channel, due_at__lt=until).waiting()
        waiting.exclude(kind=Delivery.Kind.TEST).update(due_at=until)


def _without_waiting_for_the_disk() -> None:
    """Let this transaction's commit return at once: it halves what a message takes (bench/fanout.py).

    A database that crashes within a second may forget that a message was sent; it then comes again, under its id.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _log(delivery: Delivery, *, milliseconds: int, status: int | None, error: str, now: datetime) -> None:
    Attempt.objects.create(
        organization_id=delivery.organization_id,
        delivery=delivery,
        number=delivery.attempts,
        at=now,
        milliseconds=milliseconds,
        status=status,
        error=error,
    )
