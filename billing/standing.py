"""What an Organization must know about its plan on every page: a payment is overdue, a plan rests, a trial ends."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.models import Organization
from billing import entitlements, notices, plans
from billing.models import Source, Status, Subscription
from billing.plans import Plan


class Kind(StrEnum):
    GRACE = "grace"  # a payment failed; everything goes on until `at`
    RESTING = "resting"  # a payment failed and the grace is over since `at`
    TRIAL = "trial"  # ends at `at`
    ENDING = "ending"  # cancelled, runs until `at`


@dataclass(frozen=True, slots=True)
class Standing:
    kind: Kind
    plan: Plan
    at: datetime | None

    @property
    def is_banner(self) -> bool:
        """Return whether it belongs on every page; the rest is for the page of the plan."""
        return self.kind in (Kind.GRACE, Kind.RESTING, Kind.TRIAL)


def of(organization: Organization, *, now: datetime) -> Standing | None:
    """Return what to say now; None when all is well. At most one query for each `organization` object."""
    row: Subscription | None = getattr(organization, "subscription", None)
    if row is None or row.source != Source.STRIPE:
        return None
    plan = plans.named(row.plan)
    if row.status in (Status.PAST_DUE, Status.UNPAID):
        ends_at = row.past_due_at + entitlements.GRACE if row.past_due_at else None
        holds = entitlements.plan_under(row, now=now) == plan
        return Standing(Kind.GRACE if holds else Kind.RESTING, plan, ends_at)
    if row.cancels_at and row.status in (Status.ACTIVE, Status.TRIALING):
        return Standing(Kind.ENDING, plan, row.cancels_at)
    if row.status == Status.TRIALING and row.trial_ends_at and row.trial_ends_at <= now + notices.TRIAL_NOTICE:
        return Standing(Kind.TRIAL, plan, row.trial_ends_at)
    return None
