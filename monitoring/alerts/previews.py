"""Messages before they are sent: how the next digest would read now, and when something is told next; and the last ones."""

from datetime import datetime, timedelta

from accounts.models import Organization
from billing import entitlements
from monitoring.alerts import gathering, timing
from monitoring.models import Channel, Delivery

A_WEEK = timedelta(days=7)


def next_digest(channel: Channel, *, now: datetime) -> Delivery:
    """Return the open digest of `channel`; where there is none, one that is not saved, of the last seven days."""
    rows = Delivery.objects.for_organization(channel.organization).filter(
        channel=channel, kind=Delivery.Kind.DIGEST, sent_at=None, parked_at=None
    )
    found: Delivery | None = rows.select_related("channel", "organization").first()
    return found or Delivery(
        organization=channel.organization,
        channel=channel,
        kind=Delivery.Kind.DIGEST,
        since_at=now - A_WEEK,
        due_at=now,
        created_at=now,
    )


def next_due(channel: Channel, *, now: datetime) -> datetime:
    """Return when something that is seen at `now` would be told there."""
    plan = entitlements.plan_of(channel.organization, now=now)
    cadence = entitlements.cadence_within(plan, channel.cadence)
    return timing.due_at(cadence, gathering.hours_of(channel.organization), now=now)


def latest(organization: Organization, *, limit: int) -> list[Delivery]:
    """Return the newest messages by mail to the people of `organization`, waiting ones first."""
    rows = Delivery.objects.for_organization(organization).filter(channel__kind=Channel.Kind.EMAIL)
    return list(rows.select_related("channel", "platform").order_by("-due_at", "-id")[:limit])
