"""The door to Stripe: the only module that imports `stripe`. Values in, values out; no rows, no clock.

Every answer is read into a dataclass at once, so nothing else knows Stripe's shapes. Writing calls carry an idempotency
key that the library keeps over its retries; where a second click must not make a second thing, the key is ours.
"""

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

import stripe
from django.conf import settings

from billing.plans import Plan

RETRIES = 3
TIMEOUT_SECONDS = 12
SKEW_SECONDS = 300  # how far a webhook's time stamp may lie from ours, in the past or in the future
TRIAL_DAYS = 14
# Which of several subscriptions of one customer counts: the first in this order, then the latest.
WEIGHT = ("active", "trialing", "past_due", "unpaid", "paused", "incomplete", "incomplete_expired", "canceled")
INTERVALS = ("month", "year")


class GatewayError(Exception):
    """Raised when Stripe refused or did not answer. `is_transient`: the same call may succeed later."""

    def __init__(self, message: str, *, is_transient: bool, reason: str = "") -> None:
        super().__init__(message)
        self.is_transient = is_transient
        self.reason = reason  # Stripe's code: "card_declined", "resource_missing" …


class BadSignature(Exception):
    """Raised by `event_of` for a body that Stripe did not sign, or did not sign now."""


@dataclass(frozen=True, slots=True)
class State:
    """A subscription as Stripe has it at this moment."""

    id: str
    status: str
    plan_key: str
    interval: str
    item_id: str
    created_at: datetime
    period_ends_at: datetime | None
    trial_ends_at: datetime | None
    cancels_at: datetime | None
    invoiced_at: datetime | None  # when the latest invoice was made: the one that is overdue when past due


@dataclass(frozen=True, slots=True)
class Invoice:
    """A line of the list of invoices; amounts in cents."""

    number: str
    made_at: datetime
    total_cents: int
    currency: str
    status: str
    page_url: str
    pdf_url: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of plan costs: due now (below zero: a credit towards the next invoices), then at each renewal."""

    due_cents: int
    credit_cents: int
    renewal_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Event:
    id: str
    kind: str
    object_id: str
    customer_id: str
    is_live: bool
    happened_at: datetime


# --- customers, Checkout, portal ------------------------------------------------------------------------------------
def create_customer(*, organization_id: int, made_at: datetime, name: str, email: str) -> str:
    """Return the id of the customer for this organization. Asked again, after a lost answer too, it is the same one."""
    params = {"name": name, "email": email, "metadata": {"organization": str(organization_id)}}
    key = f"customer-{organization_id}-{int(made_at.timestamp())}-{_digest(params)}"
    return str(_call(lambda: _client().v1.customers.create(params, {"idempotency_key": key}))["id"])


def is_deleted(customer_id: str) -> bool:
    """Return whether Stripe no longer has this customer."""
    try:
        found = _call(lambda: _client().v1.customers.retrieve(customer_id))
    except GatewayError as error:
        if error.reason == "resource_missing":
            return True
        raise
    return bool(found.get("deleted"))


def checkout_url(*, customer_id: str, plan: Plan, interval: str, success_url: str, cancel_url: str) -> str:
    """Return the address of Stripe's pay page. Pay pages that were opened before and not used are closed first."""
    _close_open_checkouts(customer_id)
    made = _call(
        lambda: _client().v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "customer": customer_id,
                "line_items": [{"price": price_id(plan, interval), "quantity": 1}],
                "success_url": success_url,
                "cancel_url": cancel_url,
                "allow_promotion_codes": True,
            }
        )
    )
    return str(made["url"])


def _close_open_checkouts(customer_id: str) -> None:
    sessions = _client().v1.checkout.sessions
    for each in _pages(lambda after: sessions.list({"customer": customer_id, "status": "open", **after})):
        _call(partial(sessions.expire, each["id"]))


def portal_url(*, customer_id: str, return_url: str) -> str:
    """Return the address of Stripe's portal: cards, addresses, invoices."""
    params = {"customer": customer_id, "return_url": return_url}
    return str(_call(lambda: _client().v1.billing_portal.sessions.create(params))["url"])


# --- subscriptions --------------------------------------------------------------------------------------------------
def state_of(customer_id: str) -> State | None:
    """Return the subscription of this customer that counts now; None when there never was one."""
    found = states_of(customer_id)
    return min(found, key=lambda state: (WEIGHT.index(state.status), -state.created_at.timestamp()), default=None)


def states_of(customer_id: str) -> tuple[State, ...]:
    """Return all subscriptions of this customer, ended ones too."""
    subscriptions = _client().v1.subscriptions
    params = {"customer": customer_id, "status": "all", "expand": ["data.latest_invoice"]}
    return tuple(_state(each) for each in _pages(lambda after: subscriptions.list({**params, **after})))


def start_trial(*, customer_id: str, plan: Plan) -> None:
    """Begin a trial that asks for no card and ends by itself when none was given."""
    params = {
        "customer": customer_id,
        "items": [{"price": price_id(plan, "month")}],
        "trial_period_days": TRIAL_DAYS,
        "trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}},
    }
    key = {"idempotency_key": f"trial-{customer_id}"}
    _call(lambda: _client().v1.subscriptions.create(params, key))


