"""What a person sees of the fake Stripe: the pay page, the portal, an invoice, and the page that moves its time."""

import html
from string import Template
from typing import Any

from billing.fake_stripe import lifecycle
from billing.fake_stripe.endpoints import LIVE, living
from billing.fake_stripe.world import Refused, Thing, World

Answer = tuple[int, str, str]  # status, page, address to go to
FRAME = Template("""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<style>
:root{color-scheme:light dark}
body{margin:0;background:light-dark(#f6f7f9,#15171b);color:light-dark(#1c2024,#e8e8ea);font:16px/1.5 system-ui,sans-serif}
main{max-width:28rem;margin:0 auto;padding:2rem 1rem}
h1{font-size:1.4rem;margin:0 0 .5rem} h2{font-size:1.05rem;margin:2rem 0 .5rem}
.fake{background:light-dark(#fff3d6,#3b3216);padding:.5rem 1rem;font-size:.9rem;text-align:center}
.error{border-left:4px solid light-dark(#a33a1f,#eda48f);padding:.3rem .8rem;background:light-dark(#fff,#1e2126)}
label{display:block;margin:.8rem 0 .2rem} input{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;
border:1px solid light-dark(#6b7480,#98a1ab);border-radius:4px;background:light-dark(#fff,#1e2126);color:inherit}
button{font:inherit;padding:.6rem 1.1rem;margin:1rem .5rem 0 0;border:1px solid light-dark(#3f3bb8,#a9a6ff);
border-radius:4px;background:light-dark(#4540c4,#2d2a80);color:#fff;cursor:pointer}
button.second{background:none;color:inherit} table{width:100%;border-collapse:collapse;font-size:.9rem}
td,th{text-align:left;padding:.35rem .3rem;border-bottom:1px solid light-dark(#d9dde2,#333840)}
a{color:light-dark(#3f3bb8,#a9a6ff)} small,.quiet{color:light-dark(#5b636d,#a3abb4)}
</style></head><body><header class="fake">This is a stand-in for Stripe on this machine: no money moves.</header>
<main>$body</main></body></html>""")
CARD = """<label for="card">Card number</label><input id="card" name="card" inputmode="numeric" value="4242 4242 4242 4242"
 autocomplete="off"><p><small>4242 4242 4242 4242 pays · 4000 0000 0000 0002 is declined · 4000 0000 0000 0341 is
accepted and fails at the next charge · 4000 0025 0000 3155 asks for a confirmation</small></p>"""


def show(world: World, path: str) -> Answer:
    """Return the page at `path`. Raises Refused."""
    place, key, *_rest = [*path.strip("/").split("/"), ""]
    if place == "pay":
        return 200, _pay(world, world.get("sessions", key)), ""
    if place == "portal":
        return 200, _portal(world, world.get("portals", key)), ""
    if place == "invoice":
        return 200, _invoice(world, world.get("invoices", key)), ""
    if place == "":
        return 200, _index(world), ""
    raise Refused(404, "There is no such page.")


def act(world: World, path: str, fields: Thing) -> Answer:
    """Do what a form of a page asked for; return the page, or where to go. Raises Refused."""
    place, key, *_rest = [*path.strip("/").split("/"), ""]
    if place == "pay":
        return _act_pay(world, world.get("sessions", key), fields)
    if place == "portal":
        return _act_portal(world, world.get("portals", key), fields)
    if place == "invoice":
        return _act_invoice(world, world.get("invoices", key), fields)
    if path == "/":
        world.offset += float(fields.get("days") or 0) * lifecycle.DAY
        lifecycle.run_due(world)
        return 303, "", "/"
    raise Refused(404, "There is no such page.")


# --- pay page -------------------------------------------------------------------------------------------------------
def _pay(world: World, session: Thing, error: str = "", asks: str = "") -> str:
    if session["status"] != "open":
        return _frame("Closed", f"<h1>This page is {session['status']}</h1><p>Go back and choose the plan again.</p>")
    price = world.get("prices", session["price"])
    name = world.get("products", price["product"])["name"]
    title = f"Subscribe to {name}: {money(price['unit_amount'])} a {price['recurring']['interval']}"
    body = f"<h1>{html.escape(title)}</h1>{_error(error)}<form method='post'>"
    if asks:
        body += f"""<input type="hidden" name="card" value="{html.escape(asks)}"><p>Your bank asks you to confirm.</p>
<button name="do" value="confirm">Confirm</button><button class="second" name="do" value="fail">Fail</button></form>"""
        return _frame(title, body)
    body += f"""{CARD}<button name="do" value="pay">Subscribe</button>
<button class="second" name="do" value="leave">Back without paying</button></form>"""
    return _frame(title, body)


def _act_pay(world: World, session: Thing, fields: Thing) -> Answer:
    if session["status"] != "open":
        return 409, _pay(world, session), ""
    if fields.get("do") == "leave":
        return 303, "", str(session["cancel_url"])
    card = fields.get("card", "")
    if lifecycle.CARDS.get(card.replace(" ", "")) == "asks" and fields.get("do") != "confirm":
        failed = "The confirmation failed. Nothing was charged." if fields.get("do") == "fail" else ""
        return 200, _pay(world, session, failed, asks="" if failed else card), ""
    try:
        complete(world, session, card)
    except Refused as refused:
        return 402, _pay(world, session, str(refused)), ""
    return 303, "", str(session["success_url"])


