"""A visitor's money in a real browser, against the stand-in for Stripe: from Free to Professional and back, nothing lost."""

import shutil
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import sync_playwright

from billing import tasks, webhooks
from billing.fake_stripe.__main__ import make_prices
from billing.fake_stripe.server import FakeStripe
from billing.models import StripeEvent, Subscription
from monitoring import watchlists
from monitoring.models import Platform, Watch
from tests import world
from tests.billing.conftest import KEY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def clock(monkeypatch):
    """A function that moves our own time on; the fake's time is moved with `stripe.advance`."""
    real, ahead = timezone.now, [timedelta()]
    monkeypatch.setattr("django.utils.timezone.now", lambda: real() + ahead[0])
    monkeypatch.setattr(tasks, "now", lambda: real() + ahead[0])

    def forward(**by):
        ahead[0] += timedelta(**by)

    return forward


@pytest.fixture
def stripe(transactional_db, live_server, settings, monkeypatch):
    """The fake, ringing at our webhook; what the web enqueues is done at once."""
    fake = FakeStripe(webhook_url=f"{live_server.url}/webhooks/stripe/").start()
    fake.deliveries.clock = lambda: timezone.now().timestamp()
    settings.BILLING, settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "stripe", KEY, fake.url
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_fake"]
    settings.CONTENT_SECURITY_POLICY = {  # as settings.py would have it with this STRIPE_API_BASE
        "DIRECTIVES": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"form-action": ["'self'", fake.url]}
    }
    make_prices(fake.world)
    monkeypatch.setattr(tasks.apply_event, "delay", lambda event_id: tasks.apply_event(event_id=event_id))
    yield fake
    fake.deliveries.wait()  # what still rings must not meet the next test's tables
    fake.stop()


@pytest.fixture
def page(live_server, client, alice, settings):
    settings.SESSION_COOKIE_AGE = 3 * 365 * 86_400  # time is moved on; who is signed in stays so
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    client.force_login(alice)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(base_url=live_server.url)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        context.set_default_timeout(10_000)
        yield context.new_page()
        browser.close()


@pytest.fixture
def alice(transactional_db, now):
    return world.person("alice", now=now)


def pay(page, card="4242 4242 4242 4242"):
    page.wait_for_url("**/pay/**")
    page.fill("#card", card)
    page.get_by_role("button", name="Subscribe").click()


def watch(alice, *slugs, now):
    organization = world.organization_of(alice)
    watchlist = watchlists.default_watchlist(organization=organization, now=now)
    for slug in slugs:
        watchlists.watch(watchlist=watchlist, platform=Platform.objects.get(slug=slug), user=alice, now=now)


