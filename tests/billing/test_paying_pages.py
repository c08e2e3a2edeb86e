"""The pages of money: who may, what Stripe's silence looks like, and that nothing is offered where Stripe does not bill."""

import dataclasses

import pytest
from django.core.management import call_command

from accounts import people
from accounts.models import Membership, Role
from billing import customers, gateway, plans, subscriptions
from billing.fake_stripe import lifecycle
from billing.models import Subscription

ACTS = ("choose", "portal", "pay", "trial", "resume")


@pytest.fixture
def signed_in(client, alice):
    client.force_login(alice)
    return client


def notes(page):
    return [str(message) for message in page.context["messages"]]


@pytest.mark.parametrize("act", ACTS)
def test_where_stripe_does_not_bill_there_is_nothing_to_pay(signed_in, organization, act):
    assert signed_in.post(f"/settings/plan/{act}/", {"plan": "watcher"}).status_code == 404


@pytest.mark.parametrize("act", ACTS)
def test_only_an_owner_pays(stripe, client, organization, now, act):
    bob = people.register(email="bob@alice.example", password="correct horse battery", now=now)
    Membership.objects.filter(user=bob).delete()
    Membership.objects.create(organization=organization, user=bob, role=Role.ADMIN, created_at=now)
    client.force_login(bob)
    assert client.post(f"/settings/plan/{act}/", {"plan": "watcher"}).status_code == 403
    assert stripe.calls == []
    page = client.get("/settings/plan/").content.decode()
    assert "An owner of the organization chooses and pays" in page and "Start the trial" not in page


@pytest.mark.parametrize(
    "wanted", [{"plan": "free"}, {"plan": "gold"}, {}, {"plan": "watcher", "interval": "day"}, {"plan": "unlocked"}]
)
def test_what_is_not_on_offer_is_not_found(stripe, signed_in, organization, wanted):
    assert signed_in.post("/settings/plan/choose/", wanted).status_code == 404


@pytest.mark.parametrize("fault", ["503", "429"])
def test_a_silent_stripe_is_said_and_nothing_is_changed(stripe, signed_in, organization, fault):
    stripe.fail(fault, times=8)
    page = signed_in.post("/settings/plan/choose/", {"plan": "watcher"}, follow=True)
    assert notes(page) == ["Stripe does not answer at the moment. Nothing was changed; try again in some minutes."]
    assert signed_in.get("/settings/plan/").status_code == signed_in.get("/pricing/").status_code == 200


def test_a_refused_card_leaves_the_plan_as_it_was(subscribe, stripe, signed_in):
    customer = subscribe(card="4242424242424242")
    lifecycle.add_card(stripe.world, stripe.world.get("customers", customer.stripe_id), "4000000000000341")
    page = signed_in.post("/settings/plan/change/", {"plan": "professional", "interval": "year"}, follow=True)
    assert notes(page) == ["Stripe refused: Your card was declined. Nothing was changed."]
    subscriptions.refresh(customer, now=Subscription.objects.get().created_at)
    assert Subscription.objects.get().plan == "watcher"


def test_a_double_click_on_change_changes_once(subscribe, stripe, signed_in):
    subscribe()
    for _ in range(2):
        page = signed_in.post("/settings/plan/change/", {"plan": "professional", "interval": "month"}, follow=True)
    assert notes(page) == ["There was nothing to change."]
    assert len(stripe.world.things["charges"]) == 2  # the first month, and one difference


def test_what_stripe_did_is_not_denied_when_it_falls_silent_afterwards(subscribe, stripe, signed_in, monkeypatch, now):
    customer = subscribe()

    def silent(_stripe_id):
        raise gateway.GatewayError("Stripe does not answer", is_transient=True)

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "is_deleted", silent)  # the first thing that is asked after the act
        page = signed_in.post("/settings/plan/cancel/", follow=True)
    assert notes(page) == ["Cancelled. Everything goes on until the end of what is paid for."]
    subscriptions.refresh(customer, now=now)
    assert Subscription.objects.get().cancels_at is not None


def test_who_was_granted_the_plan_is_not_sent_to_pay_for_it(stripe, signed_in, organization, now):
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    page = signed_in.post("/settings/plan/choose/", {"plan": "watcher"}, follow=True)
    assert notes(page) == ["Your plan was granted by the operator: there is nothing to pay."]
    assert stripe.calls == []


def test_an_ended_subscription_never_hides_a_grant(subscribe, stripe, organization, now):
    customer = subscribe()
    subscriptions.cancel_for_leaving(organization, now=now)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    subscriptions.refresh(customer, now=now)
    assert Subscription.objects.get().plan == "professional"


def test_leaving_ends_every_subscription_at_once_and_twice_is_once(subscribe, stripe, organization, now):
    subscribe()
    for _ in range(2):
        subscriptions.cancel_for_leaving(organization, now=now)
    assert {each["status"] for each in stripe.world.things["subscriptions"].values()} == {"canceled"}
    assert Subscription.objects.get().status == "canceled"


def test_leaving_waits_while_stripe_is_silent(subscribe, stripe, organization, now):
    subscribe()
    stripe.fail("503", times=8)
    with pytest.raises(subscriptions.gateway.GatewayError):
        subscriptions.cancel_for_leaving(organization, now=now)
    assert Subscription.objects.get().status == "active"


def test_prices_are_made_once_and_anew_when_they_change(stripe, monkeypatch, capsys):
    call_command("stripe_prices")
    assert capsys.readouterr().out.count("kept") == 4
    cheaper = plans.Price(monthly_cents=800, annual_cents=9_000)
    monkeypatch.setattr(plans, "PLANS", (plans.FREE, _with_price(plans.WATCHER, cheaper), plans.PROFESSIONAL))
    call_command("stripe_prices")
    assert "watcher_month: made\nwatcher_year: kept\n" in capsys.readouterr().out
    assert len(stripe.world.things["prices"]) == 5


def _with_price(plan, price):
    return dataclasses.replace(plan, price=price)


def test_invoices_are_listed_and_are_this_organizations_own(subscribe, stripe, signed_in, organization, now):
    subscribe()
    page = signed_in.get("/settings/plan/invoices/").content.decode()
    assert "FAKE-0001" in page and "$9" in page and "Paid" in page
    charlie = people.register(email="charlie@charlie.example", password="correct horse battery", now=now)
    signed_in.force_login(charlie)
    assert "FAKE-0001" not in signed_in.get("/settings/plan/invoices/").content.decode()


def test_an_idempotency_key_with_other_parameters_is_refused_by_the_fake(stripe):
    client = subscriptions.gateway._client()
    client.v1.customers.create({"email": "a@a.example"}, {"idempotency_key": "one"})
    with pytest.raises(Exception, match="same parameters"):
        client.v1.customers.create({"email": "b@b.example"}, {"idempotency_key": "one"})


def test_lists_of_the_fake_come_in_pages(stripe, organization, now):
    customer = customers.customer_of(organization, email="alice@alice.example", now=now)
    price = next(iter(stripe.world.things["prices"].values()))
    owner = stripe.world.get("customers", customer.stripe_id)
    for _ in range(23):
        lifecycle.begin(stripe.world, owner, price, trial_days=14)
    assert len({state.id for state in subscriptions.gateway.states_of(customer.stripe_id)}) == 23
