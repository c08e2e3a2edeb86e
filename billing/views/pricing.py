"""The pricing page, written from `plans.py` so that it can never promise something else."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.permissions import Permission
from billing import customers, entitlements, gateway, plans
from billing.models import Interval
from billing.plans import Cadence, Feature, Plan, WatchKind

CADENCES = {
    Cadence.WEEKLY: _("Weekly digest"),
    Cadence.DAILY: _("Daily digest"),
    Cadence.SAME_DAY: _("The same day"),
    Cadence.IMMEDIATE: _("Within a minute"),
}
KINDS = {
    WatchKind.PLATFORM: _("Platforms"),
    WatchKind.DOCUMENT: _("Single documents"),
    WatchKind.PROVISION_TYPE: _("Types of provision"),
    WatchKind.RULE: _("Rules on a stance or number"),
    WatchKind.SEARCH: _("Saved searches"),
}
FEATURES = {
    Feature.CHANGE_SUMMARIES: _("Structured change summaries in alerts"),
    Feature.INSTITUTIONAL_ANALYSIS: _("Institutional analysis"),
    Feature.REGULATORY_MAPPING: _("Regulatory mapping with citations"),
    Feature.ACTION_ITEMS: _("Enforcement risk and action items"),
    Feature.REVIEW: _("Review of changes"),
    Feature.ACCEPTED_VERSIONS: _("The version you accepted, and drift from it"),
    Feature.PAST_COMPARISON: _("Comparison at a past date"),
    Feature.CSV_EXPORT: _("CSV export"),
    Feature.JSON_EXPORT: _("JSON export"),
    Feature.REDLINE: _("Redline"),
    Feature.EVIDENCE_PACKET: _("Evidence packet, verifiable offline"),
    Feature.API_WRITE: _("Writing by API"),
    Feature.WEBHOOKS: _("Webhooks"),
    Feature.ROLES: _("Roles"),
    Feature.AUDIT_TRAIL: _("Audit trail"),
}

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a label and what each plan, in order, has there (True and False are yes and no)."""

    label: Text
    cells: tuple[Text | bool, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One plan in the head of the table. `act` says what its button does: "sign_up", "choose", "" for none."""

    plan: Plan
    price: str
    is_current: bool
    act: str


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    """Show what each plan allows and costs, by month or by year, and mark the visitor's own."""
    organization = getattr(request, "organization", None)
    current = entitlements.plan_of(organization, now=timezone.now()) if organization else None
    interval = Interval.YEAR if request.GET.get("interval") == Interval.YEAR else Interval.MONTH
    context = {
        "columns": [_column(request, plan, current, interval) for plan in plans.PLANS],
        "groups": _groups(),
        "current": current,
        "interval": interval,
        "may_try": _may_try(request),
        "trial_days": gateway.TRIAL_DAYS,
    }
    return render(request, "billing/pricing.html", context)


def _column(request: HttpRequest, plan: Plan, current: Plan | None, interval: str) -> Column:
    may_choose = bool(settings.BILLING == "stripe" and plan.price and _may_pay(request))
    act = "sign_up" if current is None else "choose" if may_choose else ""
    return Column(plan, _price(plan, interval), plan == current, act)


def _may_pay(request: HttpRequest) -> bool:
    membership = getattr(request, "membership", None)
    return bool(membership and permissions.may(membership.role, Permission.BILLING))


def _may_try(request: HttpRequest) -> bool:
    if settings.BILLING != "stripe" or not _may_pay(request):
        return False
    return customers.may_try(organization=request.organization, user=request.user)  # type: ignore[attr-defined, arg-type]


def _groups() -> tuple[tuple[Text, tuple[Row, ...]], ...]:
    """Return the table in groups: counts, kinds of watches, features."""
    counts = (
        Row(_("Platforms watched"), tuple(_number(plan.platforms) for plan in plans.PLANS)),
        Row(_("You are told"), tuple(CADENCES[plan.cadence] for plan in plans.PLANS)),
        Row(_("Timelines of what you watch"), tuple(_days(plan.timeline_days) for plan in plans.PLANS)),
        Row(_("People"), tuple(_number(plan.seats) for plan in plans.PLANS)),
        Row(_("API requests an hour"), tuple(_number(plan.api_requests_per_hour) for plan in plans.PLANS)),
    )
    kinds = tuple(Row(label, tuple(kind in plan.watch_kinds for plan in plans.PLANS)) for kind, label in KINDS.items())
    features = tuple(
        Row(label, tuple(plan.includes(feature) for plan in plans.PLANS)) for feature, label in FEATURES.items()
    )
    return ((_("How much"), counts), (_("What you can watch"), kinds), (_("What comes with it"), features))


def _price(plan: Plan, interval: str) -> str:
    """Return the price of the interval; "" for what is free."""
    if plan.price is None:
        return ""
    return dollars(plan.price.annual_cents if interval == Interval.YEAR else plan.price.monthly_cents)


def dollars(cents: int) -> str:
    """Return an amount as people write it: $9, $1,490, $12.50."""
    return f"${cents // 100:,}" if cents % 100 == 0 else f"${cents / 100:,.2f}"


def _number(limit: int | None) -> Text:
    return _("No limit") if limit is None else number_format(limit, force_grouping=True)


def _days(days: int | None) -> Text:
    if days is None:
        return _("All, at any date")
    if days % 365 == 0:
        return ngettext("Last year", "Last %(count)d years", days // 365) % {"count": days // 365}
    return ngettext("Last day", "Last %(count)d days", days) % {"count": days}