def test_free_to_watcher_to_professional_annual_to_a_failed_payment_and_all_the_way_back(
    page, stripe, clock, alice, now, mailoutbox
):
    world.declare("acme", "bolt", "core", now=now)
    watch(alice, "acme", now=now)

    # Free: the second platform is refused, with one click to the plan that allows it.
    page.goto("/watchlist/")
    page.select_option("#id_platform", "bolt")
    page.get_by_role("button", name="Watch", exact=True).click()
    page.wait_for_selector("text=Nothing was changed")
    page.get_by_role("button", name="Upgrade to Watcher").click()
    pay(page, "4000 0000 0000 0002")
    page.wait_for_selector("text=Your card was declined.")
    assert not Subscription.objects.exists()
    pay(page)
    page.wait_for_selector("text=Thank you. Your plan is Watcher.")
    watch(alice, "bolt", "core", now=now)

    # Watcher to Professional, annual: the price is shown before, and what is left of Watcher is taken off.
    page.goto("/pricing/?interval=year")
    page.get_by_role("button", name="Choose Professional").click()
    page.wait_for_selector("text=Change to Professional, annual")
    assert "$1,48" in page.locator(".facts").inner_text()
    page.locator("main button").click()
    page.wait_for_selector("text=Your plan is now Professional.")
    assert "$1,490 a year" in page.locator("main").inner_text()

    # The card is changed to one that fails; a year later the payment fails, and everything goes on for seven days.
    page.get_by_role("button", name="Card and address").click()
    page.wait_for_url("**/portal/**")
    page.fill("#card", "4000 0000 0000 0341")
    page.get_by_role("button", name="Save the card").click()
    page.get_by_role("link", name="Return to ConductAtlas").click()
    page.wait_for_url("**/settings/plan/")
    clock(days=366)
    stripe.advance(days=366)
    stripe.deliveries.wait()
    page.goto("/watchlist/")
    page.wait_for_selector("text=The last payment failed.")
    assert "Paused" not in page.locator("main").inner_text()

    # The grace is over: Free is what holds. Then the invoice is paid with another card, and everything wakes.
    clock(days=5)
    tasks.sweep()
    clock(days=2)
    tasks.sweep()
    page.goto("/watchlist/")
    page.wait_for_selector("text=Professional is paused: its payment is overdue.")
    assert page.locator("strong:text-is('Paused')").count() == 2
    page.get_by_role("button", name="Pay the open invoice").click()
    page.wait_for_url("**/invoice/**")
    page.fill("#card", "4242 4242 4242 4242")
    page.click("button:text('Pay')")
    page.wait_for_selector("text=paid")
    stripe.deliveries.wait()
    page.goto("/watchlist/")
    assert page.locator(".banner").count() == 0
    assert page.locator("strong:text-is('Paused')").count() == 0

    # Down to Watcher with a credit; cancelled, resumed, cancelled for good. Free keeps what the user chose.
    page.goto("/pricing/")
    page.get_by_role("button", name="Choose Watcher").click()
    page.wait_for_selector("text=Credited today")
    page.get_by_role("button", name="Change the plan").click()
    page.wait_for_selector("text=Your plan is now Watcher.")
    page.get_by_role("link", name="Cancel the plan").click()
    page.get_by_role("button", name="Cancel at the end of the period").click()
    page.wait_for_selector("text=Watcher ends on")
    page.get_by_role("button", name="Resume").click()
    page.wait_for_selector("text=Your plan goes on.")
    page.get_by_role("link", name="Cancel the plan").click()
    page.get_by_role("button", name="Cancel at the end of the period").click()
    page.wait_for_selector("text=Watcher ends on")
    clock(days=32)
    stripe.advance(days=40)
    stripe.deliveries.wait()
    page.goto("/watchlist/")
    page.wait_for_selector("text=2 platforms are paused.")
    page.get_by_role("link", name="Choose what stays").click()
    page.wait_for_url("**/watchlist/choose/")
    page.get_by_label("Acme").uncheck()
    page.get_by_label("Bolt").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("text=What you chose stays watched.")
    rows = watchlists.watched(organization=world.organization_of(alice), now=timezone.now())
    assert [(row.watch.platform.slug, row.is_active) for row in rows] == [
        ("bolt", True), ("acme", False), ("core", False),
    ]  # fmt: skip
    assert Watch.objects.count() == 3

    page.goto("/settings/plan/invoices/")
    assert page.locator("tbody tr").count() >= 4
    subjects = [mail.subject for mail in mailoutbox]
    for part in ("is now on Watcher", "is now on Professional", "The payment for Professional failed",
                 "Professional is paused from", "is now on Free"):  # fmt: skip
        assert any(part in subject for subject in subjects), (part, subjects)
    assert not StripeEvent.objects.exclude(outcome__in=("applied", "ignored")).exists()
    assert webhooks.reconcile(now=timezone.now())[1] == 0


def test_a_trial_begins_without_a_card_and_goes_on_with_one(page, stripe, clock, alice, now, mailoutbox):
    page.goto("/settings/plan/")
    page.get_by_role("button", name="Start the trial").click()
    page.wait_for_selector("text=You have Professional for 14 days. No card is needed.")
    clock(days=12)
    stripe.advance(days=12)
    tasks.sweep()
    assert any("Your trial of Professional ends on" in mail.subject for mail in mailoutbox)
    page.goto("/")
    page.get_by_role("button", name="Add a card").click()
    page.wait_for_url("**/portal/**")
    page.get_by_role("button", name="Save the card").click()
    clock(days=3)
    stripe.advance(days=3)
    stripe.deliveries.wait()
    page.goto("/settings/plan/")
    assert "$149 a month" in page.locator("main").inner_text() and "Renews" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="Start the trial").count() == 0


def test_a_bank_that_asks_is_answered_on_the_pay_page(page, stripe, alice):
    page.goto("/pricing/")
    page.get_by_role("button", name="Choose Watcher").click()
    pay(page, "4000 0025 0000 3155")
    page.get_by_role("button", name="Fail").click()
    page.wait_for_selector("text=Nothing was charged.")
    pay(page, "4000 0025 0000 3155")
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_selector("text=Thank you. Your plan is Watcher.")
