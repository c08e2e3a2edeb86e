"""The part of Stripe's API that the fake answers: method and path pattern to a function (world, fields, *ids)."""

import re
from collections.abc import Callable
from typing import Any

from billing.fake_stripe import lifecycle
from billing.fake_stripe.forms import is_true
from billing.fake_stripe.world import Refused, Thing, World, page

Answer = Callable[..., Thing]
ROUTES: list[tuple[str, re.Pattern[str], Answer]] = []
LIVE = ("active", "trialing", "past_due", "unpaid")


def route(method: str, pattern: str) -> Callable[[Answer], Answer]:
    def keep(answer: Answer) -> Answer:
        ROUTES.append((method, re.compile(pattern.replace("{}", "([^/]+)")), answer))
        return answer

    return keep


def answer(world: World, method: str, path: str, fields: Thing) -> Thing:
    """Return the answer to a call. Raises Refused."""
    for wanted, pattern, function in ROUTES:
        if wanted == method and (match := pattern.fullmatch(path)):
            return function(world, fields, *match.groups())
    raise Refused(404, f"Unrecognized request URL ({method}: {path}).")


# --- customers ------------------------------------------------------------------------------------------------------
@route("POST", "/v1/customers")
def create_customer(world: World, fields: Thing) -> Thing:
    clock = fields.get("test_clock")
    values = {
        "object": "customer", "email": fields.get("email"), "name": fields.get("name"), "balance": 0,
        "metadata": fields.get("metadata", {}), "invoice_settings": {"default_payment_method": None},
        "test_clock": clock,
    }  # fmt: skip
    made = world.make("customers", "cus", values, now=world.now({"test_clock": clock}))
    world.happened("customer.created", made)
    return made


@route("GET", "/v1/customers")
def list_customers(world: World, fields: Thing) -> Thing:
    rows = [each for each in world.things["customers"].values() if not each.get("deleted")]
    return page([row for row in rows if fields.get("email") in (None, row["email"])], fields, "/v1/customers")


@route("GET", "/v1/customers/{}")
def customer(world: World, fields: Thing, key: str) -> Thing:
    return world.get("customers", key)


@route("POST", "/v1/customers/{}")
def update_customer(world: World, fields: Thing, key: str) -> Thing:
    found = living(world, key)
    found |= {name: fields[name] for name in ("email", "name", "metadata") if name in fields}
    world.happened("customer.updated", found)
    return found


@route("DELETE", "/v1/customers/{}")
def delete_customer(world: World, fields: Thing, key: str) -> Thing:
    found = living(world, key)
    for sub in world.of_customer("subscriptions", key):
        if sub["status"] != "canceled":
            lifecycle.end(world, sub)
    world.happened("customer.deleted", found)
    world.things["customers"][key] = {"id": key, "object": "customer", "deleted": True}
    return world.things["customers"][key]


def living(world: World, key: str) -> Thing:
    found = world.get("customers", key)
    if found.get("deleted"):
        raise Refused(404, f"No such customer: '{key}'", code="resource_missing")
    return found


# --- what is sold ---------------------------------------------------------------------------------------------------
@route("POST", "/v1/products")
def create_product(world: World, fields: Thing) -> Thing:
    key = fields.get("id", "")
    if key in world.things["products"]:
        raise Refused(400, f"Product already exists: {key}", code="resource_already_exists")
    values = {"object": "product", "name": fields["name"], "active": True, "metadata": fields.get("metadata", {})}
    return world.make("products", "prod", values, now=world.now(), key=key)


@route("GET", "/v1/products")
def list_products(world: World, fields: Thing) -> Thing:
    return page(list(world.things["products"].values()), fields, "/v1/products")


@route("GET", "/v1/products/{}")
def product(world: World, fields: Thing, key: str) -> Thing:
    return world.get("products", key)


@route("POST", "/v1/prices")
def create_price(world: World, fields: Thing) -> Thing:
    world.get("products", fields["product"])
    key = fields.get("lookup_key")
    for other in world.things["prices"].values():
        if key and other["lookup_key"] == key:
            if not is_true(fields.get("transfer_lookup_key")):
                raise Refused(400, f"A price (`{other['id']}`) already uses that lookup key.")
            other["lookup_key"] = None
    values = {
        "object": "price", "active": True, "product": fields["product"], "currency": fields["currency"],
        "unit_amount": int(fields["unit_amount"]), "lookup_key": key, "metadata": fields.get("metadata", {}),
        "recurring": {"interval": fields["recurring"]["interval"], "interval_count": 1}, "type": "recurring",
    }  # fmt: skip
    return world.make("prices", "price", values, now=world.now())


@route("GET", "/v1/prices")
def list_prices(world: World, fields: Thing) -> Thing:
    keys = fields.get("lookup_keys")
    rows = [row for row in world.things["prices"].values() if keys is None or row["lookup_key"] in keys]
    return page(rows, fields, "/v1/prices")


