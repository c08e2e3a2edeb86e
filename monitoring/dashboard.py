"""What a signed-in person sees first: what changed for them, what needs them, and how their watches fare. A read model."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, FilteredRelation, Max, Q, QuerySet

from accounts.models import Membership, Organization
from billing import entitlements
from billing.entitlements import Meter
from billing.plans import Feature, Plan
from monitoring import acceptances, reviews, watchlists
from monitoring.models import Change, Channel, Document, Schedule, Significance

LOOK_BACK = timedelta(days=30)
SHOWN = 8  # changes of one significance
WEIGHTS = (Significance.SUBSTANTIVE, Significance.MINOR, Significance.HOUSEKEEPING)


@dataclass(frozen=True, slots=True)
class Health:
    """How the watched documents fare: how many there are, when one was last checked, how many cannot be read or are held."""

    documents: int
    checked_at: datetime | None
    failing: int
    held: int

    @property
    def is_sound(self) -> bool:
        return not self.failing and not self.held


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits for a person: reviews, documents that drifted, channels to verify or mend, messages parked, watches
    that the plan pauses."""

    reviews: reviews.Counts | None
    drifted: int
    unverified: int
    disabled: int
    parked: int
    resting: int

    @property
    def is_nothing(self) -> bool:
        waiting = self.reviews.new + self.reviews.overdue if self.reviews else 0
        return not (waiting or self.drifted or self.unverified or self.disabled or self.parked or self.resting)


@dataclass(frozen=True, slots=True)
class Weight:
    """The changes of one significance: how many there were, and the newest of them."""

    significance: Significance
    number: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on it. `weights` is empty where nothing is watched."""

    plan: Plan
    meter: Meter
    watches: int
    since: datetime
    weights: tuple[Weight, ...]
    needs: Needs
    health: Health


def of(organization: Organization, *, member: Membership, now: datetime) -> Dashboard:
    """Return the dashboard of this member at `now`. Nine queries at most, however much is watched."""
    watched = watchlists.watched(organization=organization, now=now)
    documents = watchlists.documents_of(watched)
    used = len({row.watch.platform_id for row in watched if row.watch.platform_id})
    (meter,) = entitlements.meters(organization, used={"platforms": used}, now=now)
    plan = entitlements.plan_of(organization, now=now)
    since = max(filter(None, (now - LOOK_BACK, entitlements.timeline_since(organization, now=now))))
    resting = sum(row.is_resting for row in watched)
    return Dashboard(
        plan=plan,
        meter=meter,
        watches=len(watched),
        since=since,
        weights=_weights(documents, since) if watched else (),
        needs=_needs(organization, plan, member, resting, now),
        health=_health(documents),
    )


def _weights(documents: QuerySet[Document], since: datetime) -> tuple[Weight, ...]:
    rows = Change.objects.filter(document__in=documents).since(since)
    numbers = dict(rows.order_by().values_list("significance").annotate(number=Count("pk")))
    newest = list(rows.substantive().without_texts().with_touches()[:SHOWN])
    shown = {Significance.SUBSTANTIVE: tuple(newest)}
    return tuple(Weight(weight, numbers.get(weight, 0), shown.get(weight, ())) for weight in WEIGHTS)


def _needs(organization: Organization, plan: Plan, member: Membership, resting: int, now: datetime) -> Needs:
    is_reviewing = plan.includes(Feature.REVIEW)
    lately = FilteredRelation("deliveries", condition=Q(deliveries__parked_at__gte=now - LOOK_BACK))
    channels = (
        Channel.objects.for_organization(organization)
        .annotate(stuck=lately)
        .aggregate(
            unverified=Count("pk", filter=Q(verified_at=None, disabled_at=None), distinct=True),
            disabled=Count("pk", filter=Q(disabled_at__isnull=False), distinct=True),
            parked=Count("stuck", filter=Q(stuck__sent_at=None), distinct=True),
        )
    )
    return Needs(
        reviews=reviews.counts(organization, member=member, now=now) if is_reviewing else None,
        drifted=acceptances.count_drifted(organization) if plan.includes(Feature.ACCEPTED_VERSIONS) else 0,
        resting=resting,
        **channels,
    )


def _health(documents: QuerySet[Document]) -> Health:
    """Return how the documents fare, the sources of each taken together. One query."""
    rows = Schedule.objects.filter(source__document__in=documents, source__retired_at=None)
    found = rows.aggregate(
        documents=Count("source__document", distinct=True),
        checked_at=Max("last_fetched_at"),
        failing=Count("source__document", filter=~Q(reason=""), distinct=True),
        held=Count("source__document", filter=Q(held_at__isnull=False), distinct=True),
    )
    return Health(**found)