def preview(*, state: State, customer_id: str, plan: Plan, interval: str) -> Preview:
    """Return what `change` would cost at this moment."""
    item = {"id": state.item_id, "price": price_id(plan, interval)}
    details = {"items": [item], "proration_behavior": "always_invoice"}
    params = {"customer": customer_id, "subscription": state.id, "subscription_details": details}
    found = _call(lambda: _client().v1.invoices.create_preview(params))
    price = plan.price
    assert price
    return Preview(
        due_cents=max(0, found["amount_due"]),
        credit_cents=max(0, -found["total"]),
        renewal_cents=price.monthly_cents if interval == "month" else price.annual_cents,
        currency=found["currency"],
    )


def change(*, state: State, plan: Plan, interval: str) -> None:
    """Move the subscription to another price now: what is due is paid at once or nothing changes; a rest is credited."""
    params = {
        "items": [{"id": state.item_id, "price": price_id(plan, interval)}],
        "proration_behavior": "always_invoice",
        "payment_behavior": "error_if_incomplete",
        "cancel_at_period_end": False,
    }
    _call(lambda: _client().v1.subscriptions.update(state.id, params))


def cancel_at_period_end(subscription_id: str, *, cancels: bool) -> None:
    """Let the subscription end with what is paid for, or (False) go on after all."""
    _call(lambda: _client().v1.subscriptions.update(subscription_id, {"cancel_at_period_end": cancels}))


def cancel_now(subscription_id: str) -> None:
    """End the subscription at once. One that has ended already is left as it is."""
    try:
        _call(lambda: _client().v1.subscriptions.cancel(subscription_id))
    except GatewayError as error:
        if error.reason != "resource_missing":
            raise


def open_invoice_url(customer_id: str) -> str:
    """Return the address of the page where the oldest unpaid invoice can be paid; "" when nothing is owed."""
    found = _call(lambda: _client().v1.invoices.list({"customer": customer_id, "status": "open", "limit": 100}))["data"]
    return str(found[-1]["hosted_invoice_url"]) if found else ""


def invoices(customer_id: str, *, limit: int) -> tuple[Invoice, ...]:
    """Return the latest invoices, newest first; drafts are not among them."""
    found = _call(lambda: _client().v1.invoices.list({"customer": customer_id, "limit": limit}))
    return tuple(_invoice(each) for each in found["data"] if each["status"] != "draft")


# --- what is on offer -----------------------------------------------------------------------------------------------
def lookup_key(plan: Plan, interval: str) -> str:
    return f"{plan.key}_{interval}"


def price_id(plan: Plan, interval: str) -> str:
    """Return Stripe's id of this price. Raises GatewayError when `manage.py stripe_prices` has not made it."""
    key = lookup_key(plan, interval)
    found = _call(lambda: _client().v1.prices.list({"lookup_keys": [key], "active": True}))["data"]
    if not found:
        raise GatewayError(f"Stripe has no price {key}: run manage.py stripe_prices", is_transient=False)
    return str(found[0]["id"])


def ensure_price(plan: Plan, interval: str) -> str:
    """Make the product and price of `plan` where they are missing or differ; return "kept" or "made"."""
    assert plan.price
    cents = plan.price.monthly_cents if interval == "month" else plan.price.annual_cents
    product, key, prices = f"conductatlas_{plan.key}", lookup_key(plan, interval), _client().v1.prices
    _ensure_product(product, plan)
    found = _call(lambda: prices.list({"lookup_keys": [key], "active": True}))["data"]
    if found and (found[0]["unit_amount"], found[0]["currency"]) == (cents, plan.price.currency):
        return "kept"
    params = {
        "product": product,
        "currency": plan.price.currency,
        "unit_amount": cents,
        "recurring": {"interval": interval},
        "lookup_key": key,
        "transfer_lookup_key": True,  # the older price goes on for who has it
        "metadata": {"plan": plan.key},
    }
    _call(lambda: prices.create(params))
    return "made"


def _ensure_product(product_id: str, plan: Plan) -> None:
    try:
        _call(lambda: _client().v1.products.retrieve(product_id))
    except GatewayError as error:
        if error.reason != "resource_missing":
            raise
        params = {"id": product_id, "name": f"ConductAtlas {plan.name}", "metadata": {"plan": plan.key}}
        _call(lambda: _client().v1.products.create(params))