@route("GET", "/v1/prices/{}")
def price(world: World, fields: Thing, key: str) -> Thing:
    return world.get("prices", key)


# --- Checkout and portal --------------------------------------------------------------------------------------------
@route("POST", "/v1/checkout/sessions")
def create_session(world: World, fields: Thing) -> Thing:
    owner, wanted = living(world, fields["customer"]), world.get("prices", fields["line_items"][0]["price"])
    values = {
        "object": "checkout.session", "mode": fields["mode"], "status": "open", "payment_status": "unpaid",
        "customer": owner["id"], "price": wanted["id"], "success_url": fields["success_url"],
        "cancel_url": fields.get("cancel_url"), "subscription": None,
    }  # fmt: skip
    made = world.make("sessions", "cs_test", values, now=world.now(owner))
    made["url"] = f"{world.base_url}/pay/{made['id']}"
    return made


@route("GET", "/v1/checkout/sessions")
def list_sessions(world: World, fields: Thing) -> Thing:
    rows = world.of_customer("sessions", fields["customer"])
    return page([row for row in rows if fields.get("status") in (None, row["status"])], fields, "/v1/checkout/sessions")


@route("GET", "/v1/checkout/sessions/{}")
def session(world: World, fields: Thing, key: str) -> Thing:
    return world.get("sessions", key)


@route("POST", "/v1/checkout/sessions/{}/expire")
def expire_session(world: World, fields: Thing, key: str) -> Thing:
    found = world.get("sessions", key)
    if found["status"] != "open":
        raise Refused(400, f"This session is {found['status']}.")
    found |= {"status": "expired", "url": None}
    world.happened("checkout.session.expired", found)
    return found


@route("POST", "/v1/billing_portal/sessions")
def create_portal(world: World, fields: Thing) -> Thing:
    owner = living(world, fields["customer"])
    values = {"object": "billing_portal.session", "customer": owner["id"], "return_url": fields["return_url"]}
    made = world.make("portals", "bps", values, now=world.now(owner))
    made["url"] = f"{world.base_url}/portal/{made['id']}"
    return made


# --- subscriptions --------------------------------------------------------------------------------------------------
@route("POST", "/v1/subscriptions")
def create_subscription(world: World, fields: Thing) -> Thing:
    owner, wanted = living(world, fields["customer"]), world.get("prices", fields["items"][0]["price"])
    behaviour = fields.get("trial_settings", {}).get("end_behavior", {}).get("missing_payment_method")
    days = int(fields.get("trial_period_days", 0))
    if not days and not owner["invoice_settings"]["default_payment_method"]:
        raise Refused(400, "This customer has no attached payment source or default payment method.")
    made = lifecycle.begin(world, owner, wanted, trial_days=days, ends_without_card=behaviour == "cancel")
    return lifecycle.shown(made, world, fields.get("expand"))


@route("GET", "/v1/subscriptions")
def list_subscriptions(world: World, fields: Thing) -> Thing:
    rows = world.things["subscriptions"].values()
    wanted = fields.get("status", "live")
    found = [
        lifecycle.shown(row, world, fields.get("expand"))
        for row in rows
        if fields.get("customer") in (None, row["customer"])
        and (wanted in ("all", row["status"]) or (wanted == "live" and row["status"] != "canceled"))
    ]
    return page(found, fields, "/v1/subscriptions")


@route("GET", "/v1/subscriptions/{}")
def subscription(world: World, fields: Thing, key: str) -> Thing:
    return lifecycle.shown(world.get("subscriptions", key), world, fields.get("expand"))


@route("POST", "/v1/subscriptions/{}")
def update_subscription(world: World, fields: Thing, key: str) -> Thing:
    found = world.get("subscriptions", key)
    if found["status"] == "canceled":
        raise Refused(400, "A canceled subscription can only update its cancellation_details and metadata.")
    if "items" in fields:
        prorates = fields.get("proration_behavior") != "none"
        lifecycle.change(world, found, world.get("prices", fields["items"][0]["price"]), prorates=prorates)
    if "cancel_at_period_end" in fields:
        cancels = is_true(fields["cancel_at_period_end"])
        end = found["items"]["data"][0]["current_period_end"]
        found |= {"cancel_at_period_end": cancels, "cancel_at": end if cancels else None}
    world.happened("customer.subscription.updated", found)
    return lifecycle.shown(found, world, fields.get("expand"))


@route("DELETE", "/v1/subscriptions/{}")
def cancel_subscription(world: World, fields: Thing, key: str) -> Thing:
    found = world.get("subscriptions", key)
    if found["status"] == "canceled":
        raise Refused(404, f"No such subscription: '{key}'", code="resource_missing")
    lifecycle.end(world, found)
    return lifecycle.shown(found, world)


@route("GET", "/v1/subscription_items")
def subscription_items(world: World, fields: Thing) -> Thing:
    return page(world.get("subscriptions", fields["subscription"])["items"]["data"], fields, "/v1/subscription_items")


