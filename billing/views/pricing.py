"""The pricing page, written from `plans.py` so that it can never promise something else."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from billing import entitlements, plans
from billing.plans import Cadence, Feature, Plan, WatchKind

CADENCES = {
    Cadence.WEEKLY: _("Weekly digest"),
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
    Feature.PAST_COMPARISON: _("Comparison at a past date"),
    Feature.CSV_EXPORT: _("CSV export"),
    Feature.JSON_EXPORT: _("JSON export"),
    Feature.REDLINE: _("Redline"),
    Feature.PDF_REPORT: _("PDF report"),
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


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    """Show what each plan allows and costs, and mark the visitor's own."""
    organization = getattr(request, "organization", None)
    current = entitlements.plan_of(organization, now=timezone.now()) if organization else None
    columns = [(plan, _price(plan), plan == current) for plan in plans.PLANS]
    return render(request, "billing/pricing.html", {"columns": columns, "groups": _groups(), "current": current})


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


def _price(plan: Plan) -> dict[str, str] | None:
    """Return the price by month and by year in whole dollars; None for what is free."""
    if plan.price is None:
        return None
    return {"month": f"${plan.price.monthly_cents // 100:,}", "year": f"${plan.price.annual_cents // 100:,}"}


def _number(limit: int | None) -> Text:
    return _("No limit") if limit is None else number_format(limit, force_grouping=True)


def _days(days: int | None) -> Text:
    if days is None:
        return _("All, at any date")
    if days % 365 == 0:
        return ngettext("Last year", "Last %(count)d years", days // 365) % {"count": days // 365}
    return ngettext("Last day", "Last %(count)d days", days) % {"count": days}
