"""Each page in a real browser: axe finds nothing in light and dark, nothing overflows a phone, no console error."""

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from monitoring.alerts import delivery, matching
from tests import world
from tests.monitoring.views.test_pages import addresses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's loop runs in this thread; our queries do not
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            yield browser
            browser.close()


@pytest.fixture
def visit(browser, live_server):
    """Return a function that opens an address and returns the page with the errors of its console as `.errors`."""
    contexts = []

    def opened(address, *, scheme="light", width=1280, session=None):
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        contexts.append(context)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.errors = []
        page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(live_server.url + address)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def session(client, alice, change, source, now, settings, tmp_path):
    """A signed-in session of Alice, who watches Acme and has a mail of its change."""
    settings.EMAIL_FILE_PATH = tmp_path
    settings.EMAIL_BACKEND = "monitoring.alerts.mailbox.EmailBackend"
    world.watch(alice, source, now=now)
    matching.match(change, now=now)
    delivery.deliver_due(now=now + 8 * world.DAY)
    client.force_login(alice)
    return client.cookies["sessionid"].value


def faults(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(fault["id"], [node["html"][:160] for node in fault["nodes"]]) for fault in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_have_no_fault(scheme, visit, change):
    for name, address in addresses(change).items():
        page = visit(address, scheme=scheme)
        assert faults(page) == [], name
        assert page.errors == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_behind_the_sign_in_have_no_fault(scheme, visit, session, tmp_path):
    mail = next(Path(tmp_path).glob("*.eml")).stem
    for address in ("/watchlist/", "/mailbox/", f"/mailbox/{mail}/"):
        page = visit(address, scheme=scheme, session=session)
        assert faults(page) == [], address
        assert page.errors == [], address


@pytest.mark.parametrize("width", [360, 768, 2560])
def test_no_page_is_wider_than_the_window(width, visit, change, session):
    for name, address in [*addresses(change).items(), ("watchlist", "/watchlist/"), ("mailbox", "/mailbox/")]:
        page = visit(address, width=width, session=session)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name


def test_a_watch_is_added_and_removed_by_keyboard_alone(visit, client, alice, source):
    client.force_login(alice)
    page = visit("/watchlist/", session=client.cookies["sessionid"].value)
    page.locator("#id_platform").focus()
    page.keyboard.press("A")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Acme is on your watchlist.")
    page.get_by_role("button", name="Remove Acme").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Acme is no longer on your watchlist.")


def test_a_link_from_the_change_leads_to_the_clause_in_the_text(visit, change):
    page = visit(change.get_absolute_url())
    page.locator(".clause header a").first.click()
    page.wait_for_load_state()
    assert page.evaluate("document.querySelector(':target') !== null")


def pages_of_watches():
    from monitoring.alerts import preferences
    from monitoring.models import Channel, Watch

    channel = Channel.objects.select_related("organization").get()
    return [
        "/watchlist/",
        f"/watchlist/{Watch.objects.first().pk}/",
        "/watchlist/listen/rule/?type=data_retention&term=data_retention+days+above+30",
        "/watchlist/listen/provision_type/",
        "/watchlist/vendors/",
        "/settings/messages/",
        "/settings/messages/next/",
        f"/preferences/{preferences.token(channel)}/",
        f"/unsubscribe/{preferences.token(channel)}/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_watches_have_no_fault_and_fit_a_phone(scheme, visit, session, alice, now):
    from billing import plans, subscriptions

    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    for address in pages_of_watches():
        page = visit(address, scheme=scheme, width=360, session=session)
        assert faults(page) == [], address
        assert page.errors == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address


def test_a_rule_is_built_tried_and_kept_by_mouse(visit, session, alice, now):
    from billing import plans, subscriptions

    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    page = visit("/watchlist/listen/rule/", session=session)
    page.select_option("#type", "data_retention")
    page.get_by_role("button", name="Show its rules").click()
    page.select_option("#comparison", "data_retention retention_days above")
    page.fill("#more", "30")
    page.get_by_role("button", name="Take it").click()
    page.wait_for_selector("text=It would have told once in the last twelve months")
    page.get_by_role("button", name="Watch", exact=True).click()
    page.wait_for_selector("text=is on your watchlist.")
    assert "above 30 days" in page.inner_text(".watches")


def test_a_change_is_walked_by_keys(visit, change):
    page = visit(change.get_absolute_url())
    assert page.locator(".keys").is_visible()
    assert page.locator("details.unchanged[open]").count() == 0
    page.keyboard.press("u")
    assert page.locator("details.unchanged:not([open])").count() == 0
    page.keyboard.press("u")
    seen = []
    for key in "jjk":
        page.keyboard.press(key)
        seen.append(page.evaluate("document.activeElement.id"))
    assert seen[0] == seen[2] != seen[1] and all(each.startswith("edit-") for each in seen)


def test_keys_are_left_to_fields_and_to_the_browser(visit, change):
    page = visit("/search/?q=x")
    page.locator("#id_q").fill("")
    page.locator("#id_q").type("juk")
    assert page.locator("#id_q").input_value() == "juk"


def test_a_change_is_read_whole_without_a_script(browser, live_server, change):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + change.get_absolute_url())
    assert not page.locator(".keys").is_visible()
    page.locator("details.unchanged summary").first.click()
    assert page.locator("details.unchanged[open] .text").first.is_visible()
    context.close()


def test_a_page_on_paper_shows_the_words_and_not_the_furniture(visit, change):
    page = visit(change.get_absolute_url())
    page.emulate_media(media="print")
    assert page.locator(".clause .text").first.is_visible()
    for furniture in (".masthead nav", "details.unchanged", ".keys", ".switch"):
        assert not page.locator(furniture).first.is_visible(), furniture
