"""Rows 51 and 52: what Stripe tells us is believed only when it signed it just now, and ends in the state its API shows."""

import json
import logging
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent
from billing import entitlements, gateway, plans, tasks, webhooks
from billing.fake_stripe import endpoints, lifecycle
from billing.fake_stripe.deliveries import signature
from billing.models import Notice, StripeEvent, Subscription
from tests.billing.conftest import KEY

EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "invoice.paid",
    "created": 1_795_348_800,
    "livemode": False,
    "data": {"object": {"id": "in_1", "object": "invoice", "customer": "cus_1"}},
}


@pytest.fixture
def ring(db, client, stripe, now, monkeypatch):
    """A function that posts an event as Stripe does; the task that follows is only counted, in `.tasks`."""
    done = []
    monkeypatch.setattr(tasks.apply_event, "delay", lambda **ids: done.append(ids))
    monkeypatch.setattr("billing.views.webhook.timezone.now", lambda: now)

    def ring_(event=EVENT, *, at=now, secret="whsec_fake", header=None, body=None):
        body = body or json.dumps(event).encode()
        header = signature(body, secret, at=int(at.timestamp())) if header is None else header
        headers = {"Stripe-Signature": header} if header else {}
        return client.post("/webhooks/stripe/", body, content_type="application/json", headers=headers)

    ring_.tasks = done
    return ring_


def test_row_51_a_signed_event_is_kept_once_and_answered_at_once(ring, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert [ring().status_code for _ in range(3)] == [204] * 3
    row = StripeEvent.objects.get()
    assert (row.event_id, row.kind, row.customer_id, row.object_id) == ("evt_1", "invoice.paid", "cus_1", "in_1")
    assert ring.tasks == [{"event_id": row.pk}]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("no signature", {"header": ""}),
        ("nonsense", {"header": "t=soon,v1=abc"}),
        ("an older scheme only", {"header": "t=1795348800,v0=abc"}),
        ("another secret", {"secret": "whsec_of_somebody"}),
        ("signed 301 s ago", {"at": datetime(2026, 11, 22, 11, 54, 59, tzinfo=UTC)}),
        ("signed 301 s from now", {"at": datetime(2026, 11, 22, 12, 5, 1, tzinfo=UTC)}),
        ("signed tomorrow", {"at": datetime(2026, 11, 23, 12, tzinfo=UTC)}),
        ("no event", {"body": b'{"object": "event"}'}),
        ("no JSON", {"body": b"{"}),
        ("not text", {"body": b"\xff\xfe"}),
    ],
)
def test_row_51_what_stripe_did_not_sign_now_is_refused(ring, name, changes):
    assert ring(**changes).status_code == 400, name
    assert not StripeEvent.objects.exists()


def test_row_51_a_changed_body_is_refused(ring, now):
    header = signature(json.dumps(EVENT).encode(), "whsec_fake", at=int(now.timestamp()))
    assert ring(EVENT | {"livemode": True}, header=header).status_code == 400


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_row_51_five_minutes_either_way_are_believed(ring, now, seconds):
    assert ring(at=now + timedelta(seconds=seconds)).status_code == 204


