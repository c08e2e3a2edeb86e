"""The pages of a workspace in a real browser: axe finds nothing in light and dark, none is too wide, and keys are enough."""

import pytest

from accounts import audit
from billing import plans, subscriptions
from monitoring import acceptances, requests, reviews
from monitoring.alerts import matching
from monitoring.models import Request, Review
from tests import world
from tests.monitoring.faces import CHANGED
from tests.monitoring.views import test_browser as shared

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
browser, visit, faults = shared.browser, shared.visit, shared.faults


@pytest.fixture
def session(client, alice, change, source, now):
    """A session of Alice, an operator too: a change to review, one reviewed and overdue, a drifted document, a request."""
    organization = world.organization_of(alice)
    type(alice).objects.filter(pk=alice.pk).update(is_staff=True)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    world.watch(alice, source, now=now)
    _reading, later = world.serve(source, world.terms(**CHANGED | {"c3": "We keep them for ever."}), at=now - world.DAY)
    for each in (change, later):
        matching.match(each, now=now)
    actor = audit.Actor(user_id=alice.pk)
    wanted = {
        "state": Review.State.ACTION_NEEDED, "owner": organization.memberships.get(), "decision": "We opt out.",
        "due_date": (now - world.DAY).date(),
    }  # fmt: skip
    reviews.update(organization=organization, change=change, wanted=wanted, note="Seen.", now=now, actor=actor)
    acceptances.mark(
        organization=organization, version=change.before, accepted_date=now.date(), note="", now=now, actor=actor
    )
    requests.ask(
        organization=organization, user=alice, kind=Request.Kind.PLATFORM, name="Bolt", address="bolt.example",
        why="We use it.", now=now, actor=actor,
    )  # fmt: skip
    client.force_login(alice)
    return client.cookies["sessionid"].value


def addresses(change):
    return [
        "/dashboard/", "/inbox/", f"/inbox/{change.pk}/", change.get_absolute_url(), "/accepted/", "/requests/",
        f"/accepted/mark/{change.after_id}/", f"/platforms/acme/{change.document.slug}/compare/1/3/",
        "/review/operations/", "/review/requests/",
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_fault(scheme, visit, session, change):
    for address in addresses(change):
        page = visit(address, scheme=scheme, session=session)
        assert faults(page) == [], address
        assert page.errors == [], address


@pytest.mark.parametrize("width", [360, 2560])
def test_no_page_is_wider_than_the_window(width, visit, session, change):
    for address in addresses(change):
        page = visit(address, width=width, session=session)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address


def test_a_change_is_chosen_and_settled_by_keyboard_alone(visit, session):
    page = visit("/inbox/", session=session)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert page.locator(".inbox-line input:checked").count() == 1
    page.locator("#together").focus()
    page.keyboard.press("N")
    page.keyboard.press("o")
    page.keyboard.press("t")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=One change is now: Not relevant.")


def test_the_first_watch_is_two_clicks_away(visit, client, charlie, change):
    client.force_login(charlie)
    page = visit("/dashboard/", session=client.cookies["sessionid"].value)
    page.get_by_role("link", name="Acme").click()
    page.get_by_role("button", name="Watch Acme").click()
    page.wait_for_selector("text=What changed for you")
