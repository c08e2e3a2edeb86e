"""The page of an organization's own plan: what it has, what is used, what the next one gives."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member_required
from billing import entitlements, plans
from billing.models import Subscription


@require_safe
@member_required
def plan(request: MemberRequest) -> HttpResponse:
    current = entitlements.plan_of(request.organization, now=timezone.now())
    context = {
        "plan": current,
        "next_plan": plans.next_above(current),
        "subscription": Subscription.objects.for_organization(request.organization).first(),
        "people": request.organization.memberships.count(),
        "billing": settings.BILLING,
    }
    return render(request, "billing/plan.html", context)
