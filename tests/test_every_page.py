"""Every page of tests/pages.py in a real browser, and that no page is missing there."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing import customers, plans, subscriptions
from billing.fake_stripe import pages
from monitoring import today
from tests import browsing, world
from tests.billing import conftest as billing
from tests.browsing import faults, is_too_wide
from tests.monitoring import faces
from tests.pages import GUARDED, HALFWAY, MEMBER, NEWCOMER, PAGES, PASSWORD, PAYER, VISITOR, Page, furnish
from tests.routes import routes

browser, visit, stripe, now, own_cache = browsing.browser, browsing.visit, billing.stripe, faces.now, faces.own_cache
PEOPLE = {MEMBER: "alice", NEWCOMER: "charlie", GUARDED: "dora", HALFWAY: "erin"}
WIDTHS = (360, 768, 2560)
# What Django's forms of records load tries out styles that our policy forbids; nothing is amiss without them.
JQUERY = "Applying inline style violates the following Content Security Policy directive 'style-src"

# What answers a GET with HTML and is no page of its own: shown in a frame, or asked for by another page.
PARTS = {"monitoring:message_html", "monitoring:message_next_html", "monitoring:mail_html"}
# Where these addresses lead depends on what was done before; their pages are others of the list.
ON_THE_WAY = {
    "account_set_password", "account_confirm_login_code", "socialaccount_signup", "mfa_login_webauthn", "account_email",
}  # fmt: skip


@pytest.fixture
def furnished(db, now, settings, tmp_path):
    """People by name, with sessions by who looks, and what the addresses name."""
    settings.EMAIL_FILE_PATH = tmp_path
    settings.EMAIL_BACKEND = "monitoring.alerts.mailbox.EmailBackend"
    people = {name: world.person(name, now=now) for name in ("charlie", "dora", "erin")}
    people["alice"] = world.person("alice", plan="professional", now=now)
    clients = {by: signed_in(people[name]) for by, name in PEOPLE.items() if by != HALFWAY}
    sources = world.declare("acme", "borea", now=now - 400 * world.DAY)
    named = furnish(people, sources, now=now, mails=tmp_path)
    return named, clients | {HALFWAY: signed_in(people["erin"]), VISITOR: Client()}


@pytest.fixture
def payer(stripe, now, db):
    """Fay, who pays for Watcher; a fake Stripe stands behind the pages of money."""
    fay = world.person("fay", now=now)
    pay = {
        "organization": world.organization_of(fay),
        "user": fay,
        "plan": plans.WATCHER,
        "interval": "month",
        "now": now,
    }
    url = customers.checkout_url(**pay, success_url="http://testserver/paid", cancel_url="http://testserver/back")
    with stripe.world.lock:
        pages.complete(stripe.world, stripe.world.get("sessions", url.rsplit("/", 1)[1]), "4242424242424242")
    subscriptions.refresh(customers.existing_customer(pay["organization"]), now=now)
    return signed_in(fay)


def signed_in(person):
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def session_of(client):
    cookie = client.cookies.get("sessionid")
    return cookie.value if cookie else None


def look_at(page, address, status):
    """Return what is wrong with a page: by axe in light and dark, in its console, and at other widths."""
    wrong = []
    if page.answer.status != status:
        wrong.append(f"answers with {page.answer.status}")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # or colours would be on their way
        wrong += [(scheme, fault) for fault in faults(page)]
    if status == 200:
        wrong += page.errors  # the browser notes every other status as an error
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if is_too_wide(page):
            wrong.append(f"wider than {width} px")
    return [(address, *([each] if isinstance(each, str) else each)) for each in wrong]


def inspected(visit, rows, named, client):
    found = []
    for row in rows:
        address = row.address.format(**named)
        page = visit(address, session=session_of(client))
        found += look_at(page, address, row.status)
        page.context.close()
    return found


@pytest.mark.browser
@pytest.mark.timeout(900)  # dozens of pages, each four times
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", [VISITOR, NEWCOMER, MEMBER, GUARDED, HALFWAY])
def test_no_page_has_a_fault_an_error_or_is_too_wide(by, visit, furnished):
    named, clients = furnished
    wrong = inspected(visit, [row for row in PAGES if row.by == by], named, clients[by])
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_page_of_money_has_a_fault_an_error_or_is_too_wide(visit, payer):
    wrong = inspected(visit, [row for row in PAGES if row.by == PAYER], {}, payer)
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.browser
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
def test_no_record_of_the_operators_has_a_fault_an_error_or_is_too_wide(visit, furnished):
    _named, clients = furnished
    User.objects.filter(email="alice@alice.example").update(is_staff=True, is_superuser=True)
    wrong = inspected(visit, [Page("admin", address, MEMBER) for address in records()], {}, clients[MEMBER])
    wrong = [each for each in wrong if not each[1].startswith(JQUERY)]
    assert wrong == [], "\n".join(map(str, wrong))


def records():
    """Return the addresses of the operators' records: the first page, every list, and one row of each that has any."""
    lists = [f"admin:{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
    rows = [
        reverse(f"{name}_change", args=[model._default_manager.first().pk])
        for name, model in zip(lists, admin.site._registry, strict=True)
        if model._default_manager.exists()
    ]
    return [reverse("admin:index"), *(reverse(f"{name}_changelist") for name in lists), *rows]


def out_of_date(visit, settings, monkeypatch):
    """Send a form whose secret is gone, as it is where cookies are off."""
    page = visit("/accounts/login/")
    with page.expect_navigation() as arrived:
        page.evaluate(
            "const form = document.querySelector('main form'); form[0].remove(); form.noValidate = true; form.submit()"
        )
    page.answer = arrived.value
    return page


def tried_too_often(visit, settings, monkeypatch):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/h/ip"}
    for _ in range(2):
        page = visit("/accounts/login/")
        page.fill("[name=login]", "nobody@nowhere.example")
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation() as arrived:
            page.press("[name=password]", "Enter")
    page.answer = arrived.value
    return page


def broken(visit, settings, monkeypatch):
    def fail():
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(today, "counts", fail)
    return visit("/provision-types/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("meet", "status"), [(out_of_date, 403), (tried_too_often, 429), (broken, 500)])
def test_no_page_of_an_error_has_a_fault_or_is_too_wide(meet, status, visit, settings, monkeypatch, own_cache):
    page = meet(visit, settings, monkeypatch)
    assert page.locator("main .label").inner_text().endswith(str(status))
    assert look_at(page, meet.__name__, status) == []


def test_every_address_of_the_list_answers_as_it_says(furnished):
    named, clients = furnished
    wrong = []
    for row in PAGES:
        if row.by in clients:
            answer = clients[row.by].get(row.address.format(**named), follow=True)
            kind = answer.headers["Content-Type"]
            if answer.status_code != row.status or not kind.startswith("text/html"):
                wrong.append((row.address, row.by, answer.status_code, kind))
    assert wrong == [], "\n".join(map(str, wrong))


def test_no_page_is_missing_from_the_list(furnished):
    """A new page fails here until a line of PAGES names it."""
    named, clients = furnished
    listed = {row.name for row in PAGES} | PARTS | ON_THE_WAY
    unlisted = [route for route in routes() if not route.is_api and route.name not in listed]
    missing = []
    for route in unlisted:
        answer = clients[MEMBER].get(route.address(**named))
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            missing.append(route.name)
    assert missing == [], "give each a line in tests/pages.py"
