"""Which watches should hear of a Change or a Proposal, and the one message per channel that will carry it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import connection, transaction

from billing import entitlements
from billing.plans import Cadence
from monitoring import watchlists
from monitoring.models import Alert, Change, Channel, Delivery, DeliveryItem, Matching, Proposal, Watch

# How long a sweep looks back for changes that nobody matched.
LOOK_BACK = timedelta(days=30)
# A burst of edits to one platform within this time becomes visible to the reader as one wave of mails.
SAME_DAY_AFTER = timedelta(minutes=15)
DIGEST_AFTER = timedelta(days=7)


def match(change: Change, *, now: datetime) -> int:
    """Make the Alerts of `change` and put it into one Delivery per channel; return the number of alerts.

    Safe to run twice, also at the same time: the row of Matching is written first, and only its writer goes on.
    """
    with transaction.atomic():
        if not _insert_once(change, now):
            return 0
        watches = watchlists.concerned(change, now=now)
        Alert.objects.bulk_create(
            Alert(organization_id=watch.organization_id, watch=watch, change=change, created_at=now)
            for watch in watches
        )
        _hand_over(change, watches, now)
        Matching.objects.filter(pk=change.pk).update(alerts=len(watches))
    return len(watches)


def match_all(*, now: datetime, limit: int = 500) -> int:
    """Match the changes that nobody has matched yet, oldest first; return the number of alerts made."""
    waiting = Change.objects.unmatched(now - LOOK_BACK).with_document()[:limit]
    return sum(match(change, now=now) for change in waiting)


def settle(changes: Sequence[Change], *, now: datetime) -> None:
    """Count `changes` as matched without any alert: history that was brought in is news to nobody.

    Call it in the transaction that writes them, so that no sweep finds them before.
    """
    Matching.objects.bulk_create(Matching(change=change, matched_at=now, alerts=0) for change in changes)


def tell(proposals: Sequence[Proposal], *, now: datetime) -> int:
    """Put `proposals`, all of one platform, into one notice per channel; return the number of messages they went into.

    Safe to run twice, also at the same time: who marks a proposal as told first goes on with it.
    """
    with transaction.atomic():
        rows = Proposal.objects.filter(told_at=None)
        claimed = [proposal for proposal in proposals if rows.filter(pk=proposal.pk).update(told_at=now)]
        told = {proposal: watchlists.concerned_by_proposal(proposal, now=now) for proposal in claimed}
        organizations = {watch.organization_id for watches in told.values() for watch in watches}
        since_at = min((proposal.began_at for proposal in claimed), default=now)
        deliveries = _deliveries(organizations, Delivery.Kind.NOTICE, since_at=since_at, now=now)
        DeliveryItem.objects.bulk_create(
            _item(delivery, proposal=proposal)
            for delivery in deliveries
            for proposal, watches in told.items()
            if delivery.organization_id in {watch.organization_id for watch in watches}
        )
    return len(deliveries)


def tell_all(*, now: datetime, limit: int = 500) -> int:
    """Tell of the proposals that are news and that nobody was told of yet; return the number of messages."""
    waiting = Proposal.objects.untold(now - LOOK_BACK).with_document().order_by("platform_id", "id")[:limit]
    by_platform = groupby(waiting, key=lambda proposal: proposal.platform_id)
    return sum(tell(list(proposals), now=now) for _, proposals in by_platform)


def open_digests(channels: Sequence[Channel], *, now: datetime) -> dict[int, Delivery]:
    """Return the open digest of each channel, by channel id; one is opened, due in a week, where there is none."""
    Delivery.objects.bulk_create(
        [
            Delivery(
                organization_id=channel.organization_id, channel=channel, kind=Delivery.Kind.DIGEST,
                since_at=now, due_at=now + DIGEST_AFTER, created_at=now,
            )
            for channel in channels
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    rows = Delivery.objects.filter(channel__in=channels, kind=Delivery.Kind.DIGEST, sent_at=None, parked_at=None)
    return {row.channel_id: row for row in rows}


def _insert_once(change: Change, now: datetime) -> bool:
    """Return whether this call may match: a second one waits for the first one's transaction and is then refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Matching._meta.db_table} (change_id, matched_at, alerts) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING",
            [change.pk, now],
        )
        return cursor.rowcount == 1


def _hand_over(change: Change, watches: Sequence[Watch], now: datetime) -> None:
    organizations = {watch.organization_id for watch in watches}
    deliveries = _deliveries(organizations, Delivery.Kind.ALERT, since_at=change.observed_at, now=now)
    DeliveryItem.objects.bulk_create(_item(delivery, change=change) for delivery in deliveries)


def _deliveries(
    organization_ids: Iterable[int], kind: Delivery.Kind, *, since_at: datetime, now: datetime
) -> list[Delivery]:
    """Return one delivery for each channel of the organizations: the open digest, or a new one of `kind`, by the plan."""
    plans = entitlements.plans_of(set(organization_ids), now=now)
    channels = list(watchlists.channels_of(plans))
    weekly = [channel for channel in channels if plans[channel.organization_id].cadence is Cadence.WEEKLY]
    prompt = [channel for channel in channels if plans[channel.organization_id].cadence is not Cadence.WEEKLY]
    made = Delivery.objects.bulk_create(
        Delivery(
            organization_id=channel.organization_id, channel=channel, kind=kind,
            since_at=since_at, due_at=_due_at(plans[channel.organization_id].cadence, now), created_at=now,
        )
        for channel in prompt
    )  # fmt: skip
    return [*made, *open_digests(weekly, now=now).values()]


def _item(delivery: Delivery, *, change: Change | None = None, proposal: Proposal | None = None) -> DeliveryItem:
    return DeliveryItem(
        organization_id=delivery.organization_id,
        delivery=delivery,
        channel_id=delivery.channel_id,
        change=change,
        proposal=proposal,
    )


def _due_at(cadence: Cadence, now: datetime) -> datetime:
    return now if cadence is Cadence.IMMEDIATE else now + SAME_DAY_AFTER