def test_row_51_two_secrets_are_good_while_one_replaces_the_other(ring, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_fake"]
    assert ring().status_code == ring(EVENT | {"id": "evt_2"}, secret="whsec_new").status_code == 204


def test_row_51_no_secret_believes_nobody(ring, settings):
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert ring(secret="").status_code == 400


def test_the_door_is_shut_where_stripe_does_not_bill(ring, settings):
    settings.BILLING = "manual"
    assert ring().status_code == 404


# --- row 52 ---------------------------------------------------------------------------------------------------------
def tell(stripe, now, events=None):
    """Keep and apply what the fake has to tell, in the order given."""
    for event in events if events is not None else stripe.deliveries.held:
        webhooks.keep(gateway._event(event), now=now)
        for row in StripeEvent.objects.filter(event_id=event["id"]):
            webhooks.apply(row.pk, now=now)


def test_row_52_events_in_reverse_end_in_the_state_the_api_shows(subscribe, stripe, now):
    customer = subscribe()
    with stripe.world.lock:
        endpoints.delete_customer(stripe.world, {}, customer.stripe_id)
    tell(stripe, now, stripe.deliveries.held[::-1])
    assert Subscription.objects.get().status == "canceled"
    customer.refresh_from_db()
    assert customer.deleted_at == now


def test_row_52_the_wrong_mode_and_what_is_unknown_change_nothing(subscribe, stripe, now):
    customer = subscribe()
    before = Subscription.objects.values().get()
    about = {"object": {"id": "in_1", "object": "invoice", "customer": customer.stripe_id}}
    tell(stripe, now, [
        EVENT | {"id": "evt_live", "livemode": True, "data": about},
        EVENT | {"id": "evt_type", "type": "radar.early_fraud_warning.created", "data": about},
        EVENT | {"id": "evt_nobody"},
    ])  # fmt: skip
    rows = dict(StripeEvent.objects.values_list("event_id", "detail"))
    assert rows == {
        "evt_live": "of live mode: our key is of the other",
        "evt_type": "of a type that changes nothing here",
        "evt_nobody": "about nobody we know",
    }
    assert not StripeEvent.objects.exclude(outcome="ignored").exists()
    assert Subscription.objects.values().get() == before


def test_row_52_a_price_that_is_not_ours_is_kept_for_the_operator_and_changes_nothing(subscribe, stripe, now, caplog):
    customer = subscribe()
    for sub in stripe.world.things["subscriptions"].values():
        sub["items"]["data"][0]["price"] = sub["items"]["data"][0]["price"] | {"metadata": {}}
    event = EVENT | {"data": {"object": {"id": "in_1", "object": "invoice", "customer": customer.stripe_id}}}
    tell(stripe, now, [event])
    row = StripeEvent.objects.get()
    assert row.outcome == "failed" and "metadata `plan`" in row.detail and "evt_1" in caplog.text
    assert Subscription.objects.get().plan == "watcher"


def test_an_event_waits_while_stripe_is_down_and_is_applied_later(subscribe, stripe, now):
    subscribe()
    Subscription.objects.all().delete()
    stripe.fail("503", times=4)
    tell(stripe, now, stripe.deliveries.held[-1:])
    assert (StripeEvent.objects.get().outcome, StripeEvent.objects.get().handled_at) == ("waiting", None)
    assert webhooks.apply_waiting(now=now) == 1
    assert StripeEvent.objects.get().outcome == "applied" and Subscription.objects.get().plan == "watcher"


@pytest.mark.parametrize(
    ("odd", "told"), [({"status": "dormant"}, "is dormant: no status"), ({"items": {"data": []}}, "IndexError")]
)
def test_an_event_that_breaks_the_reading_is_kept_for_the_operator_and_stands_in_nobodys_way(
    subscribe, stripe, now, caplog, odd, told
):
    customer = subscribe()
    for sub in stripe.world.things["subscriptions"].values():
        sub |= odd
    about = {"object": {"id": "in_1", "object": "invoice", "customer": customer.stripe_id}}
    for event in (EVENT | {"data": about}, EVENT | {"id": "evt_2", "type": "radar.early_fraud_warning.created"}):
        webhooks.keep(gateway._event(event), now=now)
    assert webhooks.apply_waiting(now=now) == 2
    assert dict(StripeEvent.objects.values_list("event_id", "outcome")) == {"evt_1": "failed", "evt_2": "ignored"}
    assert told in StripeEvent.objects.get(event_id="evt_1").detail
    assert "evt_1" in caplog.text
    assert webhooks.reconcile(now=datetime.now(UTC))[1] == 0


def test_a_night_without_stripe_costs_each_waiting_event_one_attempt(subscribe, stripe, now, monkeypatch):
    customer = subscribe()
    about = {"object": {"id": "in_1", "object": "invoice", "customer": customer.stripe_id}}
    for number in range(3):
        webhooks.keep(gateway._event(EVENT | {"id": f"evt_{number}", "data": about}), now=now)

    def away(*_, **__):
        raise gateway.GatewayError("Stripe did not answer", is_transient=True)

    monkeypatch.setattr(webhooks, "APPLY_AT_ONCE", 3)
    monkeypatch.setattr(webhooks.subscriptions, "refresh", away)
    monkeypatch.setattr(gateway, "events_since", lambda moment: iter(()))
    webhooks.reconcile(now=now)
    assert list(StripeEvent.objects.values_list("outcome", "attempts")) == [("waiting", 1)] * 3


def test_the_night_finds_events_that_never_came_and_rows_that_differ(subscribe, stripe):
    now = datetime.now(UTC)
    subscribe()
    found, mended = webhooks.reconcile(now=now)
    assert found == len(stripe.world.things["events"]) and mended == 0
    Subscription.objects.update(plan="professional")
    assert webhooks.reconcile(now=now) == (0, 1)
    assert Subscription.objects.get().plan == "watcher"


def test_a_customer_that_cannot_be_compared_does_not_keep_the_others_from_it(subscribe, stripe, now):
    subscribe()
    stripe.fail("500", path="/v1/subscriptions", times=4)
    assert webhooks.reconcile(now=datetime.now(UTC))[1] == 0


ACTS = ("watcher", "professional", "annual", "cancel", "resume", "bad card", "good card", "month", "week", "settle")


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.sampled_from(ACTS), max_size=6), seed=st.integers(0, 999))
def test_row_52_any_order_and_any_doubling_ends_in_the_state_the_api_shows(subscribe, stripe, now, acts, seed):
    chance = random.Random(seed)
    stripe.world.answers.clear()  # each example has a customer of its own
    with transaction.atomic():
        customer = subscribe()
        stripe.deliveries.held.clear()
        for act in acts:
            _do(stripe, customer, act)
            late = stripe.deliveries.held
            tell(stripe, now, chance.sample(late, chance.randint(0, len(late) // 2)))
        _do(stripe, customer, "rename")
        told = chance.choices(stripe.deliveries.held, k=5) + stripe.deliveries.held
        tell(stripe, now, chance.sample(told, len(told)))
        row, state = Subscription.objects.get(), gateway.state_of(customer.stripe_id)
        assert (row.plan, row.status, row.interval) == (state.plan_key, state.status, state.interval)
        assert (row.period_ends_at, row.stripe_subscription_id) == (state.period_ends_at, state.id)
        assert row.cancels_at == (None if state.status == "canceled" else state.cancels_at)
        assert bool(row.past_due_at) == (state.status == "past_due")
        transaction.set_rollback(True)


def _do(stripe, customer, act):
    world = stripe.world
    with world.lock:
        owner = world.get("customers", customer.stripe_id)
        sub = world.of_customer("subscriptions", owner["id"])[-1]
        if act in ("month", "week"):
            stripe.advance(days={"month": 31, "week": 7}[act])
        elif act in ("bad card", "good card"):
            lifecycle.add_card(world, owner, "4000000000000341" if act == "bad card" else "4242424242424242")
        elif act == "settle":
            for made in world.of_customer("invoices", owner["id"]):
                if made["status"] == "open" and sub["status"] == "past_due":
                    lifecycle.settle(world, made)
        elif act == "rename":
            endpoints.update_customer(world, {"name": "Alice"}, owner["id"])
        elif sub["status"] != "canceled":
            _change(world, sub, act)


def _change(world, sub, act):
    if act in ("cancel", "resume"):
        return endpoints.update_subscription(world, {"cancel_at_period_end": str(act == "cancel")}, sub["id"])
    key = {"watcher": "watcher_month", "professional": "professional_month", "annual": "professional_year"}[act]
    (price,) = [each for each in world.things["prices"].values() if each["lookup_key"] == key]
    fields = {"items": [{"price": price["id"]}], "proration_behavior": "none"}
    return endpoints.update_subscription(world, fields, sub["id"])


# --- row 55 ---------------------------------------------------------------------------------------------------------
def test_row_55_a_failed_payment_leaves_seven_days_then_free_then_all_again(subscribe, stripe, organization, now):
    customer = subscribe(plans.PROFESSIONAL, "year")
    with stripe.world.lock:
        owner = stripe.world.get("customers", customer.stripe_id)
        lifecycle.add_card(stripe.world, owner, "4000000000000341")
    stripe.advance(days=366)
    tell(stripe, now)
    row = Subscription.objects.get()
    assert row.status == "past_due" and row.past_due_at
    day = timedelta(days=1)
    assert entitlements.plan_under(row, now=row.past_due_at + 7 * day - timedelta(seconds=1)) is plans.PROFESSIONAL
    assert entitlements.plan_under(row, now=row.past_due_at + 7 * day) is plans.FREE
    assert list(Notice.objects.filter(kind="payment_failed").values_list("organization", flat=True)) == [
        organization.pk
    ]
    with stripe.world.lock:
        lifecycle.add_card(stripe.world, owner, "4242424242424242")
        (due,) = [each for each in stripe.world.of_customer("invoices", owner["id"]) if each["status"] == "open"]
        lifecycle.settle(stripe.world, due)
    tell(stripe, now)
    row.refresh_from_db()
    assert (row.status, row.past_due_at) == ("active", None)
    assert entitlements.plan_under(row, now=now + 400 * day) is plans.PROFESSIONAL


def test_row_55_a_payment_that_never_comes_ends_the_subscription(subscribe, stripe, now):
    customer = subscribe()
    with stripe.world.lock:
        lifecycle.add_card(stripe.world, stripe.world.get("customers", customer.stripe_id), "4000000000000341")
    stripe.advance(days=60)
    tell(stripe, now)
    assert Subscription.objects.get().status == "canceled"


def test_row_55_a_refund_or_dispute_is_noted_once_and_takes_nothing_away(subscribe, stripe, organization, now):
    customer = subscribe()
    stripe.deliveries.held.clear()
    with stripe.world.lock:
        (charge,) = stripe.world.of_customer("charges", customer.stripe_id)
        endpoints.create_refund(stripe.world, {"charge": charge["id"]})
        endpoints.open_dispute(stripe.world, {"charge": charge["id"]})
    for _ in range(2):
        tell(stripe, now)
    verbs = list(AuditEvent.objects.for_organization(organization).values_list("verb", flat=True))
    assert verbs.count("payment.refunded") == verbs.count("payment.disputed") == 1
    assert entitlements.plan_under(Subscription.objects.get(), now=now) is plans.WATCHER


# --- secrets --------------------------------------------------------------------------------------------------------
def test_no_stripe_key_reaches_a_log(subscribe, stripe, organization, now, caplog, settings):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("stripe").setLevel(logging.DEBUG)
    customer = subscribe()
    stripe.fail("500", times=4)
    tell(stripe, now, stripe.deliveries.held[-1:])
    settings.STRIPE_SECRET_KEY = "rk_test_refusedByTheFake000000"
    with pytest.raises(gateway.GatewayError, match="refused the key in STRIPE_SECRET_KEY") as refused:
        gateway.state_of(customer.stripe_id)
    logging.getLogger("billing").exception("with its traceback", exc_info=refused.value)
    assert "traceback" in caplog.text
    for secret in (KEY, "rk_test_refusedByTheFake000000", "whsec_fake"):
        assert secret not in caplog.text


def test_an_operator_sees_the_events_and_applies_one_again(subscribe, stripe, admin_client, now):
    subscribe()
    tell(stripe, now)
    row = StripeEvent.objects.latest("id")
    assert row.event_id in admin_client.get("/operators/billing/stripeevent/").content.decode()
    Subscription.objects.update(plan="professional")
    admin_client.post(
        "/operators/billing/stripeevent/", {"action": "replay", "_selected_action": [row.pk]}, follow=True
    )
    assert Subscription.objects.get().plan == "watcher"
