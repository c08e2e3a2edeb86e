"""The outbox: deliveries are claimed under a lease, sent, and marked; a crash between is sent again with the same id."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from accounts import rls
from billing import entitlements
from monitoring import watchlists
from monitoring.alerts import channels, matching, messages
from monitoring.models import Channel, Delivery, Watch

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
# Minutes to wait after the first, second, … failed attempt; then the delivery is parked and shown.
RETRY_MINUTES = (1, 5, 30, 120, 300, 600)


def claim(*, now: datetime, limit: int = 20) -> list[Delivery]:
    """Lease up to `limit` due deliveries and return them with channel and organization; empty when none is due.

    What another worker holds is passed over; the lease of a dead worker runs out after five minutes.
    """
    with transaction.atomic():
        due = Delivery.objects.due(now).select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        Delivery.objects.filter(pk__in=ids).update(lease_until=now + LEASE, attempts=F("attempts") + 1)
    rows = Delivery.objects.filter(pk__in=ids)
    rows = rows.select_related("channel__user", "channel__organization", "organization__subscription")
    return list(rows.annotate(is_wanted=watchlists.still_belongs("channel__user")).order_by("due_at", "id"))


def deliver(delivery: Delivery, *, now: datetime) -> bool:
    """Send one claimed delivery and note what came of it; return whether it was sent. Who left is not written to.

    A crash of our own (a template that fails on one change) is logged and counted like a refusal: the others go on.
    """
    if delivery.channel.paused_at is not None:
        _note_failure(delivery, "who reads there paused all messages", is_permanent=True, now=now)
        return False
    if not delivery.is_wanted:  # type: ignore[attr-defined]  # counted by `claim`
        _note_failure(delivery, "the person no longer belongs to the organization", is_permanent=True, now=now)
        return False
    try:
        with rls.acting_for(delivery.organization):
            message = messages.compose(delivery, now=now)
        channels.send(delivery.channel, message)
    except channels.ChannelError as error:
        log.warning("delivery %s to %s failed: %s", delivery.pk, delivery.channel.kind, error)
        _note_failure(delivery, str(error), is_permanent=error.is_permanent, now=now)
        return False
    except Exception as error:
        log.exception("delivery %s could not be composed", delivery.pk)
        _note_failure(delivery, f"{type(error).__name__}: {error}", is_permanent=False, now=now)
        return False
    Delivery.objects.filter(pk=delivery.pk).update(sent_at=now, lease_until=None, error="")
    if delivery.kind == Delivery.Kind.DIGEST and _is_weekly(delivery, now):
        matching.open_digests([delivery.channel], now=now)
    return True


def deliver_due(*, now: datetime, limit: int = 500) -> int:
    """Send what is due, up to about `limit` messages; return how many were sent."""
    sent = tried = 0
    while tried < limit and (claimed := claim(now=now)):
        tried += len(claimed)
        sent += sum(deliver(delivery, now=now) for delivery in claimed)
    return sent


def open_missing_digests(*, now: datetime) -> None:
    """Open a digest for each channel of a weekly organization that watches something and has none open."""
    rows = (
        Channel.objects.select_related("organization")
        .exclude(verified_at=None)
        .filter(
            Exists(Watch.objects.filter(organization=OuterRef("organization"))),
            ~Exists(
                Delivery.objects.filter(channel=OuterRef("pk"), kind=Delivery.Kind.DIGEST, sent_at=None, parked_at=None)
            ),
            watchlists.still_belongs("user"),
            disabled_at=None,
            paused_at=None,
        )
    )
    found = list(rows)
    plans = entitlements.plans_of({channel.organization_id for channel in found}, now=now)
    weekly = [channel for channel in found if matching.is_weekly(channel, plans[channel.organization_id])]
    matching.open_digests(weekly, now=now)


def _is_weekly(delivery: Delivery, now: datetime) -> bool:
    return matching.is_weekly(delivery.channel, entitlements.plan_of(delivery.organization, now=now))


def _note_failure(delivery: Delivery, error: str, *, is_permanent: bool, now: datetime) -> None:
    is_last = is_permanent or delivery.attempts > len(RETRY_MINUTES)
    Delivery.objects.filter(pk=delivery.pk).update(
        lease_until=None,
        error=error[:2000],
        due_at=now + timedelta(minutes=RETRY_MINUTES[min(delivery.attempts, len(RETRY_MINUTES)) - 1]),
        parked_at=now if is_last else None,
    )
