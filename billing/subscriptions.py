"""What happens to a Subscription: granted by an operator, read from Stripe, changed, cancelled, resumed.

Whatever happens at Stripe, `refresh` asks for the present state and writes that: one way in, in any order, any number
of times. It holds the Customer row while it asks, so that an older answer never overwrites a newer one.
"""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts import audit, organizations
from accounts.models import Organization
from billing import entitlements, gateway, notices, plans
from billing.gateway import State
from billing.models import Customer, Source, Status, Subscription, Trial
from billing.plans import Plan

log = logging.getLogger(__name__)

PAYING = (Status.ACTIVE, Status.TRIALING, Status.PAST_DUE)
OVER = (Status.CANCELED, Status.INCOMPLETE_EXPIRED)


class StillPaying(Exception):
    """Raised by `grant`: a grant would hide a subscription that goes on being charged."""


class NothingToChange(Exception):
    """Raised where an act needs a subscription at Stripe and there is none, or it has that plan already."""


class UnknownPrice(Exception):
    """Raised when Stripe charges for something that is not one of our plans."""


@transaction.atomic
def grant(
    *,
    organization: Organization,
    plan: Plan,
    now: datetime,
    ends_at: datetime | None = None,
    note: str = "",
    actor: audit.Actor = audit.SYSTEM,
) -> Subscription | None:
    """Give `plan` to `organization` until `ends_at` (None: open-ended) and return the row; Free removes it.

    Raises StillPaying when Stripe charges this organization, ValueError for a plan that cannot be granted.
    """
    if plan not in plans.PLANS:
        raise ValueError(f"the plan {plan.key} cannot be granted")
    before = Subscription.objects.for_organization(organizations.locked(organization)).first()
    if before and before.source == Source.STRIPE and before.status in PAYING:
        raise StillPaying(f"{organization.slug} pays for {before.plan} through Stripe: cancel that subscription first")
    row = _write_grant(organization, plan=plan, ends_at=ends_at, note=note, now=now)
    audit.record(
        organization=organization,
        verb="plan.granted",
        target=row or organization,
        actor=actor,
        before={"plan": before.plan if before else plans.FREE.key},
        after={"plan": plan.key, "ends_at": ends_at.isoformat() if ends_at else None, "note": note},
        now=now,
    )
    return row


def refresh(customer: Customer, *, now: datetime) -> bool:
    """Ask Stripe what this customer has now and write it; return whether the row differs from before.

    Raises gateway.GatewayError, and UnknownPrice for a subscription of none of our plans.
    """
    with transaction.atomic():
        row = Customer.objects.select_for_update(of=("self",)).select_related("organization").get(pk=customer.pk)
        if row.deleted_at is not None:
            return False
        is_deleted = gateway.is_deleted(row.stripe_id)
        state = None if is_deleted else gateway.state_of(row.stripe_id)
        differs = _write_state(row.organization, state, now=now)
        row.checked_at, row.deleted_at = now, now if is_deleted else None
        row.save(update_fields=["checked_at", "deleted_at"])
    return differs


def read_back(customer: Customer, *, now: datetime) -> None:
    """Refresh after an act that Stripe did. When Stripe is silent now, its event tells; the act is no failure for that."""
    try:
        refresh(customer, now=now)
    except gateway.GatewayError as error:
        log.warning("customer %s could not be read after a change: %s", customer.stripe_id, error)


def change(*, organization: Organization, plan: Plan, interval: str, now: datetime, actor: audit.Actor) -> None:
    """Move to another plan or interval: the difference is paid or credited at once. Also takes a cancellation back.

    Raises NothingToChange, and gateway.GatewayError when the payment is refused: then everything stays as it was.
    """
    customer, state = live_state(organization)
    if (state.plan_key, state.interval) == (plan.key, interval):
        raise NothingToChange(f"{organization.name} has {plan.name} already")
    gateway.change(state=state, plan=plan, interval=interval)
    _tell(organization, "subscription.changed", actor, now, after={"plan": plan.key, "interval": interval})
    read_back(customer, now=now)


def cancel(*, organization: Organization, now: datetime, actor: audit.Actor) -> None:
    """Let the subscription end with the time that is paid for. Raises NothingToChange, gateway.GatewayError."""
    customer, state = live_state(organization)
    gateway.cancel_at_period_end(state.id, cancels=True)
    _tell(organization, "subscription.cancelled", actor, now, after={"plan": state.plan_key})
    read_back(customer, now=now)


def resume(*, organization: Organization, now: datetime, actor: audit.Actor) -> None:
    """Take a cancellation back while the time still runs. Raises NothingToChange, gateway.GatewayError."""
    customer, state = live_state(organization)
    gateway.cancel_at_period_end(state.id, cancels=False)
    _tell(organization, "subscription.resumed", actor, now, after={"plan": state.plan_key})
    read_back(customer, now=now)


