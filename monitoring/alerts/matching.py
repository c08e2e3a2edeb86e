"""Alerts: a Change or a Proposal meets its audience, and the one message per channel that will carry it."""

import logging
import operator
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

from django.db import OperationalError, connection, transaction

from accounts.models import Organization
from billing import entitlements
from billing.plans import Cadence, Plan
from monitoring import watchlists
from monitoring.alerts import audience, endpoints, timing
from monitoring.models import Alert, Change, Channel, Delivery, DeliveryItem, Matching, Platform, Proposal, Watch

log = logging.getLogger(__name__)

# How long a sweep looks back for changes that nobody matched.
LOOK_BACK = timedelta(days=30)
WATCHES_AT_ONCE = 2_000
GATHERED = (Cadence.WEEKLY, Cadence.DAILY)


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
    waiting = list(Change.objects.unmatched(now - LOOK_BACK).with_document()[:limit])
    return sum(_match_safely(batch, now) for batch in _batches(waiting))


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
        wanted = [_Wanted(channel, since_at) for channels in heard.values() for channel in channels]
        deliveries = _deliveries(wanted, Delivery.Kind.NOTICE, now=now)
        DeliveryItem.objects.bulk_create(
            _item(deliveries[None, channel.pk], proposal=proposal)
            for proposal, channels in heard.items()
            for channel in channels
            if (None, channel.pk) in deliveries
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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A message for a channel. since_at: when the first of what it tells was seen. platform: of an alert, None of a notice."""

    channel: Channel
    since_at: datetime
    platform: Platform | None = None

    @property
    def key(self) -> "_Key":
        return self.platform.pk if self.platform else None, self.channel.pk


_Key = tuple[int | None, int]
_since = operator.attrgetter("since_at")


def _put(told: Mapping[Change, Sequence[Watch]], now: datetime) -> None:
    """Put changes into the messages of the channels that are told of them."""
    wanted = [
        (change, _Wanted(channel, change.observed_at, change.document.platform))
        for change, channels in audience.channels(told).items()
        for channel in channels
        if channel.minimum_significance in watchlists.reached_by(change.significance)
    ]
    deliveries = _deliveries([message for _, message in wanted], Delivery.Kind.ALERT, now=now)
    DeliveryItem.objects.bulk_create(
        _item(deliveries[message.key], change=change) for change, message in wanted if message.key in deliveries
    )


def _deliveries(wanted: Sequence[_Wanted], kind: Delivery.Kind, *, now: datetime) -> dict[_Key, Delivery]:
    """Return a delivery by platform and channel: the channel's open digest, an alert that still waits, or a new one.

    None for a channel that the plan does not include.
    """
    plans = entitlements.plans_of({message.channel.organization_id for message in wanted}, now=now)
    messages = {message.key: message for message in sorted(wanted, key=_since, reverse=True)}
    cadences = {
        key: entitlements.cadence_within(plans[message.channel.organization_id], message.channel.cadence)
        for key, message in messages.items()
        if endpoints.is_in_plan(message.channel, plans[message.channel.organization_id])
    }
    gathered = {key: messages[key].channel for key, cadence in cadences.items() if cadence in GATHERED}
    digests = open_digests(list(dict.fromkeys(gathered.values())), now=now) if gathered else {}
    prompt = {key: messages[key] for key in cadences if key not in gathered}
    platforms = {message.platform.pk for message in prompt.values() if message.platform}
    waiting, lately = _waiting(platforms), _told_lately(platforms, now)
    made = Delivery.objects.bulk_create(
        _alert(message, kind, cadences[key], is_in_burst=key in lately, now=now)
        for key, message in prompt.items()
        if key not in waiting
    )
    found = {**waiting, **{(row.platform_id, row.channel_id): row for row in made}}
    return {key: digests[key[1]] if key in gathered else found[key] for key in cadences}


def _alert(message: _Wanted, kind: Delivery.Kind, cadence: Cadence, *, is_in_burst: bool, now: datetime) -> Delivery:
    channel = message.channel
    return Delivery(
        organization_id=channel.organization_id,
        channel=channel,
        kind=kind,
        platform=message.platform,
        since_at=message.since_at,
        due_at=timing.due_at(cadence, hours_of(channel.organization), now=now, is_in_burst=is_in_burst),
        created_at=now,
    )


def _waiting(platforms: Set[int]) -> dict[_Key, Delivery]:
    """Return the alerts of platforms that no worker has taken yet, locked: they may carry more."""
    rows = Delivery.objects.filter(
        platform__in=platforms, kind=Delivery.Kind.ALERT, attempts=0, lease_until=None, sent_at=None, parked_at=None
    )
    return {(row.platform_id, row.channel_id): row for row in rows.select_for_update(skip_locked=True, of=("self",))}


def _told_lately(platforms: Set[int], now: datetime) -> set[_Key]:
    """Return platforms and channels that an alert was made for within a burst before `now`."""
    rows = Delivery.objects.filter(
        platform__in=platforms, kind=Delivery.Kind.ALERT, created_at__gt=now - timing.BURST, created_at__lte=now
    )
    return set(rows.values_list("platform_id", "channel_id"))


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
