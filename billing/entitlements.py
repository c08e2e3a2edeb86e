"""The one place that answers what an Organization may do, for pages, API and tasks alike.

BILLING=none unlocks everything. Otherwise the plan follows from the Subscription, and Free from its absence.
To count under a limit: lock the organization (`organizations.locked`), count, check, write, all in one transaction.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Organization
from billing import plans
from billing.models import Status, Subscription
from billing.plans import Cadence, Feature, Plan, WatchKind

GRACE = timedelta(days=7)  # how long a plan goes on after a payment failed
NEAR = 0.8  # from this part of a limit on, its meter says so
NEAR_FROM = 5  # smaller limits are always nearly used up: no need to say so


class PlanRefusal(Exception):
    """What the plan does not allow, and the next plan that does (None: there is none larger)."""

    def __init__(self, message: str, *, plan: Plan, next_plan: Plan | None) -> None:
        super().__init__(message)
        self.plan = plan
        self.next_plan = next_plan


class PlanLimitReached(PlanRefusal):
    """Raised when a count would pass a limit. `what` names it: "platforms" or "seats"."""

    def __init__(self, what: str, *, limit: int, used: int, plan: Plan, next_plan: Plan | None) -> None:
        gives = f" {next_plan.name} allows {getattr(next_plan, what)}." if next_plan else ""
        super().__init__(
            f"{plan.name} allows {limit} {_singular(what, limit)}; {used} in use.{gives}",
            plan=plan,
            next_plan=next_plan,
        )
        self.what = what
        self.limit = limit
        self.used = used


class NotInPlan(PlanRefusal):
    """Raised when a feature, a kind of watch or a cadence is not part of the plan. `what` is its key."""

    def __init__(self, what: str, *, plan: Plan, next_plan: Plan | None) -> None:
        comes = f" It comes with {next_plan.name}." if next_plan else ""
        super().__init__(f"{plan.name} does not include {_words(what)}.{comes}", plan=plan, next_plan=next_plan)
        self.what = what


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of one limit is used. `limit` is None where there is none; more may be used than allowed: it rests."""

    what: str
    used: int
    limit: int | None

    @property
    def is_near(self) -> bool:
        """Return whether it is worth saying that not much is left."""
        return self.limit is not None and self.limit >= NEAR_FROM and self.used >= NEAR * self.limit

    @property
    def is_full(self) -> bool:
        return self.limit is not None and self.used >= self.limit

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.used > self.limit


def plan_of(organization: Organization, *, now: datetime) -> Plan:
    """Return the plan that holds at `now`. One query for each `organization` object, then none."""
    return plan_under(getattr(organization, "subscription", None), now=now)


def plans_of(organization_ids: Iterable[int], *, now: datetime) -> dict[int, Plan]:
    """Return the plan of each organization by its id, in one query."""
    ids = list(organization_ids)
    rows = {row.organization_id: row for row in Subscription.objects.filter(organization_id__in=ids)}
    return {pk: plan_under(rows.get(pk), now=now) for pk in ids}


def on_free(organization_ids: Iterable[int], *, now: datetime) -> set[int]:
    """Return which of these organizations have no plan: a person may own one of them."""
    return {pk for pk, plan in plans_of(organization_ids, now=now).items() if plan is plans.FREE}


def plan_under(subscription: Subscription | None, *, now: datetime) -> Plan:
    """Return the plan that `subscription` gives at `now`: its own while it holds, else Free."""
    if settings.BILLING == "none":
        return plans.UNLOCKED
    if subscription is None or not _holds(subscription, now=now):
        return plans.FREE
    return plans.named(subscription.plan)


def _holds(subscription: Subscription, *, now: datetime) -> bool:
    if subscription.ends_at is not None and subscription.ends_at <= now:
        return False
    if subscription.status == Status.PAST_DUE:
        return subscription.past_due_at is not None and now < subscription.past_due_at + GRACE
    return subscription.status in (Status.ACTIVE, Status.TRIALING)


