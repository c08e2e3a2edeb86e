"""The life of a subscription in the fake: begun, charged, changed with proration, renewed, dunned, ended."""

import calendar
from datetime import UTC, datetime
from typing import Any

from billing.fake_stripe.world import Refused, Thing, World

DAY = 86_400
TRIAL_NOTICE = 3 * DAY
RETRY_AFTER = (3 * DAY, 5 * DAY, 7 * DAY)  # from one try to the next; after the last the subscription ends
# What a card does, by its number. Every other number is refused as no card.
CARDS = {
    "4242424242424242": "ok",
    "5555555555554444": "ok",
    "4000000000000002": "declined",  # at once
    "4000000000000341": "fails later",  # is accepted, and refused when charged
    "4000002500003155": "asks",  # 3-D Secure
}


def add_card(world: World, customer: Thing, number: str) -> Thing:
    """Return the payment method of a card, made the customer's default. Raises Refused for one that is declined."""
    number = number.replace(" ", "")
    behaviour = CARDS.get(number)
    if behaviour is None:
        raise Refused(402, "Your card number is incorrect.", code="incorrect_number", kind="card_error")
    if behaviour == "declined":
        raise Refused(402, "Your card was declined.", code="card_declined", kind="card_error")
    card = {"brand": "visa" if number[0] == "4" else "mastercard", "last4": number[-4:]}
    values = {"object": "payment_method", "type": "card", "customer": customer["id"], "card": card, "number": number}
    made = world.make("payment_methods", "pm", values, now=world.now(customer))
    customer["invoice_settings"]["default_payment_method"] = made["id"]
    world.happened("payment_method.attached", made)
    world.happened("customer.updated", customer)
    return made


def begin(world: World, customer: Thing, price: Thing, *, trial_days: int = 0, ends_without_card: bool = True) -> Thing:
    """Return a new subscription: a trial, or charged at once. Raises Refused when the card is."""
    now = world.now(customer)
    ends = now + trial_days * DAY if trial_days else period_end(now, price)
    values: Thing = {
        "object": "subscription", "customer": customer["id"], "status": "trialing" if trial_days else "active",
        "cancel_at_period_end": False, "cancel_at": None, "canceled_at": None, "ended_at": None,
        "trial_end": ends if trial_days else None, "trial_start": now if trial_days else None,
        "ends_without_card": ends_without_card, "told_of_trial": False, "latest_invoice": None,
        "collection_method": "charge_automatically", "metadata": {},
    }  # fmt: skip
    sub = world.make("subscriptions", "sub", values, now=now)
    item = {"id": f"si_{sub['id'][4:]}", "object": "subscription_item", "price": price, "quantity": 1}
    item |= {"current_period_start": now, "current_period_end": ends, "subscription": sub["id"]}
    sub["items"] = {"object": "list", "data": [item], "has_more": False, "url": "/v1/subscription_items"}
    first = invoice(world, sub, 0 if trial_days else price["unit_amount"], "subscription_create")
    if not pay(world, first):
        del world.things["subscriptions"][sub["id"]]
        first["status"] = "void"
        raise Refused(402, "Your card was declined.", code="card_declined", kind="card_error")
    world.happened("customer.subscription.created", sub)
    return sub


def change(world: World, sub: Thing, price: Thing, *, prorates: bool) -> None:
    """Move to another price now; what is due is charged, what is over is credited. Raises Refused when the card is."""
    customer, item = world.get("customers", sub["customer"]), sub["items"]["data"][0]
    if prorates and sub["status"] != "trialing":
        made = invoice(world, sub, proration(world, sub, price), "subscription_update")
        if not pay(world, made):
            made["status"], sub["latest_invoice"] = "void", None
            raise Refused(402, "Your card was declined.", code="card_declined", kind="card_error")
    if item["price"]["recurring"] != price["recurring"] and sub["status"] != "trialing":
        now = world.now(customer)
        item |= {"current_period_start": now, "current_period_end": period_end(now, price)}
    item["price"] = price


def proration(world: World, sub: Thing, price: Thing) -> int:
    """Return the cents that a change to `price` costs now; below zero what it gives back."""
    now, item = world.now(world.get("customers", sub["customer"])), sub["items"]["data"][0]
    start, end = item["current_period_start"], item["current_period_end"]
    left = max(0.0, (end - now) / (end - start))
    unused = round(item["price"]["unit_amount"] * left)
    if item["price"]["recurring"] != price["recurring"]:
        return int(price["unit_amount"]) - unused
    return round(price["unit_amount"] * left) - unused


def end(world: World, sub: Thing) -> None:
    now = world.now(world.things["customers"].get(sub["customer"]))
    sub |= {"status": "canceled", "canceled_at": now, "ended_at": now, "cancel_at_period_end": False, "cancel_at": None}
    world.happened("customer.subscription.deleted", sub)


# --- money ----------------------------------------------------------------------------------------------------------
def invoice(world: World, sub: Thing, total: int, reason: str) -> Thing:
    """Return an open invoice of `total` cents; what the customer has as balance is taken from it."""
    customer = world.get("customers", sub["customer"])
    due = max(0, total + customer["balance"])
    customer["balance"] += total - due
    now = world.now(customer)
    number = f"FAKE-{len(world.things['invoices']) + 1:04}"
    values = {
        "object": "invoice", "customer": customer["id"], "status": "open", "number": number, "total": total,
        "amount_due": due, "amount_paid": 0, "currency": "usd", "billing_reason": reason, "attempt_count": 0,
        "next_payment_attempt": None,
        "parent": {"type": "subscription_details", "subscription_details": {"subscription": sub["id"]}},
    }  # fmt: skip
    made = world.make("invoices", "in", values, now=now)
    made["hosted_invoice_url"] = f"{world.base_url}/invoice/{made['id']}"
    made["invoice_pdf"] = f"{world.base_url}/invoice/{made['id']}/pdf"
    sub["latest_invoice"] = made["id"]
    return made


