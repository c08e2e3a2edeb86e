"""Alerts: a Change or a Proposal meets its audience, and the one message per channel that will carry it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import groupby

from django.db import connection, transaction

from accounts.models import Organization
from billing import entitlements
from billing.plans import Cadence, Plan
from monitoring import watchlists
from monitoring.alerts import audience, endpoints, timing
from monitoring.models import Alert, Change, Channel, Delivery, DeliveryItem, Matching, Platform, Proposal

# How long a sweep looks back for changes that nobody matched.
LOOK_BACK = timedelta(days=30)
GATHERED = (Cadence.WEEKLY, Cadence.DAILY)


def match(change: Change, *, now: datetime) -> int:
    """Make the Alerts of `change` and put it into one Delivery per channel; return the number of alerts."""
    return match_together([change], now=now)


def match_together(changes: Sequence[Change], *, now: datetime) -> int:
    """Match `changes`, all of one platform, into one message per channel; return the number of alerts.

    Safe to run twice, also at the same time: the row of Matching is written first, and only its writer goes on. One at a
    time for each platform, so that a message that waits for the rest of a burst is found and not made twice.
    """
    platform = changes[0].document.platform
    with transaction.atomic():
        Platform.objects.select_for_update(no_key=True).get(pk=platform.pk)
        alerts = [_match(change, platform, now) for change in changes if _insert_once(change, now)]
    return sum(alerts)


def match_all(*, now: datetime, limit: int = 500) -> int:
    """Match the changes that nobody has matched yet, platform by platform; return the number of alerts made."""
    waiting = list(Change.objects.unmatched(now - LOOK_BACK).with_document()[:limit])
    waiting.sort(key=lambda change: change.document.platform_id)
    by_platform = groupby(waiting, key=lambda change: change.document.platform_id)
    return sum(match_together(list(changes), now=now) for _, changes in by_platform)


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
            proposal: {channel.pk: channel for channel in audience.channels(watches) if channel.hears_notices}
            for proposal, watches in told.items()
        }
        channels = {pk: channel for each in heard.values() for pk, channel in each.items()}
        since_at = min((proposal.began_at for proposal in claimed), default=now)
        deliveries = _deliveries(list(channels.values()), Delivery.Kind.NOTICE, since_at=since_at, now=now)
        DeliveryItem.objects.bulk_create(
            _item(delivery, proposal=proposal)
            for proposal, wanted in heard.items()
            for delivery in deliveries
            if delivery.channel_id in wanted
        )
    return len(deliveries)


def tell_all(*, now: datetime, limit: int = 500) -> int:
    """Tell of the proposals that are news and that nobody was told of yet; return the number of messages."""
    waiting = Proposal.objects.untold(now - LOOK_BACK).with_document().order_by("platform_id", "id")[:limit]
    by_platform = groupby(waiting, key=lambda proposal: proposal.platform_id)
    return sum(tell(list(proposals), now=now) for _, proposals in by_platform)


def open_digests(channels: Sequence[Channel], *, now: datetime) -> dict[int, Delivery]:
    """Return the open digest of each channel, by channel id; where there is none, one is opened for its next hour."""
    plans = entitlements.plans_of({channel.organization_id for channel in channels}, now=now)
    Delivery.objects.bulk_create(
        [
            Delivery(
                organization_id=channel.organization_id, channel=channel, kind=Delivery.Kind.DIGEST, since_at=now,
                due_at=timing.due_at(_digest_cadence(channel, plans), hours_of(channel.organization), now=now),
                created_at=now,
            )
            for channel in channels
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    rows = Delivery.objects.filter(channel__in=channels, kind=Delivery.Kind.DIGEST, sent_at=None, parked_at=None)
    return {row.channel_id: row for row in rows}


def reschedule(organization: Organization, *, now: datetime) -> None:
    """Give the open digests of `organization` the hour that its settings and its people now ask for.

    Of who reads no digests any more an empty one goes; one that has gathered something still comes.
    """
    rows = Delivery.objects.for_organization(organization).filter(
        kind=Delivery.Kind.DIGEST, sent_at=None, parked_at=None, lease_until=None, attempts=0
    )
    plans = {organization.pk: entitlements.plan_of(organization, now=now)}
    for row in rows.select_related("channel"):
        if not is_weekly(row.channel, plans[organization.pk]) and not row.items.exists():
            row.delete()
            continue
        due_at = timing.due_at(_digest_cadence(row.channel, plans), hours_of(organization), now=now)
        Delivery.objects.for_organization(organization).filter(pk=row.pk).update(due_at=due_at)


def is_weekly(channel: Channel, plan: Plan) -> bool:
    """Return whether a digest is always open for the channel: the weekly one comes also where nothing changed."""
    return entitlements.cadence_within(plan, channel.cadence) is Cadence.WEEKLY


def hours_of(organization: Organization) -> timing.Hours:
    """Return when `organization` wants to be told."""
    same_day = organization.same_day_hour
    return timing.Hours(
        zone=organization.time_zone,
        weekday=organization.digest_weekday,
        digest=time(organization.digest_hour),
        same_day=None if same_day is None else time(same_day),
    )


def _match(change: Change, platform: Platform, now: datetime) -> int:
    watches = audience.of_change(change, now=now)
    if not watches:
        return 0
    Alert.objects.bulk_create(
        Alert(organization_id=watch.organization_id, watch=watch, change=change, created_at=now) for watch in watches
    )
    reached = watchlists.reached_by(change.significance)
    channels = [channel for channel in audience.channels(watches) if channel.minimum_significance in reached]
    deliveries = _deliveries(channels, Delivery.Kind.ALERT, since_at=change.observed_at, now=now, platform=platform)
    DeliveryItem.objects.bulk_create(_item(delivery, change=change) for delivery in deliveries)
    Matching.objects.filter(pk=change.pk).update(alerts=len(watches))
    return len(watches)


def _insert_once(change: Change, now: datetime) -> bool:
    """Return whether this call may match: a second one waits for the first one's transaction and is then refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Matching._meta.db_table} (change_id, matched_at, alerts) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING",
            [change.pk, now],
        )
        return cursor.rowcount == 1


