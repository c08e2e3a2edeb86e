"""The dashboard: the guide to the first watch, what changed, what waits and how the watches fare."""

from datetime import timedelta

import pytest

from accounts import audit
from accounts.models import Membership, Role
from billing import plans, subscriptions
from monitoring import acceptances, fetch
from monitoring.alerts import matching
from monitoring.models import Channel, Delivery, Watch
from tests import world
from tests.monitoring.views.test_pages import Outline


@pytest.fixture
def professional(alice, source, change, now):
    organization = world.organization_of(alice)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    world.watch(alice, source, now=now)
    matching.match(change, now=now)
    return organization


def shown(client, address="/dashboard/"):
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert Outline(page).faults == []
    return page


def test_a_person_who_signs_in_lands_here(client, alice):
    answer = client.post("/accounts/login/", {"login": alice.email, "password": "correct horse battery"})
    assert answer.headers["Location"] == "/dashboard/"


def test_a_long_list_of_platforms_is_narrowed_by_name(signed_in, change, now, monkeypatch):
    world.declare("acme", "borea", "calm", now=now)
    assert 'name="q"' not in shown(signed_in)
    monkeypatch.setattr("monitoring.views.dashboard.CHOICES_SHOWN", 2)
    page = shown(signed_in)
    assert "The first 2 of 3 by name" in page and "?platform=calm" not in page
    page = shown(signed_in, "/dashboard/?q=CAL")
    assert "1 platform has this name" in page and "?platform=calm" in page and "?platform=acme" not in page


def test_two_steps_lead_to_the_first_watch(signed_in, alice, change):
    page = shown(signed_in)
    assert "Step 1 of 2" in page
    assert 'href="?platform=acme"' in page
    page = shown(signed_in, "/dashboard/?platform=acme")
    assert "1 change of its documents, 1 of them substantive." in page
    assert change.get_absolute_url() in page
    page = signed_in.post("/dashboard/", {"platform": "acme"}, follow=True).content.decode()
    assert "You watch Acme." in page
    assert "What changed for you" in page
    assert change.get_absolute_url() in page
    assert Watch.objects.get().platform.slug == "acme"


def test_the_first_watch_by_the_guide_is_followed_by_the_digest_of_the_last_twelve_months(signed_in, change):
    assert "the first tells of the last twelve months" in shown(signed_in, "/dashboard/?platform=acme")
    signed_in.post("/dashboard/", {"platform": "acme"})
    assert [row.kind for row in Delivery.objects.all()] == [Delivery.Kind.WELCOME]


def test_an_unknown_platform_is_not_watched(signed_in, change):
    assert "Step 1 of 2" in shown(signed_in, "/dashboard/?platform=nobody")
    assert signed_in.post("/dashboard/", {"platform": "nobody"}).status_code == 404
    assert signed_in.post("/dashboard/").status_code == 404
    assert not Watch.objects.exists()


def test_the_limit_of_the_plan_is_said(signed_in, alice, now):
    for slug in world.declare("acme", "bolt", now=now):
        answer = signed_in.post("/dashboard/", {"platform": slug}, follow=True)
    assert "Free allows 1 platform; 1 in use." in answer.content.decode()
    assert Watch.objects.count() == 1


def test_it_says_what_waits_and_where_to_go(signed_in, professional, change, alice, now):
    page = shown(signed_in)
    assert '<a href="/inbox/?state=new">1 change is new in your inbox</a>' in page
    acceptances.mark(
        organization=professional, version=change.before, accepted_date=now.date(), note="", now=now, actor=audit.SYSTEM
    )
    Delivery.objects.update(parked_at=now)
    Channel.objects.create(organization=professional, address="x@x.example", created_at=now)
    page = shown(signed_in)
    assert "1 document has drifted from the version you accepted" in page
    assert "1 message could not be delivered" in page
    assert "1 channel is not verified yet" in page


def test_when_nothing_waits_it_says_so(signed_in, professional, change):
    signed_in.post("/inbox/", {"change": [change.pk], "state": "accepted"})
    assert "Nothing." in shown(signed_in)


def test_what_was_parked_long_ago_or_sent_since_waits_for_nobody(signed_in, professional, change, now):
    signed_in.post("/inbox/", {"change": [change.pk], "state": "accepted"})
    Delivery.objects.update(parked_at=now - timedelta(days=31))
    assert "Nothing." in shown(signed_in)
    Delivery.objects.update(parked_at=now, sent_at=now)
    assert "Nothing." in shown(signed_in)


def test_it_says_how_the_watches_fare(signed_in, professional, source, now):
    assert "1 document, last checked" in shown(signed_in)
    assert "all could be read" in shown(signed_in)
    world.capture(source, fetch.FetchError(fetch.Reason.FORBIDDEN, "403", status=403), at=now)
    page = shown(signed_in)
    assert "1 could not be read" in page
    assert "all could be read" not in page


def test_only_what_is_watched_and_lately_changed_is_shown(signed_in, professional, source, now):
    other = world.declare("acme", "bolt", now=now)["bolt"]
    world.serve(other, world.terms(), at=now - timedelta(days=40))
    _reading, elsewhere = world.serve(other, world.terms(c3="We keep them for ever."), at=now - timedelta(days=1))
    assert elsewhere.get_absolute_url() not in shown(signed_in)


def test_a_free_plan_sees_no_inbox(signed_in, alice, source, change, now):
    world.watch(alice, source, now=now)
    page = shown(signed_in)
    assert "1 platform of 1 watched" in page
    assert "new in your inbox" not in page


def test_a_viewer_is_led_to_no_watch(client, alice, change):
    Membership.objects.filter(user=alice).update(role=Role.VIEWER)
    client.force_login(alice)
    assert "Your role here is to read." in shown(client)
    assert client.post("/dashboard/", {"platform": "acme"}).status_code == 403


def test_a_stranger_sees_none_of_it(client, professional, charlie, change):
    client.force_login(charlie)
    page = shown(client)
    assert change.get_absolute_url() not in page
    assert "new in your inbox" not in page


def test_it_asks_twelve_questions_however_much_is_watched(
    signed_in, professional, alice, now, django_assert_max_num_queries
):
    for source in world.declare(*[f"p{number}" for number in range(12)], now=now).values():
        world.watch(alice, source, now=now)
    with django_assert_max_num_queries(12):
        signed_in.get("/dashboard/")
