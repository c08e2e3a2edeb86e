"""The messages that still wait: what is news joins the open digest of a channel, an alert that waits, or makes a new one."""

import operator
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, time

from accounts.models import Organization
from billing import entitlements
from billing.plans import Cadence, Plan
from monitoring.alerts import endpoints, timing
from monitoring.models import Channel, Delivery, Platform

GATHERED = (Cadence.WEEKLY, Cadence.DAILY)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message for a channel. since_at: when the first of what it tells was seen. platform: of an alert, None of a notice."""

    channel: Channel
    since_at: datetime
    platform: Platform | None = None

    @property
    def key(self) -> "Key":
        return self.platform.pk if self.platform else None, self.channel.pk


Key = tuple[int | None, int]
_since = operator.attrgetter("since_at")


def joined(wanted: Sequence[Wanted], kind: Delivery.Kind, *, now: datetime) -> dict[Key, Delivery]:
    """Return a delivery by platform and channel: the channel's open digest, an alert that still waits, or a new one.

    Channels that the plan does not include are left out.
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


def _alert(message: Wanted, kind: Delivery.Kind, cadence: Cadence, *, is_in_burst: bool, now: datetime) -> Delivery:
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


def _waiting(platforms: Set[int]) -> dict[Key, Delivery]:
    """Return the alerts of platforms that no worker has taken yet, locked: they may carry more."""
    rows = Delivery.objects.filter(
        platform__in=platforms, kind=Delivery.Kind.ALERT, attempts=0, lease_until=None, sent_at=None, parked_at=None
    )
    return {(row.platform_id, row.channel_id): row for row in rows.select_for_update(skip_locked=True, of=("self",))}


def _told_lately(platforms: Set[int], now: datetime) -> set[Key]:
    """Return platforms and channels that an alert was made for within a burst before `now`."""
    rows = Delivery.objects.filter(
        platform__in=platforms, kind=Delivery.Kind.ALERT, created_at__gt=now - timing.BURST, created_at__lte=now
    )
    return set(rows.values_list("platform_id", "channel_id"))


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


def _digest_cadence(channel: Channel, plans: Mapping[int, Plan]) -> Cadence:
    """Return how often the channel's digest comes; what was gathered before a faster choice still comes at its day."""
    wanted = entitlements.cadence_within(plans[channel.organization_id], channel.cadence)
    return wanted if wanted in GATHERED else Cadence.DAILY
