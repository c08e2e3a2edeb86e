"""What an owner does about money: choose, pay, change, try, cancel, resume. Cards are only ever shown to Stripe."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.access import MemberRequest, View, may
from accounts.permissions import Permission
from billing import customers, entitlements, gateway, plans, subscriptions
from billing.models import Source, Subscription
from billing.plans import Plan
from billing.views import pricing


def with_stripe(view: View) -> View:
    """Let in who may pay, where Stripe bills; what Stripe refuses is told on the page of the plan."""

    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.BILLING != "stripe":
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except gateway.GatewayError as error:
            messages.error(request, _told(error))
        except subscriptions.NothingToChange:
            messages.info(request, _("There was nothing to change."))
        return redirect("billing:plan")

    return may(Permission.BILLING)(guarded)


@require_POST
@with_stripe
def choose(request: MemberRequest) -> HttpResponse:
    """Go to the pay page of a plan, or, with a subscription that runs, to the page that changes it."""
    plan, interval = _wanted(request.POST)
    if _is_granted(request, plan):
        messages.info(request, _("Your plan was granted by the operator: there is nothing to pay."))
        return redirect("billing:plan")
    try:
        url = customers.checkout_url(
            organization=request.organization,
            user=request.user,  # type: ignore[arg-type]
            plan=plan,
            interval=interval,
            success_url=_absolute(request, "billing:returned") + "?paid=1",
            cancel_url=_absolute(request, "billing:pricing"),
            now=timezone.now(),
        )
    except customers.AlreadyPaying:
        return redirect(f"{reverse('billing:change')}?plan={plan.key}&interval={interval}")
    return HttpResponseRedirect(url)


@require_http_methods(["GET", "POST"])
@with_stripe
def change(request: MemberRequest) -> HttpResponse:
    """Show what a change costs; a POST makes it."""
    plan, interval = _wanted(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        actor = audit.actor_of(request)
        subscriptions.change(
            organization=request.organization, plan=plan, interval=interval, now=timezone.now(), actor=actor
        )
        messages.success(request, _("Your plan is now %(name)s.") % {"name": plan.name})
        return redirect("billing:plan")
    customer, state = subscriptions.live_state(request.organization)
    if (state.plan_key, state.interval) == (plan.key, interval):
        raise subscriptions.NothingToChange
    before = plans.named(state.plan_key)
    cost = gateway.preview(state=state, customer_id=customer.stripe_id, plan=plan, interval=interval)
    context = {
        "plan": plan,
        "before": before,
        "interval": interval,
        "is_smaller": plans.PLANS.index(plan) < plans.PLANS.index(before),
        "is_trial": state.status == "trialing",
        "due": pricing.dollars(cost.due_cents) if cost.due_cents else "",
        "credit": pricing.dollars(cost.credit_cents) if cost.credit_cents else "",
        "renewal": pricing.dollars(cost.renewal_cents),
    }
    return render(request, "billing/change.html", context)


@require_safe
@with_stripe
def returned(request: MemberRequest) -> HttpResponse:
    """Where the pay page and the portal lead back to: ask Stripe at once, so that nobody waits for its event."""
    if customer := customers.existing_customer(request.organization):
        subscriptions.refresh(customer, now=timezone.now())
    if "paid" in request.GET:
        row = Subscription.objects.for_organization(request.organization).first()
        if row and row.status in subscriptions.PAYING:
            messages.success(request, _("Thank you. Your plan is %(name)s.") % {"name": plans.named(row.plan).name})
        else:
            messages.info(request, _("The payment is on its way: your plan changes as soon as it is confirmed."))
    return redirect("billing:plan")


@require_POST
@with_stripe
def portal(request: MemberRequest) -> HttpResponse:
    """Go to Stripe's portal: card, address, invoices."""
    customer = customers.existing_customer(request.organization)
    if customer is None:
        raise subscriptions.NothingToChange
    back = _absolute(request, "billing:returned")
    return HttpResponseRedirect(gateway.portal_url(customer_id=customer.stripe_id, return_url=back))


@require_POST
@with_stripe
def pay(request: MemberRequest) -> HttpResponse:
    """Go to the page of the invoice that is not paid."""
    customer = customers.existing_customer(request.organization)
    url = gateway.open_invoice_url(customer.stripe_id) if customer else ""
    return HttpResponseRedirect(url) if url else redirect("billing:returned")


@require_POST
@with_stripe
def start_trial(request: MemberRequest) -> HttpResponse:
    try:
        customers.start_trial(
            organization=request.organization,
            user=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            actor=audit.actor_of(request),
        )
    except customers.NoTrial:
        messages.info(request, _("The trial was used already."))
    else:
        messages.success(
            request, _("You have Professional for %(days)d days. No card is needed.") % {"days": gateway.TRIAL_DAYS}
        )
    return redirect("billing:plan")


@require_http_methods(["GET", "POST"])
@with_stripe
def cancel(request: MemberRequest) -> HttpResponse:
    """Say what cancelling means; a POST does it."""
    if request.method == "POST":
        subscriptions.cancel(organization=request.organization, now=timezone.now(), actor=audit.actor_of(request))
        messages.success(request, _("Cancelled. Everything goes on until the end of what is paid for."))
        return redirect("billing:plan")
    _customer, state = subscriptions.live_state(request.organization)
    context = {"plan": plans.named(state.plan_key), "at": state.period_ends_at, "free": plans.FREE}
    return render(request, "billing/cancel.html", context)


@require_POST
@with_stripe
def resume(request: MemberRequest) -> HttpResponse:
    subscriptions.resume(organization=request.organization, now=timezone.now(), actor=audit.actor_of(request))
    messages.success(request, _("Your plan goes on."))
    return redirect("billing:plan")


def _wanted(fields: Any) -> tuple[Plan, str]:
    """Return the plan and interval that were asked for; anything else is a 404."""
    interval = fields.get("interval", "month")
    try:
        plan = plans.named(fields.get("plan", ""))
    except plans.UnknownPlan:
        raise Http404 from None
    if plan.price is None or interval not in gateway.INTERVALS:
        raise Http404
    return plan, interval


def _is_granted(request: MemberRequest, plan: Plan) -> bool:
    """Return whether an operator's grant gives as much as `plan` or more."""
    row = Subscription.objects.for_organization(request.organization).filter(source=Source.MANUAL).first()
    held = entitlements.plan_under(row, now=timezone.now())
    return held in plans.PLANS and plans.PLANS.index(held) >= plans.PLANS.index(plan)


def _absolute(request: MemberRequest, name: str) -> str:
    return request.build_absolute_uri(reverse(name))


def _told(error: gateway.GatewayError) -> str:
    if error.is_transient:
        return _("Stripe does not answer at the moment. Nothing was changed; try again in some minutes.")
    return _("Stripe refused: %(why)s Nothing was changed.") % {"why": error}
