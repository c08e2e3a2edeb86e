"""The plans, as code: what Free, Watcher and Professional allow. Nothing here knows who has which.

A change of a plan is a change of this file, never a data migration. `None` as a limit means no limit.
"""

import difflib
from dataclasses import dataclass
from enum import StrEnum


class Cadence(StrEnum):
    """How soon a Watch may be told, slowest first. A plan allows its own cadence and all slower ones."""

    WEEKLY = "weekly"
    DAILY = "daily"
    SAME_DAY = "same_day"
    IMMEDIATE = "immediate"


class WatchKind(StrEnum):
    PLATFORM = "platform"
    DOCUMENT = "document"
    PROVISION_TYPE = "provision_type"
    RULE = "rule"  # on a stance or a parameter
    SEARCH = "search"


class Feature(StrEnum):
    CHANGE_SUMMARIES = "change_summaries"  # structured, in alerts
    INSTITUTIONAL_ANALYSIS = "institutional_analysis"
    REGULATORY_MAPPING = "regulatory_mapping"
    ACTION_ITEMS = "action_items"
    REVIEW = "review"
    ACCEPTED_VERSIONS = "accepted_versions"
    PAST_COMPARISON = "past_comparison"
    CSV_EXPORT = "csv_export"
    JSON_EXPORT = "json_export"
    EVIDENCE_PACKET = "evidence_packet"
    REDLINE = "redline"
    API_WRITE = "api_write"
    WEBHOOKS = "webhooks"
    ROLES = "roles"
    AUDIT_TRAIL = "audit_trail"


@dataclass(frozen=True, slots=True)
class Price:
    """What a plan costs, in cents of `currency`."""

    monthly_cents: int
    annual_cents: int
    currency: str = "usd"


@dataclass(frozen=True, slots=True)
class Plan:
    key: str
    name: str
    price: Price | None
    platforms: int | None
    seats: int | None
    api_requests_per_hour: int | None
    timeline_days: int | None
    cadence: Cadence
    watch_kinds: frozenset[WatchKind]
    features: frozenset[Feature]

    def includes(self, feature: Feature) -> bool:
        return feature in self.features

    def allows(self, cadence: Cadence) -> bool:
        order = tuple(Cadence)
        return order.index(cadence) <= order.index(self.cadence)


class UnknownPlan(LookupError):
    """Raised by `named`; the message lists the plans and the nearest one."""


FREE = Plan(
    key="free",
    name="Free",
    price=None,
    platforms=1,
    seats=1,
    api_requests_per_hour=60,
    timeline_days=30,
    cadence=Cadence.WEEKLY,
    watch_kinds=frozenset({WatchKind.PLATFORM}),
    features=frozenset(),
)
WATCHER = Plan(
    key="watcher",
    name="Watcher",
    price=Price(monthly_cents=900, annual_cents=9_000),
    platforms=10,
    seats=3,
    api_requests_per_hour=600,
    timeline_days=365,
    cadence=Cadence.SAME_DAY,
    watch_kinds=frozenset({WatchKind.PLATFORM, WatchKind.DOCUMENT}),
    features=frozenset({Feature.CHANGE_SUMMARIES, Feature.CSV_EXPORT}),
)
PROFESSIONAL = Plan(
    key="professional",
    name="Professional",
    price=Price(monthly_cents=14_900, annual_cents=149_000),
    platforms=100,
    seats=25,
    api_requests_per_hour=10_000,
    timeline_days=None,
    cadence=Cadence.IMMEDIATE,
    watch_kinds=frozenset(WatchKind),
    features=frozenset(Feature),
)
# What BILLING=none gives everyone: an installation of one's own has no one to pay.
UNLOCKED = Plan(
    key="unlocked",
    name="Self-hosted",
    price=None,
    platforms=None,
    seats=None,
    api_requests_per_hour=None,
    timeline_days=None,
    cadence=Cadence.IMMEDIATE,
    watch_kinds=frozenset(WatchKind),
    features=frozenset(Feature),
)

PLANS = (FREE, WATCHER, PROFESSIONAL)
_BY_KEY = {plan.key: plan for plan in (*PLANS, UNLOCKED)}


def named(key: str) -> Plan:
    """Return the plan `key`, in any case of letters. Raises UnknownPlan."""
    if plan := _BY_KEY.get(key.lower()):
        return plan
    near = difflib.get_close_matches(key.lower(), _BY_KEY, n=1)
    meant = f", did you mean {near[0]}?" if near else ""
    raise UnknownPlan(f"no plan {key!r}{meant} The plans are {', '.join(plan.key for plan in PLANS)}.")


def next_above(plan: Plan) -> Plan | None:
    """Return the next larger plan on offer; None above the largest."""
    if plan not in PLANS:
        return None
    return next(iter(PLANS[PLANS.index(plan) + 1 :]), None)