def _deliveries(
    channels: Sequence[Channel],
    kind: Delivery.Kind,
    *,
    since_at: datetime,
    now: datetime,
    platform: Platform | None = None,
) -> list[Delivery]:
    """Return one delivery for each channel: its open digest, an alert of the platform that still waits, or a new one."""
    plans = entitlements.plans_of({channel.organization_id for channel in channels}, now=now)
    channels = [channel for channel in channels if endpoints.is_in_plan(channel, plans[channel.organization_id])]
    cadences = {
        channel.pk: entitlements.cadence_within(plans[channel.organization_id], channel.cadence) for channel in channels
    }
    gathered = [channel for channel in channels if cadences[channel.pk] in GATHERED]
    prompt = [channel for channel in channels if cadences[channel.pk] not in GATHERED]
    waiting = _waiting(platform)
    lately = _told_lately(platform, now)
    made = Delivery.objects.bulk_create(
        Delivery(
            organization_id=channel.organization_id, channel=channel, kind=kind, platform=platform, since_at=since_at,
            due_at=timing.due_at(
                cadences[channel.pk], hours_of(channel.organization), now=now, is_in_burst=channel.pk in lately
            ),
            created_at=now,
        )
        for channel in prompt
        if channel.pk not in waiting
    )  # fmt: skip
    joined = [waiting[channel.pk] for channel in prompt if channel.pk in waiting]
    return [*made, *joined, *open_digests(gathered, now=now).values()]


def _waiting(platform: Platform | None) -> dict[int, Delivery]:
    """Return the alerts of the platform that no worker has taken yet, by channel, locked: they may carry more."""
    if platform is None:
        return {}
    rows = Delivery.objects.filter(
        platform=platform, kind=Delivery.Kind.ALERT, attempts=0, lease_until=None, sent_at=None, parked_at=None
    )
    return {row.channel_id: row for row in rows.select_for_update(skip_locked=True, of=("self",))}


def _told_lately(platform: Platform | None, now: datetime) -> set[int]:
    """Return the channels that an alert of the platform was made for within a burst before `now`."""
    if platform is None:
        return set()
    rows = Delivery.objects.filter(
        platform=platform, kind=Delivery.Kind.ALERT, created_at__gt=now - timing.BURST, created_at__lte=now
    )
    return set(rows.values_list("channel_id", flat=True))


def _item(delivery: Delivery, *, change: Change | None = None, proposal: Proposal | None = None) -> DeliveryItem:
    return DeliveryItem(
        organization_id=delivery.organization_id,
        delivery=delivery,
        channel_id=delivery.channel_id,
        change=change,
        proposal=proposal,
    )


def _digest_cadence(channel: Channel, plans: Mapping[int, Plan]) -> Cadence:
    """Return how often the channel's digest comes; what was gathered before a faster choice still comes at its day."""
    wanted = entitlements.cadence_within(plans[channel.organization_id], channel.cadence)
    return wanted if wanted in GATHERED else Cadence.DAILY
