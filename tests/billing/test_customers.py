"""Row 53: what happens when Stripe is down, busy or answers into the void; and who may try."""

import pytest

from accounts import audit, organizations, people
from accounts.organizations import personal_organization
from billing import customers, entitlements, gateway, plans, subscriptions
from billing.fake_stripe import lifecycle
from billing.models import Customer, Source, Subscription, Trial

BACK = {"success_url": "http://testserver/paid", "cancel_url": "http://testserver/back"}


def customer_calls(stripe):
    return [key for method, path, key in stripe.calls if (method, path) == ("POST", "/v1/customers")]


@pytest.mark.parametrize("fault", ["429", "500", "503"])
def test_row_53_a_busy_stripe_is_asked_again_under_the_same_key_and_makes_one_customer(
    stripe, organization, now, fault
):
    stripe.fail(fault, method="POST", path="/v1/customers", times=2)
    customers.customer_of(organization, email="alice@alice.example", now=now)
    keys = customer_calls(stripe)
    assert len(keys) == 3 and len(set(keys)) == 1
    assert len(stripe.world.things["customers"]) == 1


def test_row_53_an_answer_that_was_lost_after_the_commit_still_leaves_one_customer(stripe, organization, now):
    stripe.fail("drop", method="POST", path="/v1/customers")
    row = customers.customer_of(organization, email="alice@alice.example", now=now)
    assert list(stripe.world.things["customers"]) == [row.stripe_id]


def test_row_53_all_answers_lost_leave_no_row_and_the_next_click_finds_the_same_customer(stripe, organization, now):
    stripe.fail("drop", method="POST", path="/v1/customers", times=4)
    with pytest.raises(gateway.GatewayError) as failed:
        customers.customer_of(organization, email="alice@alice.example", now=now)
    assert failed.value.is_transient
    assert not Customer.objects.exists()
    customers.customer_of(organization, email="alice@alice.example", now=now)
    assert len(stripe.world.things["customers"]) == 1


@pytest.mark.parametrize("fault", ["timeout", "json"])
def test_row_53_no_answer_is_an_error_that_may_pass(stripe, organization, now, monkeypatch, fault):
    stripe.slow_seconds = 1
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", 0.2)
    gateway._client_of.cache_clear()
    stripe.fail(fault, method="POST", path="/v1/customers", times=4)
    with pytest.raises(gateway.GatewayError):
        customers.customer_of(organization, email="alice@alice.example", now=now)
    gateway._client_of.cache_clear()


def test_two_clicks_leave_one_pay_page(stripe, organization, alice, now):
    wanted = {"organization": organization, "user": alice, "plan": plans.WATCHER, "interval": "month", "now": now}
    for _ in range(2):
        customers.checkout_url(**wanted, **BACK)
    assert sorted(each["status"] for each in stripe.world.things["sessions"].values()) == ["expired", "open"]


def test_who_pays_already_gets_no_second_pay_page_even_before_our_row_knows(
    subscribe, stripe, organization, alice, now
):
    subscribe()
    Subscription.objects.all().delete()
    with pytest.raises(customers.AlreadyPaying):
        customers.checkout_url(
            organization=organization, user=alice, plan=plans.WATCHER, interval="month", now=now, **BACK
        )


def test_a_trial_is_professional_for_fourteen_days_without_a_card(stripe, organization, alice, now):
    customers.start_trial(organization=organization, user=alice, now=now, actor=audit.SYSTEM)
    row = Subscription.objects.get()
    assert (row.plan, row.status, row.source) == ("professional", "trialing", Source.STRIPE)
    (begun,) = stripe.world.things["subscriptions"].values()
    assert row.trial_ends_at.timestamp() - begun["created"] == 14 * 86_400
    assert entitlements.plan_under(row, now=now) is plans.PROFESSIONAL
    stripe.advance(days=15)
    subscriptions.refresh(customers.existing_customer(organization), now=now)
    assert entitlements.plan_under(Subscription.objects.get(), now=now) is plans.FREE


def test_a_trial_with_a_card_goes_on_paid(stripe, organization, alice, now):
    customers.start_trial(organization=organization, user=alice, now=now, actor=audit.SYSTEM)
    customer = customers.existing_customer(organization)
    lifecycle.add_card(stripe.world, stripe.world.get("customers", customer.stripe_id), "4242424242424242")
    stripe.advance(days=15)
    subscriptions.refresh(customer, now=now)
    assert Subscription.objects.get().status == "active"


def test_a_person_has_one_trial_whatever_the_organization(stripe, organization, alice, now):
    customers.start_trial(organization=organization, user=alice, now=now, actor=audit.SYSTEM)
    other = organizations.create(name="Second", owner=alice, now=now)
    assert not customers.may_try(organization=other, user=alice)
    with pytest.raises(customers.NoTrial):
        customers.start_trial(organization=other, user=alice, now=now, actor=audit.SYSTEM)
    bob = people.register(email="bob@alice.example", password="correct horse battery", now=now)
    assert customers.may_try(organization=personal_organization(user=bob, now=now), user=bob)
    assert not customers.may_try(organization=organization, user=bob)


def test_a_trial_whose_answer_was_lost_is_one_trial(stripe, organization, alice, now):
    stripe.fail("drop", method="POST", path="/v1/subscriptions", times=1)
    customers.start_trial(organization=organization, user=alice, now=now, actor=audit.SYSTEM)
    assert len(stripe.world.things["subscriptions"]) == 1 and Trial.objects.count() == 1
