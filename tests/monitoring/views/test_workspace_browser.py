"""Work in a workspace in a real browser: keys are enough."""

import pytest

from accounts import audit
from billing import plans, subscriptions
from monitoring import acceptances, requests, reviews
from monitoring.alerts import matching
from monitoring.models import Request, Review
from tests import browsing, world
from tests.monitoring.faces import CHANGED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
browser, visit = browsing.browser, browsing.visit


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