def check_platforms(organization: Organization, *, count_after: int, now: datetime, used: int | None = None) -> None:
    """Raise PlanLimitReached if `count_after` distinct platforms are more than the plan allows.

    used: how many are watched now, for the message; one less than `count_after` when not given.
    """
    plan = plan_of(organization, now=now)
    _check("platforms", plan=plan, used=count_after - 1 if used is None else used, count_after=count_after)


def check_seats(organization: Organization, *, used: int, now: datetime) -> None:
    """Raise PlanLimitReached if no seat is free beside the `used` ones."""
    _check("seats", plan=plan_of(organization, now=now), used=used, count_after=used + 1)


def check_feature(organization: Organization, feature: Feature, *, now: datetime) -> None:
    """Raise NotInPlan if the plan does not include `feature`."""
    plan = plan_of(organization, now=now)
    if not plan.includes(feature):
        raise NotInPlan(feature, plan=plan, next_plan=_first_above(plan, lambda other: other.includes(feature)))


def includes(organization: Organization | None, feature: Feature, *, now: datetime) -> bool:
    """Return whether `feature` is shown to this organization; to a visitor (None) what an organization without a plan sees."""
    return (plan_under(None, now=now) if organization is None else plan_of(organization, now=now)).includes(feature)


def check_watch_kind(organization: Organization, kind: WatchKind, *, now: datetime) -> None:
    """Raise NotInPlan if watches of this kind are not part of the plan."""
    plan = plan_of(organization, now=now)
    if kind not in plan.watch_kinds:
        next_plan = _first_above(plan, lambda other: kind in other.watch_kinds)
        raise NotInPlan(f"{kind}_watches", plan=plan, next_plan=next_plan)


def covers(plan: Plan, kind: WatchKind) -> bool:
    """Return whether `plan` keeps watches of this kind active; the others rest."""
    return kind in plan.watch_kinds


def cadence_within(plan: Plan, wanted: str) -> Cadence:
    """Return the cadence that a reader chose, or the plan's own where none was or the plan is slower than that."""
    if wanted and plan.allows(Cadence(wanted)):
        return Cadence(wanted)
    return plan.cadence


def has_room(plan: Plan, *, platforms: int) -> bool:
    """Return whether `plan` keeps so many platforms active; the ones beyond rest."""
    return plan.platforms is None or platforms <= plan.platforms


def meters(organization: Organization, *, used: Mapping[str, int], now: datetime) -> tuple[Meter, ...]:
    """Return a meter for each of `used` ("platforms", "seats"), in its order."""
    plan = plan_of(organization, now=now)
    return tuple(Meter(what, count, getattr(plan, what)) for what, count in used.items())


def cadence(organization: Organization, *, now: datetime) -> Cadence:
    """Return how soon this organization may be told at best."""
    return plan_of(organization, now=now).cadence


def api_rate(organization: Organization, *, now: datetime) -> int | None:
    """Return how many API requests an hour are allowed; None for no limit."""
    return plan_of(organization, now=now).api_requests_per_hour


def timeline_since(organization: Organization, *, now: datetime) -> datetime | None:
    """Return how far back the organization's timelines go; None for all the way."""
    days = plan_of(organization, now=now).timeline_days
    return None if days is None else now - timedelta(days=days)


def _check(what: str, *, plan: Plan, used: int, count_after: int) -> None:
    limit: int | None = getattr(plan, what)
    if limit is not None and count_after > limit:
        raise PlanLimitReached(what, limit=limit, used=used, plan=plan, next_plan=plans.next_above(plan))


def _first_above(plan: Plan, fits: Callable[[Plan], bool]) -> Plan | None:
    above = plans.next_above(plan)
    while above and not fits(above):
        above = plans.next_above(above)
    return above


def _singular(what: str, count: int) -> str:
    return what.removesuffix("s") if count == 1 else what


def _words(key: str) -> str:
    """Return a key as words: csv_export as "CSV export"."""
    return " ".join(word.upper() if word in ("csv", "json", "pdf", "api") else word for word in key.split("_"))
