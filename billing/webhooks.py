"""What Stripe tells us: received once, answered at once, applied from the present state.

An event is a doorbell. What it carries may be late, doubled or out of order, so nothing is taken from it but whose door
it is; `apply` then asks Stripe what that customer has now. What got lost on the way is found by `reconcile`.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.models import AuditEvent
from billing import gateway, subscriptions
from billing.gateway import Event
from billing.models import Customer, StripeEvent

Outcome = StripeEvent.Outcome
# What can change what a customer has. Others are kept for the operator and change nothing.
CONCERNING = ("checkout.session.", "customer.subscription.", "customer.deleted", "customer.updated", "invoice.")
MONEY_BACK = {"charge.refunded": "payment.refunded", "charge.dispute.created": "payment.disputed"}
LOOK_BACK = timedelta(days=3)  # how long Stripe itself tries to deliver
ATTEMPTS = 12
APPLY_AT_ONCE = 50
logger = logging.getLogger(__name__)


def receive(body: bytes, header: str | None, *, now: datetime) -> StripeEvent | None:
    """Keep the event of a signed body and return its row; None for one that is known. Raises gateway.BadSignature."""
    return keep(gateway.event_of(body, header, now=now), now=now)


def keep(event: Event, *, now: datetime) -> StripeEvent | None:
    """Return the new row of `event`; None when it was kept before."""
    row, created = StripeEvent.objects.get_or_create(
        event_id=event.id,
        defaults={
            "kind": event.kind[:80],
            "object_id": event.object_id[:100],
            "customer_id": event.customer_id[:100],
            "is_live": event.is_live,
            "happened_at": event.happened_at,
            "received_at": now,
        },
    )
    return row if created else None


def apply(event_id: int, *, now: datetime) -> None:
    """Bring the customer of a kept event to its present state and note the outcome on the row. Safe to run twice.

    When Stripe does not answer, the row goes on waiting; any other failure is kept on it for the operator, so that it
    stands in no other event's way.
    """
    row = StripeEvent.objects.get(pk=event_id)
    try:
        outcome, detail = _applied(row, now=now)
    except gateway.GatewayError as error:
        is_over = not error.is_transient or row.attempts + 1 >= ATTEMPTS
        outcome, detail = (Outcome.FAILED if is_over else Outcome.WAITING), str(error)
    except subscriptions.UnknownPrice as error:
        outcome, detail = Outcome.FAILED, str(error)
    except Exception as error:
        logger.exception("Stripe event %s could not be applied", row.event_id)
        outcome, detail = Outcome.FAILED, repr(error)
    if outcome == Outcome.FAILED:
        logger.error("Stripe event %s (%s): %s", row.event_id, row.kind, detail)
    row.outcome, row.detail, row.attempts = outcome, detail[:300], row.attempts + 1
    row.handled_at = None if outcome == Outcome.WAITING else now
    row.save(update_fields=["outcome", "detail", "attempts", "handled_at"])


def apply_waiting(*, now: datetime, limit: int | None = APPLY_AT_ONCE) -> int:
    """Apply what waits, each once, the least tried first; return how many were looked at. limit: None is all of them."""
    waiting = StripeEvent.objects.filter(handled_at=None).order_by("attempts", "received_at", "id")
    ids = list(waiting.values_list("pk", flat=True)[:limit])
    for pk in ids:
        apply(pk, now=now)
    return len(ids)


def reconcile(*, now: datetime) -> tuple[int, int]:
    """Fetch the events that never came and compare every customer with Stripe; return (events found, rows mended).

    Who was compared longest ago comes first: what a night leaves undone is done in the next.
    """
    found = sum(keep(event, now=now) is not None for event in gateway.events_since(now - LOOK_BACK))
    apply_waiting(now=now, limit=None)
    customers = Customer.objects.filter(deleted_at=None).order_by(F("checked_at").asc(nulls_first=True), "id")
    mended = sum(_compare(customer, now=now) for customer in customers.iterator())
    if found or mended:
        logger.warning("reconciled with Stripe: %s events had not come, %s subscriptions differed", found, mended)
    return found, mended


def _compare(customer: Customer, *, now: datetime) -> bool:
    """Return whether the customer's row differed; one that cannot be compared must not keep the others from it."""
    try:
        return subscriptions.refresh(customer, now=now)
    except (gateway.GatewayError, subscriptions.UnknownPrice) as error:
        logger.error("customer %s could not be compared with Stripe: %s", customer.stripe_id, error)
    except Exception:
        logger.exception("customer %s could not be compared with Stripe", customer.stripe_id)
    return False


def _applied(row: StripeEvent, *, now: datetime) -> tuple[str, str]:
    """Return the outcome and why."""
    if row.is_live != is_live_mode():
        return Outcome.IGNORED, f"of {'live' if row.is_live else 'test'} mode: our key is of the other"
    if row.kind not in MONEY_BACK and not row.kind.startswith(CONCERNING):
        return Outcome.IGNORED, "of a type that changes nothing here"
    customer = _customer(row)
    if customer is None:
        return Outcome.IGNORED, "about nobody we know"
    subscriptions.refresh(customer, now=now)
    if verb := MONEY_BACK.get(row.kind):
        _record_money_back(row, customer, verb, now=now)
    return Outcome.APPLIED, ""


def _customer(row: StripeEvent) -> Customer | None:
    stripe_id = row.customer_id
    if row.kind.startswith("charge.dispute.") and not stripe_id:
        stripe_id = gateway.customer_of_dispute(row.object_id)
    found: Customer | None = Customer.objects.filter(stripe_id=stripe_id).select_related("organization").first()
    return found


@transaction.atomic
def _record_money_back(row: StripeEvent, customer: Customer, verb: str, *, now: datetime) -> None:
    """Note a refund or dispute once in the audit trail. What the plan is stays a matter of the subscription alone."""
    StripeEvent.objects.select_for_update().get(pk=row.pk)
    organization, after = customer.organization, {"object": row.object_id, "event": row.event_id}
    if not AuditEvent.objects.for_organization(organization).filter(verb=verb, after=after).exists():
        audit.record(organization=organization, verb=verb, target=customer, after=after, now=now)


def is_live_mode() -> bool:
    """Return whether our key is one of live mode: sk_live_… or rk_live_…"""
    return "_live_" in settings.STRIPE_SECRET_KEY
