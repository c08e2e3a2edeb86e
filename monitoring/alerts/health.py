"""How telling fares: what waits, what went out, what fails and what is parked, for one organization or for all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from accounts.models import Organization
from monitoring.models import Channel, Delivery

LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Health:
    """Messages by what became of them. `waiting_since`: since when the longest overdue one is due; None without one.

    `sent` counts seven days. `next_at`: when the next one is due that is not yet.
    """

    waiting: int
    overdue: int
    waiting_since: datetime | None
    next_at: datetime | None
    sent: int
    last_sent_at: datetime | None
    retried: int
    parked: int


def of_organization(organization: Organization, *, now: datetime) -> Health:
    return _health(Delivery.objects.for_organization(organization), now=now)


def of_all(*, now: datetime) -> Health:
    """Return the health over all organizations: for operators, as worker."""
    return _health(Delivery.objects.all(), now=now)


def by_channel(channels: Iterable[Channel]) -> dict[int, dict[str, Any]]:
    """Return by channel id: `waiting`, `parked`, `next_at` and `last_sent_at`. One query."""
    waiting = Q(sent_at=None, parked_at=None)
    rows = Delivery.objects.filter(channel__in=list(channels)).exclude(kind=Delivery.Kind.TEST).order_by()
    counted = rows.values("channel").annotate(
        waiting=Count("pk", filter=waiting & ~Q(kind=Delivery.Kind.DIGEST)),
        parked=Count("pk", filter=~Q(parked_at=None)),
        next_at=Min("due_at", filter=waiting),
        last_sent_at=Max("sent_at"),
    )
    return {row["channel"]: {**row} for row in counted}


def parked(organization: Organization) -> QuerySet[Delivery]:
    """Return the parked messages of the organization, the last parked first."""
    rows = Delivery.objects.for_organization(organization).exclude(parked_at=None).exclude(kind=Delivery.Kind.TEST)
    return rows.select_related("channel").order_by("-parked_at", "-id")


def _health(rows: Any, *, now: datetime) -> Health:
    waiting = Q(sent_at=None, parked_at=None)
    overdue = waiting & Q(due_at__lte=now)
    found = rows.exclude(kind=Delivery.Kind.TEST).aggregate(
        waiting=Count("pk", filter=waiting),
        overdue=Count("pk", filter=overdue),
        waiting_since=Min("due_at", filter=overdue),
        next_at=Min("due_at", filter=waiting & Q(due_at__gt=now)),
        sent=Count("pk", filter=Q(sent_at__gte=now - LOOK_BACK)),
        last_sent_at=Max("sent_at"),
        retried=Count("pk", filter=waiting & Q(attempts__gt=0)),
        parked=Count("pk", filter=~Q(parked_at=None)),
    )
    return Health(**found)