# --- events ---------------------------------------------------------------------------------------------------------
def event_of(body: bytes, header: str | None, *, now: datetime) -> Event:
    """Return the event in `body` if one of our secrets signed it within SKEW_SECONDS of `now`. Raises BadSignature.

    The library takes a time stamp of next year and, at a tolerance of 0, one of last year: the clock is ours.
    """
    if not any(_is_signed(body, header, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS):
        raise BadSignature("the signature is missing or not by a secret in STRIPE_WEBHOOK_SECRETS")
    signed_at = next(int(part[2:]) for part in (header or "").split(",") if part.startswith("t="))
    if abs(now.timestamp() - signed_at) > SKEW_SECONDS:
        raise BadSignature(f"signed {now.timestamp() - signed_at:.0f} s ago: more than {SKEW_SECONDS} s from now")
    try:
        return _event(json.loads(body))
    except (ValueError, KeyError, TypeError) as error:
        raise BadSignature(f"signed, but no event: {error!r}") from error


def events_since(moment: datetime) -> Iterator[Event]:
    """Yield Stripe's events from `moment` on, newest first; Stripe keeps 30 days."""
    events = _client().v1.events
    since = {"created": {"gte": int(moment.timestamp())}, "limit": 100}
    for each in _pages(lambda after: events.list({**since, **after})):
        yield _event(each)


def customer_of_dispute(dispute_id: str) -> str:
    """Return the customer whose payment is disputed; "" for none. A dispute names only its charge."""
    disputes = _client().v1.disputes
    found = _call(lambda: disputes.retrieve(dispute_id, {"expand": ["charge"]}))
    return str((found.get("charge") or {}).get("customer") or "")


def _is_signed(body: bytes, header: str | None, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, tolerance=None)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


# --- calling --------------------------------------------------------------------------------------------------------
def _client() -> Any:
    """Return the client of the present settings; its parameters go in as plain dicts."""
    return _client_of(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@lru_cache(maxsize=8)
def _client_of(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else None,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


def _call(ask: Callable[[], Any]) -> dict[str, Any]:
    """Return Stripe's answer as plain values. Raises GatewayError. The library itself does not retry a 429: this does."""
    for attempt in range(RETRIES):
        try:
            return dict(ask().to_dict())
        except stripe.RateLimitError as error:
            if attempt == RETRIES - 1:
                raise _refusal(error) from error
            time.sleep(0.2 * 2**attempt * (1 + random.random()))
        except stripe.StripeError as error:
            raise _refusal(error) from error
    raise AssertionError("unreachable")


def _refusal(error: stripe.StripeError) -> GatewayError:
    status = error.http_status or 0
    is_transient = (
        isinstance(error, stripe.APIConnectionError | stripe.RateLimitError) or status >= 500 or status == 409
    )
    message = error.user_message or f"Stripe answered {status}" if status else "Stripe did not answer"
    if isinstance(error, stripe.AuthenticationError):
        message = "Stripe refused the key in STRIPE_SECRET_KEY"
    return GatewayError(message, is_transient=is_transient, reason=error.code or "")


def _pages(ask: Callable[[dict[str, Any]], Any]) -> Iterator[dict[str, Any]]:
    """Yield every object of a list, page after page."""
    after: dict[str, Any] = {}
    while True:
        page = _call(partial(ask, after))
        yield from page["data"]
        if not page.get("has_more") or not page["data"]:
            return
        after = {"starting_after": page["data"][-1]["id"]}


# --- reading --------------------------------------------------------------------------------------------------------
def _state(raw: dict[str, Any]) -> State:
    if raw["status"] not in WEIGHT:
        raise GatewayError(f"subscription {raw['id']} is {raw['status']}: no status that we know", is_transient=False)
    item = raw["items"]["data"][0]
    invoice = raw.get("latest_invoice")
    cancels_at = raw.get("cancel_at") or (item["current_period_end"] if raw.get("cancel_at_period_end") else None)
    return State(
        id=raw["id"],
        status=raw["status"],
        plan_key=(item["price"].get("metadata") or {}).get("plan", ""),
        interval=item["price"]["recurring"]["interval"],
        item_id=item["id"],
        created_at=_moment(raw["created"]),
        period_ends_at=_moment_or_none(item.get("current_period_end")),
        trial_ends_at=_moment_or_none(raw.get("trial_end")),
        cancels_at=_moment_or_none(cancels_at),
        invoiced_at=_moment_or_none(invoice.get("created") if isinstance(invoice, dict) else None),
    )


def _invoice(raw: dict[str, Any]) -> Invoice:
    return Invoice(
        number=raw.get("number") or raw["id"],
        made_at=_moment(raw["created"]),
        total_cents=raw["total"],
        currency=raw["currency"],
        status=raw["status"],
        page_url=raw.get("hosted_invoice_url") or "",
        pdf_url=raw.get("invoice_pdf") or "",
    )


def _event(raw: dict[str, Any]) -> Event:
    about = raw["data"]["object"]
    customer = about["id"] if about.get("object") == "customer" else about.get("customer")
    return Event(
        id=str(raw["id"]),
        kind=str(raw["type"]),
        object_id=str(about.get("id") or ""),
        customer_id=str((customer.get("id") if isinstance(customer, dict) else customer) or ""),
        is_live=bool(raw["livemode"]),
        happened_at=_moment(raw["created"]),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _moment_or_none(seconds: int | None) -> datetime | None:
    return None if seconds is None else _moment(seconds)


def _digest(params: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:12]