# --- invoices, cards, charges ---------------------------------------------------------------------------------------
@route("GET", "/v1/invoices")
def list_invoices(world: World, fields: Thing) -> Thing:
    rows = [row for row in world.things["invoices"].values() if fields.get("customer") in (None, row["customer"])]
    return page([row for row in rows if fields.get("status") in (None, row["status"])], fields, "/v1/invoices")


@route("POST", "/v1/invoices/create_preview")
def preview_invoice(world: World, fields: Thing) -> Thing:
    found = world.get("subscriptions", fields["subscription"])
    wanted = world.get("prices", fields["subscription_details"]["items"][0]["price"])
    total = 0 if found["status"] == "trialing" else lifecycle.proration(world, found, wanted)
    balance = world.get("customers", found["customer"])["balance"]
    return {
        "object": "invoice", "id": "upcoming_in", "total": total, "amount_due": max(0, total + balance),
        "currency": wanted["currency"], "customer": found["customer"],
    }  # fmt: skip


@route("GET", "/v1/invoices/{}")
def invoice(world: World, fields: Thing, key: str) -> Thing:
    return world.get("invoices", key)


@route("POST", "/v1/invoices/{}/pay")
def pay_invoice(world: World, fields: Thing, key: str) -> Thing:
    found = world.get("invoices", key)
    if found["status"] != "open":
        raise Refused(400, f"Invoice is {found['status']}")
    if not lifecycle.settle(world, found):
        raise Refused(402, "Your card was declined.", code="card_declined", kind="card_error")
    return found


@route("POST", "/v1/setup_intents")
def create_setup_intent(world: World, fields: Thing) -> Thing:
    values = {"object": "setup_intent", "customer": fields.get("customer"), "status": "requires_payment_method"}
    return world.make("setup_intents", "seti", values, now=world.now())


@route("GET", "/v1/payment_methods")
def list_payment_methods(world: World, fields: Thing) -> Thing:
    rows = world.of_customer("payment_methods", fields["customer"])
    return page([{**row, "number": None} for row in rows], fields, "/v1/payment_methods")


@route("GET", "/v1/charges/{}")
def charge(world: World, fields: Thing, key: str) -> Thing:
    return world.get("charges", key)


@route("POST", "/v1/refunds")
def create_refund(world: World, fields: Thing) -> Thing:
    found = world.get("charges", fields["charge"])
    found["refunded"] = True
    world.happened("charge.refunded", found)
    return {"id": f"re_{found['id'][3:]}", "object": "refund", "charge": found["id"], "status": "succeeded"}


@route("GET", "/v1/disputes/{}")
def dispute(world: World, fields: Thing, key: str) -> Thing:
    found = world.get("disputes", key)
    return {**found, "charge": world.get("charges", found["charge"])} if "expand" in fields else found


@route("GET", "/v1/entitlements/active_entitlements")
def active_entitlements(world: World, fields: Thing) -> Thing:
    return page([], fields, "/v1/entitlements/active_entitlements")


# --- events, test clocks --------------------------------------------------------------------------------------------
@route("GET", "/v1/events")
def list_events(world: World, fields: Thing) -> Thing:
    since = int(fields.get("created", {}).get("gte", 0))
    return page([row for row in world.things["events"].values() if row["created"] >= since], fields, "/v1/events")


@route("GET", "/v1/events/{}")
def event(world: World, fields: Thing, key: str) -> Thing:
    return world.get("events", key)


@route("POST", "/v1/test_helpers/test_clocks")
def create_clock(world: World, fields: Thing) -> Thing:
    values = {"object": "test_helpers.test_clock", "frozen_time": int(fields["frozen_time"]), "status": "ready"}
    return world.make("clocks", "clock", values, now=world.now())


@route("GET", "/v1/test_helpers/test_clocks/{}")
def clock(world: World, fields: Thing, key: str) -> Thing:
    return world.get("clocks", key)


@route("POST", "/v1/test_helpers/test_clocks/{}/advance")
def advance_clock(world: World, fields: Thing, key: str) -> Thing:
    found = world.get("clocks", key)
    if int(fields["frozen_time"]) <= found["frozen_time"]:
        raise Refused(400, "A test clock only goes forward.")
    found["frozen_time"] = int(fields["frozen_time"])
    lifecycle.run_due(world)
    return found


# --- ours: what no Stripe has ---------------------------------------------------------------------------------------
@route("POST", "/control/advance")
def advance(world: World, fields: Thing) -> Thing:
    """Let this world's time run ahead by so many seconds."""
    world.offset += float(fields["seconds"])
    lifecycle.run_due(world)
    return {"now": world.now()}


@route("POST", "/control/dispute")
def open_dispute(world: World, fields: Thing) -> Thing:
    found = world.get("charges", fields["charge"])
    values: dict[str, Any] = {"object": "dispute", "charge": found["id"], "status": "needs_response"}
    made = world.make("disputes", "du", values, now=world.now())
    world.happened("charge.dispute.created", made)
    return made
