"""What people do on the pages, in a real browser; tests/test_every_page.py looks at all of them."""

import pytest

from monitoring.alerts import delivery, matching
from tests import browsing, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
browser, visit = browsing.browser, browsing.visit


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
