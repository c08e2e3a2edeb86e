"""An organization of Alice's, and a cache of the test's own for what is counted."""

import uuid
from io import StringIO

import pytest
from django.core.management import call_command

from accounts import organizations, people
from billing import customers, plans, subscriptions
from billing.fake_stripe import pages
from billing.fake_stripe.server import FakeStripe

BACK = {"success_url": "http://testserver/paid", "cancel_url": "http://testserver/back"}
KEY = "sk_test_" + "51NotARealKey" * 3


@pytest.fixture(autouse=True)
def own_cache(settings):
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": uuid.uuid4().hex}}


@pytest.fixture
def alice(db, now):
    return people.register(email="alice@alice.example", password="correct horse battery", name="Alice", now=now)


@pytest.fixture
def organization(alice, now):
    return organizations.personal_organization(user=alice, now=now)


@pytest.fixture
def stripe(settings, monkeypatch):
    """A fake Stripe that holds its webhooks back, with our prices made there; BILLING=stripe."""
    fake = FakeStripe().start()
    fake.deliveries.holds = True
    settings.BILLING = "stripe"
    settings.STRIPE_SECRET_KEY = KEY
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_fake"]
    settings.STRIPE_API_BASE = fake.url
    call_command("stripe_prices", stdout=StringIO())
    fake.calls.clear()
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.01)
    monkeypatch.setattr("stripe._http_client.HTTPClient.MAX_DELAY", 0.02)
    yield fake
    fake.stop()


@pytest.fixture
def subscribe(stripe, organization, alice, now):
    """A function that subscribes Alice's organization with a card, as the pay page does, and returns the customer."""

    def subscribe_(plan=plans.WATCHER, interval="month", card="4242424242424242"):
        url = customers.checkout_url(
            organization=organization, user=alice, plan=plan, interval=interval, now=now, **BACK
        )
        with stripe.world.lock:
            pages.complete(stripe.world, stripe.world.get("sessions", url.rsplit("/", 1)[1]), card)
        customer = customers.existing_customer(organization)
        subscriptions.refresh(customer, now=now)
        return customer

    return subscribe_
