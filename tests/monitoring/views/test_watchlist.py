"""The watchlist page: Alice adds, orders, weighs and removes; the plan's limit is said; Charlie sees nothing of it."""

import pytest

from accounts.models import Membership, Role
from billing import plans, subscriptions
from monitoring.models import Watch
from tests import world


@pytest.fixture
def sources(db, now):
    return world.declare("acme", "bolt", "coil", now=now)


def slugs(user):
    rows = Watch.objects.for_organization(world.organization_of(user)).order_by("position")
    return [watch.platform.slug for watch in rows]


def upgrade(user, now):
    subscriptions.grant(organization=world.organization_of(user), plan=plans.WATCHER, now=now)


def test_a_visitor_is_sent_to_sign_in_and_comes_back(client, db):
    answer = client.get("/watchlist/?platform=acme")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/?next=/watchlist/%3Fplatform%3Dacme"


def test_an_empty_watchlist_says_what_to_do(signed_in, sources):
    page = signed_in.get("/watchlist/").content.decode()
    assert "You watch nothing yet" in page
    assert "0 platforms of 1" in page


def test_a_platform_is_added_and_its_changes_appear(signed_in, alice, change):
    answer = signed_in.post("/watchlist/", {"platform": "acme"}, follow=True)
    assert slugs(alice) == ["acme"]
    assert "Acme is on your watchlist." in answer.content.decode()
    assert change.get_absolute_url() in answer.content.decode()


def test_the_limit_is_said_with_the_next_plan_and_nothing_is_lost(signed_in, alice, sources):
    signed_in.post("/watchlist/", {"platform": "acme"})
    answer = signed_in.post("/watchlist/", {"platform": "bolt"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Free watches 1 platform; 1 in use." in page
    assert "Watcher watches 10 platforms." in page
    assert '<a href="/pricing/">Compare the plans</a>' in page
    assert slugs(alice) == ["acme"]


def test_free_does_not_watch_single_documents(signed_in, alice, sources):
    document = sources["acme"].document
    answer = signed_in.post("/watchlist/", {"platform": "acme", "document": document.pk})
    assert answer.status_code == 403
    assert "It comes with Watcher." in answer.content.decode()
    assert slugs(alice) == []


def test_a_document_of_another_platform_is_refused(signed_in, alice, sources, now):
    upgrade(alice, now)
    answer = signed_in.post("/watchlist/", {"platform": "acme", "document": sources["bolt"].document.pk})
    assert answer.status_code == 400
    assert slugs(alice) == []


def test_an_unknown_platform_is_refused(signed_in, alice, sources):
    assert signed_in.post("/watchlist/", {"platform": "nobody"}).status_code == 400
    assert slugs(alice) == []


def test_watches_move_up_and_down_and_stay_at_the_ends(signed_in, alice, sources, now):
    upgrade(alice, now)
    for slug in sources:
        signed_in.post("/watchlist/", {"platform": slug})
    coil = Watch.objects.get(platform__slug="coil")
    signed_in.post(f"/watchlist/{coil.pk}/move/", {"to": "up"})
    assert slugs(alice) == ["acme", "coil", "bolt"]
    signed_in.post(f"/watchlist/{coil.pk}/move/", {"to": "up"})
    signed_in.post(f"/watchlist/{coil.pk}/move/", {"to": "up"})
    assert slugs(alice) == ["coil", "acme", "bolt"]
    signed_in.post(f"/watchlist/{coil.pk}/move/", {"to": "down"})
    assert slugs(alice) == ["acme", "coil", "bolt"]


def test_a_watch_is_removed(signed_in, alice, sources):
    signed_in.post("/watchlist/", {"platform": "acme"})
    signed_in.post(f"/watchlist/{Watch.objects.get().pk}/remove/")
    assert slugs(alice) == []


def test_a_downgrade_pauses_what_comes_after_the_limit(signed_in, alice, sources, now):
    upgrade(alice, now)
    for slug in ("acme", "bolt"):
        signed_in.post("/watchlist/", {"platform": slug})
    world.organization_of(alice).subscription.delete()
    page = signed_in.get("/watchlist/").content.decode()
    assert page.count("<strong>Paused</strong>") == 1
    assert slugs(alice) == ["acme", "bolt"]


@pytest.mark.parametrize("act", ["move", "", "remove"])
def test_a_strangers_watch_is_not_there(act, client, alice, charlie, sources, now):
    watch = world.watch(alice, sources["acme"], now=now)
    client.force_login(charlie)
    address = f"/watchlist/{watch.pk}/{act}/".replace("//", "/")
    assert client.post(address, {"minimum_significance": "minor"}).status_code == 404
    assert slugs(alice) == ["acme"]
    assert "Acme</a>" not in client.get("/watchlist/").content.decode()


def test_a_viewer_reads_and_does_not_change(client, alice, sources, now):
    watch = world.watch(alice, sources["acme"], now=now)
    Membership.objects.filter(user=alice).update(role=Role.VIEWER)
    client.force_login(alice)
    assert "Remove" not in client.get("/watchlist/").content.decode()
    assert client.post("/watchlist/", {"platform": "bolt"}).status_code == 403
    assert client.post(f"/watchlist/{watch.pk}/remove/").status_code == 403
    assert slugs(alice) == ["acme"]


def test_acts_are_posts_only(signed_in, alice, sources, now):
    watch = world.watch(alice, sources["acme"], now=now)
    for act in ("move", "remove"):
        assert signed_in.get(f"/watchlist/{watch.pk}/{act}/").status_code == 405


def test_the_page_stays_cheap_with_many_watches(signed_in, alice, now, django_assert_max_num_queries):
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    for source in world.declare(*[f"p{number}" for number in range(30)], now=now).values():
        world.watch(alice, source, now=now)
    with django_assert_max_num_queries(14):
        assert signed_in.get("/watchlist/").status_code == 200