def pay(world: World, made: Thing) -> bool:
    """Charge the customer's card for what is due and return whether that went well."""
    customer = world.get("customers", made["customer"])
    if made["amount_due"] and not _card_pays(world, customer):
        made["attempt_count"] += 1
        return False
    if made["amount_due"]:
        values = {"object": "charge", "customer": customer["id"], "amount": made["amount_due"], "invoice": made["id"]}
        world.make("charges", "ch", values, now=world.now(customer))
    made |= {"status": "paid", "amount_paid": made["amount_due"], "next_payment_attempt": None}
    world.happened("invoice.paid", made)
    return True


def settle(world: World, made: Thing) -> bool:
    """Try an open invoice of a subscription again; paid, the subscription is active anew."""
    sub = world.get("subscriptions", made["parent"]["subscription_details"]["subscription"])
    if not pay(world, made):
        world.happened("invoice.payment_failed", made)
        return False
    others = [one for one in world.of_customer("invoices", made["customer"]) if one["status"] == "open"]
    if sub["status"] in ("past_due", "unpaid") and not others:
        sub["status"] = "active"
        world.happened("customer.subscription.updated", sub)
    return True


def _card_pays(world: World, customer: Thing) -> bool:
    card = world.things["payment_methods"].get(customer["invoice_settings"]["default_payment_method"] or "")
    return card is not None and CARDS[card["number"]] != "fails later"


# --- time -----------------------------------------------------------------------------------------------------------
def run_due(world: World) -> None:
    """Do what the time of each customer calls for, in its order: trial notices and ends, renewals, tries, ends."""
    for sub in list(world.things["subscriptions"].values()):
        customer = world.things["customers"].get(sub["customer"])
        while customer and not customer.get("deleted") and _step(world, sub, world.now(customer)):
            pass


def _step(world: World, sub: Thing, now: int) -> bool:
    """Do the next due thing of one subscription; return whether there was one. One without a price has nothing due."""
    if not sub["items"]["data"]:
        return False
    item = sub["items"]["data"][0]
    if sub["status"] == "trialing" and not sub["told_of_trial"] and now >= sub["trial_end"] - TRIAL_NOTICE:
        sub["told_of_trial"] = True
        world.happened("customer.subscription.trial_will_end", sub)
        return True
    if sub["status"] == "past_due" and (made := _retry_due(world, sub, now)):
        return _retry(world, sub, made)
    if sub["status"] not in ("active", "trialing", "past_due") or now < item["current_period_end"]:
        return False
    if sub["cancel_at_period_end"] or (sub["status"] == "trialing" and _ends_with_trial(world, sub)):
        end(world, sub)
    else:
        _renew(world, sub)
    return True


def _ends_with_trial(world: World, sub: Thing) -> bool:
    customer = world.get("customers", sub["customer"])
    return bool(sub["ends_without_card"] and not customer["invoice_settings"]["default_payment_method"])


def _renew(world: World, sub: Thing) -> None:
    item, began = sub["items"]["data"][0], sub["items"]["data"][0]["current_period_end"]
    item |= {"current_period_start": began, "current_period_end": period_end(began, item["price"])}
    made = invoice(world, sub, item["price"]["unit_amount"], "subscription_cycle")
    made["created"] = began
    if pay(world, made):
        sub["status"] = "active" if sub["status"] == "trialing" else sub["status"]
    else:
        sub["status"] = "past_due"
        made["next_payment_attempt"] = began + RETRY_AFTER[0]
        world.happened("invoice.payment_failed", made)
    world.happened("customer.subscription.updated", sub)


def _retry_due(world: World, sub: Thing, now: int) -> Thing | None:
    for made in world.of_customer("invoices", sub["customer"]):
        if made["status"] == "open" and made["next_payment_attempt"] and now >= made["next_payment_attempt"]:
            return made
    return None


def _retry(world: World, sub: Thing, made: Thing) -> bool:
    at = made["next_payment_attempt"]
    if settle(world, made):
        return True
    if made["attempt_count"] > len(RETRY_AFTER):
        made["next_payment_attempt"] = None
        end(world, sub)
    else:
        made["next_payment_attempt"] = at + RETRY_AFTER[made["attempt_count"] - 1]
    return True


def period_end(start: int, price: Thing) -> int:
    """Return the same day and hour one interval later, or the month's last day."""
    months = {"month": 1, "year": 12}[price["recurring"]["interval"]]
    at = datetime.fromtimestamp(start, UTC)
    month = at.month - 1 + months
    year, month = at.year + month // 12, month % 12 + 1
    day = min(at.day, calendar.monthrange(year, month)[1])
    return int(at.replace(year=year, month=month, day=day).timestamp())


def shown(sub: Thing, world: World, expand: Any = ()) -> Thing:
    """Return the subscription as the API shows it, without what is only ours."""
    found = {name: value for name, value in sub.items() if name not in ("ends_without_card", "told_of_trial")}
    if any("latest_invoice" in each for each in expand or ()) and sub["latest_invoice"]:
        found["latest_invoice"] = world.get("invoices", sub["latest_invoice"])
    return found
