"""The page of an organization's own plan: what it has, what is used, what it costs, what can be done about it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, may, member_required
from accounts.permissions import Permission
from billing import customers, entitlements, gateway, plans, standing, usage
from billing.models import Interval, Source, Subscription
from billing.views import pricing

INVOICES_SHOWN = 24


@require_safe
@member_required
def plan(request: MemberRequest) -> HttpResponse:
    now, organization = timezone.now(), request.organization
    current = entitlements.plan_of(organization, now=now)
    row = Subscription.objects.for_organization(organization).first()
    context = {
        "plan": current,
        "next_plan": plans.next_above(current),
        "subscription": row,
        "is_paid": bool(row and row.source == Source.STRIPE and current != plans.FREE),
        "price": price_of(row) if row else "",
        "meters": entitlements.meters(organization, used=usage.of(organization), now=now),
        "billing": settings.BILLING,
        "here": standing.of(organization, now=now) if settings.BILLING == "stripe" else None,
        "customer": customers.existing_customer(organization),
        "may_try": _may_try(request),
    }
    return render(request, "billing/plan.html", context)


@require_safe
@may(Permission.BILLING)
def invoices(request: MemberRequest) -> HttpResponse:
    """List the invoices as Stripe has them; each is also a receipt once it is paid."""
    customer = customers.existing_customer(request.organization)
    context: dict[str, Any] = {"invoices": ()}
    try:
        context["invoices"] = gateway.invoices(customer.stripe_id, limit=INVOICES_SHOWN) if customer else ()
    except gateway.GatewayError:
        messages.error(request, _("Stripe does not answer at the moment. Try again in some minutes."))
        return redirect("billing:plan")
    return render(request, "billing/invoices.html", context)


def price_of(row: Subscription) -> str:
    """Return what is charged, as "$9 a month"; "" for a grant."""
    price = plans.named(row.plan).price
    if row.source != Source.STRIPE or price is None:
        return ""
    if row.interval == Interval.YEAR:
        return _("%(price)s a year") % {"price": pricing.dollars(price.annual_cents)}
    return _("%(price)s a month") % {"price": pricing.dollars(price.monthly_cents)}


def _may_try(request: MemberRequest) -> bool:
    if settings.BILLING != "stripe":
        return False
    return customers.may_try(organization=request.organization, user=request.user)  # type: ignore[arg-type]
