"""Every write of a watchlist stands in the audit trail, with who did it; and who left an organization hears no more."""

import copy

import pytest

from accounts import audit, memberships
from accounts.models import AuditEvent, Membership
from billing import plans, subscriptions
from monitoring import acceptances, comparisons, watches, watchlists
from monitoring.alerts import delivery, endpoints
from monitoring.models import Channel, Delivery, Version
from tests import world


@pytest.fixture
def alice(db, now):
    return world.person("alice", now=now, plan="watcher")


@pytest.fixture
def actor(alice):
    return audit.Actor(user_id=alice.pk, address="192.0.2.1")


def told(user):
    rows = AuditEvent.objects.for_organization(world.organization_of(user)).filter(verb__startswith="watch")
    return [(row.verb, row.actor_id, row.before, row.after) for row in rows.order_by("id")]


def test_each_write_is_told_once_with_what_it_changed(alice, actor, now):
    sources = world.declare("acme", "bolt", now=now)
    organization = world.organization_of(alice)
    watchlist = watchlists.default_watchlist(organization=organization, now=now, actor=actor)
    for slug in ("acme", "bolt", "acme"):
        platform = sources[slug].document.platform
        watch = watchlists.watch(watchlist=watchlist, platform=platform, user=alice, now=now, actor=actor)
    for _ in range(2):
        watches.weigh([watch], minimum_significance="minor", now=now, actor=actor)
        watch.refresh_from_db()
    for _ in range(2):
        watchlists.move(watch=watch, places=1, now=now, actor=actor)
    watchlists.keep(organization=organization, platform_ids=[watch.platform_id], now=now, actor=actor)
    watchlists.unwatch(watch=watch, now=now, actor=actor)
    acme = {
        "kind": "platform", "platform": "acme", "document": None, "term": None, "direction": None,
        "minimum_significance": "substantive",
    }  # fmt: skip
    assert told(alice) == [
        ("watchlist.created", alice.pk, None, {"name": "Watchlist"}),
        ("watch.created", alice.pk, None, acme),
        ("watch.created", alice.pk, None, {**acme, "platform": "bolt"}),
        ("watch.changed", alice.pk, {"minimum_significance": "substantive"}, {"minimum_significance": "minor"}),
        ("watch.moved", alice.pk, {"position": 1}, {"position": 2}),
        ("watches.kept", alice.pk, None, {"platforms": ["acme"]}),
        ("watch.removed", alice.pk, {**acme, "minimum_significance": "minor"}, None),
    ]


def test_the_page_says_who_and_from_where(alice, client, now):
    world.declare("acme", now=now)
    client.force_login(alice)
    client.post("/watchlist/", {"platform": "acme"})
    event = AuditEvent.objects.for_organization(world.organization_of(alice)).get(verb="watch.created")
    assert (event.actor, event.address) == (alice, "127.0.0.1")


def test_a_person_who_left_is_no_longer_written_to(alice, now):
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.FREE, now=now)
    source = world.declare("acme", now=now)["acme"]
    organization = world.organization_of(alice)
    bob = world.person("bob", now=now)
    world.team(alice, bob, now=now)
    watchlist = watchlists.default_watchlist(organization=organization, now=now)
    watchlists.watch(watchlist=watchlist, platform=source.document.platform, user=bob, now=now)
    assert [channel.address for channel in watchlists.channels_of([organization.pk])] == ["bob@bob.example"]
    delivery.open_missing_digests(now=now)
    waiting = Delivery.objects.get(organization=organization)
    row = Membership.objects.get(organization=organization, user=bob)
    memberships.remove(row, now=now, actor=audit.SYSTEM)
    assert not watchlists.channels_of([organization.pk]).exists()
    assert delivery.deliver_due(now=now + 8 * world.DAY) == 0
    waiting.refresh_from_db()
    assert (waiting.sent_at, waiting.error) == (None, "the person no longer belongs to the organization")
    delivery.open_missing_digests(now=now + 9 * world.DAY)
    assert Delivery.objects.filter(organization=organization).count() == 1


def test_pausing_snoozing_and_choosing_who_is_told_stand_in_the_trail(alice, actor, now):
    source = world.declare("acme", now=now)["acme"]
    watch = world.watch(alice, source, now=now)
    channel = watchlists.ensure_channel(watch.organization, alice, now)
    watches.pause([watch], now=now, actor=actor)
    watch.refresh_from_db()
    watches.pause([watch], now=now, actor=actor)
    watches.snooze([watch], until=now + world.DAY, now=now, actor=actor)
    watch.refresh_from_db()
    watches.resume([watch], now=now, actor=actor)
    wanted = {"minimum_significance": "substantive", "direction": "", "recipients": [channel]}
    watches.change(watch, **wanted, now=now, actor=actor)
    rows = AuditEvent.objects.for_organization(watch.organization).filter(verb="watch.changed").order_by("id")
    assert [set(row.after) for row in rows] == [
        {"paused_at"}, {"snoozed_until"}, {"paused_at", "snoozed_until"}, {"minimum_significance", "direction", "told"},
    ]  # fmt: skip
    assert rows.last().after["told"] == ["alice@alice.example"]


def test_what_two_remove_at_once_is_told_once(alice, actor, now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    organization = world.organization_of(alice)
    watch = world.watch(alice, source, now=now)
    accepted = acceptances.mark(
        organization=organization,
        version=Version.objects.get(),
        accepted_date=now.date(),
        note="",
        now=now,
        actor=actor,
    )
    saved = comparisons.save(
        organization=organization, name="Ours", platforms=[1], provision_types=["x"], user=alice, now=now
    )
    channel = Channel.objects.get()
    for removing in (
        lambda: watchlists.unwatch(watch=_again(watch), now=now, actor=actor),
        lambda: acceptances.unmark(acceptance=_again(accepted), now=now, actor=actor),
        lambda: comparisons.remove(comparison=_again(saved), now=now, actor=actor),
        lambda: endpoints.remove(_again(channel), now=now, actor=actor),
    ):
        removing()
        removing()
    watchlists.move(watch=watch, places=1, now=now, actor=actor)
    verbs = list(AuditEvent.objects.for_organization(organization).values_list("verb", flat=True))
    for noun in ("watch", "acceptance", "comparison", "channel"):
        assert verbs.count(f"{noun}.removed") == 1, noun


def _again(row):
    """Return the row as another request had loaded it."""
    return copy.copy(row)