def complete(world: World, session: Thing, card: str) -> Thing:
    """Pay a Checkout session with a card and return its subscription. Raises Refused."""
    customer = living(world, session["customer"])
    lifecycle.add_card(world, customer, card)
    sub = lifecycle.begin(world, customer, world.get("prices", session["price"]))
    session |= {"status": "complete", "payment_status": "paid", "subscription": sub["id"], "url": None}
    world.happened("checkout.session.completed", session)
    return sub


# --- portal ---------------------------------------------------------------------------------------------------------
def _portal(world: World, portal: Thing, error: str = "") -> str:
    customer = living(world, portal["customer"])
    card = world.things["payment_methods"].get(customer["invoice_settings"]["default_payment_method"] or "")
    shown = f"{card['card']['brand']} ending in {card['card']['last4']}" if card else "none yet"
    body = f"<h1>Your subscription</h1>{_error(error)}"
    for sub in world.of_customer("subscriptions", customer["id"]):
        if sub["status"] in LIVE:
            body += _sub(world, sub)
    body += f"<h2>Card</h2><p>Now: {html.escape(shown)}</p><form method='post'>{CARD}"
    body += '<button name="do" value="card">Save the card</button></form>'
    body += f"<h2>Invoices</h2>{_invoices(world, customer)}"
    return _frame("Portal", body + f'<p><a href="{html.escape(portal["return_url"])}">Return to ConductAtlas</a></p>')


def _sub(world: World, sub: Thing) -> str:
    price = sub["items"]["data"][0]["price"]
    name = world.get("products", price["product"])["name"]
    button = ("resume", "Do not cancel") if sub["cancel_at_period_end"] else ("cancel", "Cancel at the period's end")
    return f"""<p>{html.escape(name)}, {money(price["unit_amount"])} a {price["recurring"]["interval"]}
<span class="quiet">({html.escape(sub["status"])})</span></p><form method="post">
<input type="hidden" name="sub" value="{sub["id"]}">
<button class="second" name="do" value="{button[0]}">{button[1]}</button></form>"""


def _act_portal(world: World, portal: Thing, fields: Thing) -> Answer:
    customer = living(world, portal["customer"])
    if fields.get("do") == "card":
        try:
            lifecycle.add_card(world, customer, fields.get("card", ""))
        except Refused as refused:
            return 402, _portal(world, portal, str(refused)), ""
    elif fields.get("do") in ("cancel", "resume"):
        sub, cancels = world.get("subscriptions", fields["sub"]), fields["do"] == "cancel"
        end = sub["items"]["data"][0]["current_period_end"]
        sub |= {"cancel_at_period_end": cancels, "cancel_at": end if cancels else None}
        world.happened("customer.subscription.updated", sub)
    return 303, "", f"/portal/{portal['id']}"


# --- invoices -------------------------------------------------------------------------------------------------------
def _invoices(world: World, customer: Thing) -> str:
    rows = "".join(
        f'<tr><td><a href="/invoice/{each["id"]}">{each["number"]}</a></td><td>{money(each["total"])}</td>'
        f"<td>{each['status']}</td></tr>"
        for each in world.of_customer("invoices", customer["id"])[::-1]
    )
    return f"<table>{rows}</table>" if rows else "<p class='quiet'>None yet.</p>"


def _invoice(world: World, invoice: Thing, error: str = "") -> str:
    title = f"Invoice {invoice['number']}: {money(invoice['total'])}"
    body = f"<h1>{title}</h1><p class='quiet'>{html.escape(invoice['status'])}</p>{_error(error)}"
    if invoice["status"] == "open":
        due = money(invoice["amount_due"])
        body += f'<form method="post">{CARD}<button name="do" value="pay">Pay {due}</button></form>'
    return _frame(title, body)


def _act_invoice(world: World, invoice: Thing, fields: Thing) -> Answer:
    if invoice["status"] != "open":
        return 409, _invoice(world, invoice), ""
    try:
        lifecycle.add_card(world, living(world, invoice["customer"]), fields.get("card", ""))
    except Refused as refused:
        return 402, _invoice(world, invoice, str(refused)), ""
    paid = lifecycle.settle(world, invoice)
    return (200 if paid else 402), _invoice(world, invoice, "" if paid else "Your card was declined."), ""


# --- the world ------------------------------------------------------------------------------------------------------
def _index(world: World) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(world.things['customers'][sub['customer']].get('email') or 'deleted')}</td>"
        f"<td>{html.escape(sub['items']['data'][0]['price']['lookup_key'] or '')}</td><td>{sub['status']}</td></tr>"
        for sub in world.things["subscriptions"].values()
    )
    ahead = world.offset / lifecycle.DAY
    return _frame(
        "Fake Stripe",
        f"""<h1>Fake Stripe</h1><p>What the demo pays with. Its time runs {ahead:.0f} days ahead of ours; moving it on
lets subscriptions renew, trials end and charges fail.</p><form method="post"><label for="days">Days</label>
<input id="days" name="days" value="31" inputmode="numeric"><button>Move the time on</button></form>
<h2>Subscriptions</h2><table>{rows or "<tr><td>None yet.</td></tr>"}</table>""",
    )


def money(cents: int) -> str:
    return f"{'−' if cents < 0 else ''}${abs(cents) / 100:,.2f}"


def _error(text: str) -> str:
    return f'<p class="error" role="alert">{html.escape(text)}</p>' if text else ""


def _frame(title: str, body: str) -> str:
    return FRAME.substitute(title=html.escape(title), body=body)


def refusal(refused: Refused) -> Any:
    """Return the page of what cannot be shown."""
    return _frame("Not possible", f"<h1>Not possible</h1><p>{html.escape(str(refused))}</p>")
