"""Alerts: a Change or a Proposal meets its audience, and the one message per channel that will carry it."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import OperationalError, connection, transaction

from monitoring import watchlists
from monitoring.alerts import audience, gathering
from monitoring.models import Alert, Change, Delivery, DeliveryItem, Matching, Platform, Proposal, Watch

log = logging.getLogger(__name__)

# How long a sweep looks back for changes that nobody matched.
LOOK_BACK = timedelta(days=30)
WATCHES_AT_ONCE = 2_000


def match(change: Change, *, now: datetime) -> int:
    """Make the Alerts of `change` and put it into one Delivery per channel; return the number of alerts."""
    return match_together([change], now=now)


def match_together(changes: Sequence[Change], *, now: datetime) -> int:
    """Match `changes`, with their documents, into one message per channel and platform; return the number of alerts.

    Safe to run twice, also at the same time: the row of Matching is written first, and only its writer goes on. One at a
    time for each platform, so that a message that waits for the rest of a burst is found and not made twice.
    """
    with transaction.atomic():
        platforms = Platform.objects.filter(pk__in={change.document.platform_id for change in changes})
        list(platforms.order_by("pk").select_for_update(no_key=True))
        told = audience.of_changes(_insert_once(changes, now), now=now)
        Alert.objects.bulk_create(
            Alert(organization_id=watch.organization_id, watch=watch, change=change, created_at=now)
            for change, watches in told.items()
            for watch in watches
        )
        _put(told, now)
        counted = [Matching(change=change, matched_at=now, alerts=len(watches)) for change, watches in told.items()]
        Matching.objects.bulk_update(counted, ["alerts"])
    return sum(map(len, told.values()))


def match_all(*, now: datetime, limit: int = 500) -> int:
    """Match the changes that nobody has matched yet; return the number of alerts made.

    Platforms that few listen to are matched together. One that fails is logged, delays no other and waits for the next run.
    """
    unmatched = list(Change.objects.unmatched(now - LOOK_BACK).with_document()[:limit])
    return sum(_match_safely(batch, now) for batch in _batches(unmatched))


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
        told = {proposal: audience.of_proposal(proposal, now=now) for proposal in claimed}
        heard = {
            proposal: [channel for channel in channels if channel.hears_notices]
            for proposal, channels in audience.channels(told).items()
        }
        since_at = min((proposal.began_at for proposal in claimed), default=now)
        wanted = [gathering.Wanted(channel, since_at) for channels in heard.values() for channel in channels]
        deliveries = gathering.joined(wanted, Delivery.Kind.NOTICE, now=now)
        DeliveryItem.objects.bulk_create(
            _item(deliveries[None, channel.pk], proposal=proposal)
            for proposal, channels in heard.items()
            for channel in channels
            if (None, channel.pk) in deliveries
        )
    return len(deliveries)


def tell_all(*, now: datetime, limit: int = 500) -> int:
    """Tell of the proposals that are news and that nobody was told of yet; return the number of messages."""
    untold = Proposal.objects.untold(now - LOOK_BACK).with_document().order_by("platform_id", "id")[:limit]
    by_platform = groupby(untold, key=lambda proposal: proposal.platform_id)
    return sum(tell(list(proposals), now=now) for _, proposals in by_platform)


def _batches(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Cut changes, platforms whole, into what is matched in one transaction: as many as some thousand watches hear of."""
    by_platform = _by_platform(changes)
    batch: list[Change] = []
    heard = 0
    for platform_id, listeners in audience.listeners(by_platform).items():
        if batch and heard + listeners > WATCHES_AT_ONCE:
            yield batch
            batch, heard = [], 0
        batch += by_platform[platform_id]
        heard += listeners
    if batch:
        yield batch


def _by_platform(changes: Sequence[Change]) -> dict[int, list[Change]]:
    by_platform: dict[int, list[Change]] = {}
    for change in changes:
        by_platform.setdefault(change.document.platform_id, []).append(change)
    return by_platform


def _match_safely(changes: Sequence[Change], now: datetime) -> int:
    """Match changes together, or platform by platform where that fails; return the number of alerts."""
    try:
        return match_together(changes, now=now)
    except OperationalError:
        raise  # the database is away: the next run finds them
    except Exception:
        apart = _by_platform(changes)
        if len(apart) > 1:
            return sum(_match_safely(some, now) for some in apart.values())
        log.exception("changes %s could not be matched; they are tried again", [change.pk for change in changes])
        return 0


def _insert_once(changes: Sequence[Change], now: datetime) -> list[Change]:
    """Return the changes this call may match: a second one waits for the first one's transaction and is then refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Matching._meta.db_table} (change_id, matched_at, alerts) "
            "SELECT change_id, %s, 0 FROM unnest(%s::bigint[]) AS change_id ON CONFLICT DO NOTHING RETURNING change_id",
            [now, sorted(change.pk for change in changes)],
        )
        inserted = {pk for (pk,) in cursor}
    return [change for change in changes if change.pk in inserted]


def _put(told: Mapping[Change, Sequence[Watch]], now: datetime) -> None:
    """Put changes into the messages of the channels that are told of them."""
    wanted = [
        (change, gathering.Wanted(channel, change.observed_at, change.document.platform))
        for change, channels in audience.channels(told).items()
        for channel in channels
        if channel.minimum_significance in watchlists.reached_by(change.significance)
    ]
    deliveries = gathering.joined([message for _, message in wanted], Delivery.Kind.ALERT, now=now)
    DeliveryItem.objects.bulk_create(
        _item(deliveries[message.key], change=change) for change, message in wanted if message.key in deliveries
    )


def _item(delivery: Delivery, *, change: Change | None = None, proposal: Proposal | None = None) -> DeliveryItem:
    return DeliveryItem(
        organization_id=delivery.organization_id,
        delivery=delivery,
        channel_id=delivery.channel_id,
        change=change,
        proposal=proposal,
    )