def cancel_for_leaving(organization: Organization, *, now: datetime) -> None:
    """End every subscription of an organization that leaves, at once; nothing is charged any more. Safe to run twice.

    Raises gateway.GatewayError while Stripe does not answer: do not remove the organization before this returned.
    """
    for customer in Customer.objects.for_organization(organization).filter(deleted_at=None):
        if settings.STRIPE_SECRET_KEY == "":
            raise gateway.GatewayError(
                f"{organization.slug} is a customer at Stripe: set STRIPE_SECRET_KEY so that it can be cancelled",
                is_transient=False,
            )
        _cancel_all(customer)
        refresh(customer, now=now)
    Subscription.objects.for_organization(organization).filter(source=Source.MANUAL).delete()


def live_state(organization: Organization) -> tuple[Customer, State]:
    """Return the customer and the subscription that is running at Stripe now. Raises NothingToChange."""
    customer = Customer.objects.for_organization(organization).filter(deleted_at=None).first()
    state = gateway.state_of(customer.stripe_id) if customer else None
    if customer is None or state is None or state.status not in PAYING:
        raise NothingToChange(f"{organization.name} has no running subscription")
    return customer, state


def _cancel_all(customer: Customer) -> None:
    if gateway.is_deleted(customer.stripe_id):
        return
    for state in gateway.states_of(customer.stripe_id):
        if state.status not in OVER:
            gateway.cancel_now(state.id)


def _write_state(organization: Organization, state: State | None, *, now: datetime) -> bool:
    """Write what Stripe said, with audit and notice where the plan differs; return whether the row differs."""
    before = Subscription.objects.for_organization(organization).select_for_update().first()
    if not _concerns(before, state):
        return False
    fields = _fields(before, state)
    if before and all(getattr(before, name) == value for name, value in fields.items()):
        return False
    plan_before = entitlements.plan_under(before, now=now)
    after, _created = Subscription.objects.update_or_create(
        organization=organization, defaults=fields, create_defaults={**fields, "created_at": now}
    )
    if state and state.trial_ends_at:
        Trial.objects.get_or_create(organization=organization, defaults={"began_at": now})
    _record(organization, before, after, now=now)
    notices.of_subscription(before, after, plan_before=plan_before, now=now)
    return True


def _concerns(before: Subscription | None, state: State | None) -> bool:
    """Return whether Stripe's answer is about what the organization has: an ended one never hides a grant."""
    is_running = state is not None and state.status in PAYING
    if before is None:
        return state is not None and state.status not in OVER
    return is_running or before.source == Source.STRIPE


def _fields(before: Subscription | None, state: State | None) -> dict[str, Any]:
    if state is None:  # the customer is gone, or its subscriptions are
        return {"status": Status.CANCELED, "past_due_at": None, "cancels_at": None}
    if state.plan_key not in (plans.WATCHER.key, plans.PROFESSIONAL.key):
        raise UnknownPrice(f"subscription {state.id} is for no plan of ours: its price lacks the metadata `plan`")
    return {
        "plan": state.plan_key,
        "source": Source.STRIPE,
        "status": state.status,
        "interval": state.interval,
        "ends_at": None,
        "period_ends_at": state.period_ends_at,
        "trial_ends_at": state.trial_ends_at,
        "cancels_at": state.cancels_at if state.status in PAYING else None,
        "past_due_at": _past_due_at(before, state),
        "note": "",
        "stripe_subscription_id": state.id,
    }


def _past_due_at(before: Subscription | None, state: State) -> datetime | None:
    """Return since when a payment is overdue: the first unpaid invoice counts, a later one gives no second grace."""
    if state.status != Status.PAST_DUE:
        return None
    since = state.invoiced_at or state.created_at
    if before and before.past_due_at and before.stripe_subscription_id == state.id:
        return min(before.past_due_at, since)
    return since


def _record(organization: Organization, before: Subscription | None, after: Subscription, *, now: datetime) -> None:
    audit.record(
        organization=organization,
        verb="subscription.updated",
        target=after,
        before={"plan": before.plan, "status": before.status} if before else None,
        after={"plan": after.plan, "status": after.status},
        now=now,
    )


def _tell(organization: Organization, verb: str, actor: audit.Actor, now: datetime, after: dict[str, Any]) -> None:
    audit.record(organization=organization, verb=verb, target=organization, actor=actor, after=after, now=now)


def _write_grant(
    organization: Organization, *, plan: Plan, ends_at: datetime | None, note: str, now: datetime
) -> Subscription | None:
    if plan is plans.FREE:
        Subscription.objects.for_organization(organization).delete()
        return None
    fields = {
        "plan": plan.key,
        "source": Source.MANUAL,
        "status": Status.ACTIVE,
        "interval": "",
        "ends_at": ends_at,
        "period_ends_at": None,
        "trial_ends_at": None,
        "cancels_at": None,
        "past_due_at": None,
        "note": note,
        "stripe_subscription_id": None,
    }
    row, _created = Subscription.objects.update_or_create(
        organization=organization, defaults=fields, create_defaults={**fields, "created_at": now}
    )
    return row
