"""How the whole installation fares: what waits where, since when, and what is wrong. A read model, for operators.

Each count is the length of a queue of monitoring/README.md; each moment says since when the first of it has waited.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, F, Max, Min, Q
from redis import Redis, RedisError

from accounts import rls
from monitoring.alerts import health, matching
from monitoring.fetch import Reason
from monitoring.models import Change, Correction, HubVisit, Proposal, Request, Rule, Schedule, Vote
from monitoring.models.fetching import READ_ATTEMPTS

QUEUES = ("poll", "render", "read", "alerts", "celery")
BLOCKED = (
    Reason.ROBOTS, Reason.ROBOTS_UNREACHABLE, Reason.UNAUTHORIZED, Reason.FORBIDDEN, Reason.RATE_LIMITED,
    Reason.LEGALLY_BLOCKED, Reason.BOT_WALL,
)  # fmt: skip
STALE_AFTER = 4  # intervals without a good answer
LATE = timedelta(minutes=30)  # what should have been done by then
SWEPT = "operations:swept_at"
SWEEP_LATE = timedelta(minutes=10)
DEEP = 1000  # messages in one queue of the broker


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits in one place, and since when the first of it; None when nothing does."""

    number: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Operations:
    """The installation at `at`.

    Of sources: `due` past their time, `failing` at the last look, `blocked` where the site keeps us out, `stale` without
    a good answer for days, `unread`, `parked` after crashes while reading, `held`. `queues`: messages in the broker by
    queue, None while it does not answer. `swept_at`: the last sweep that ended, None when none is known of.
    """

    at: datetime
    sources: int
    checked_at: datetime | None
    due: Waiting
    failing: int
    blocked: int
    stale: int
    unread: Waiting
    parked: int
    held: Waiting
    hubs_due: Waiting
    unmatched: Waiting
    untold: int
    messages: health.Health
    rules: int
    proposals: int
    requests: int
    corrections: int
    unanswered: int
    queues: dict[str, int] | None
    swept_at: datetime | None

    @property
    def worries(self) -> tuple[str, ...]:
        """What an operator should look at, one sentence each; empty when all is well."""
        swept = self.swept_at is not None and self.at - self.swept_at <= SWEEP_LATE
        deep = [name for name, depth in (self.queues or {}).items() if depth > DEEP]
        found = (
            (self.queues is None, "The broker does not answer."),
            (bool(deep), f"More than {DEEP} messages wait in the broker: {', '.join(deep)}."),
            (not swept, "No sweep has ended for ten minutes: is beat running, and a worker on the queue “alerts”?"),
            (self._is_late(self.due), "Sources have been due for half an hour: is a worker on the queue “poll”?"),
            (self._is_late(self.unread), "Captures have waited to be read for half an hour: is a worker on “read”?"),
            (self._is_late(self.unmatched), "Changes have waited to be matched for half an hour."),
            (self._is_late(Waiting(0, self.messages.waiting_since)), "Messages have been overdue for half an hour."),
            (self.parked > 0, "Reading crashed three times on some captures: they are parked."),
        )
        return tuple(words for is_so, words in found if is_so)

    def _is_late(self, waiting: Waiting) -> bool:
        return waiting.since is not None and self.at - waiting.since > LATE


def now_of(*, now: datetime) -> Operations:
    """Return how the installation fares at `now`. Nine queries as worker, and one look at the broker."""
    with rls.as_worker():
        return Operations(
            at=now,
            **_sources(now),
            hubs_due=_waiting(HubVisit.objects.due(now), "due_at"),
            unmatched=_waiting(Change.objects.unmatched(now - matching.LOOK_BACK), "recorded_at"),
            untold=Proposal.objects.untold(now - matching.LOOK_BACK).count(),
            messages=health.of_all(now=now),
            rules=Rule.objects.waiting().count(),
            proposals=Proposal.objects.open().count(),
            requests=Request.objects.waiting().count(),
            corrections=Correction.objects.waiting().count(),
            unanswered=Vote.objects.untold(now).count(),
            queues=depths(),
            swept_at=cache.get(SWEPT),
        )


def as_record(operations: Operations) -> dict[str, Any]:
    """Return it as JSON-ready values for a monitoring system: `is_well`, `worries`, and every figure."""
    return {"is_well": not operations.worries, "worries": operations.worries, **asdict(operations)}


def note_sweep(*, now: datetime) -> None:
    """Remember that a sweep ended: its silence is the first sign that nothing runs."""
    cache.set(SWEPT, now, timeout=None)


def stale(now: datetime) -> Q:
    """Return the condition that a Schedule has brought no good answer for STALE_AFTER intervals, or ever since then."""
    before = now - STALE_AFTER * timedelta(seconds=settings.FETCH_INTERVAL_SECONDS)
    return Q(last_success_at__lt=before) | Q(last_success_at=None, source__created_at__lt=before)


def depths() -> dict[str, int] | None:
    """Return how many messages wait in each queue of the broker; None when it does not answer."""
    broker = Redis.from_url(_address(settings.CELERY_BROKER_URL), socket_timeout=2)
    try:
        with broker.pipeline(transaction=False) as pipe:
            for name in QUEUES:
                pipe.llen(name)
            return dict(zip(QUEUES, pipe.execute(), strict=True))
    except RedisError:
        return None
    finally:
        broker.close()


def _address(url: str) -> str:
    """Return the broker's address as the client writes it: Celery calls a socket redis+socket."""
    return url.replace("redis+socket://", "unix://", 1)


def _sources(now: datetime) -> dict[str, Any]:
    """Return the figures of the sources. One query over a row a source."""
    unread = Q(unread_at__isnull=False, read_attempts__lt=READ_ATTEMPTS)
    due = Q(due_at__lte=now) & (Q(lease_until=None) | Q(lease_until__lt=now))
    found = Schedule.objects.aggregate(
        sources=Count("pk"),
        checked_at=Max("last_fetched_at"),
        due=Count("pk", filter=due),
        due_since=Min("due_at", filter=due),
        failing=Count("pk", filter=~Q(reason="")),
        blocked=Count("pk", filter=Q(reason__in=BLOCKED)),
        stale=Count("pk", filter=stale(now)),
        unread=Count("pk", filter=unread),
        unread_since=Min("unread_at", filter=unread),
        parked=Count("pk", filter=Q(unread_at__isnull=False, read_attempts__gte=READ_ATTEMPTS)),
        held=Count("pk", filter=Q(held_at__isnull=False)),
        held_since=Min("held_at"),
    )
    queues = {name: Waiting(found.pop(name), found.pop(f"{name}_since")) for name in ("due", "unread", "held")}
    return found | queues


def _waiting(rows: Any, moment: str) -> Waiting:
    found = rows.order_by().aggregate(number=Count("pk"), since=Min(F(moment)))
    return Waiting(**found)
