"""Who should hear of a change, and the one message that carries it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.alerts import audience, delivery, matching, timing
from monitoring.models import Alert, Change, Channel, Delivery, DeliveryItem, Matching
from tests import world

RETENTION = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."


def change_of(source, now):
    world.serve(source, world.terms(), at=now)
    _, change = world.serve(source, world.terms(c3=RETENTION), at=now + world.DAY)
    return change


@pytest.fixture
def source(db, now):
    return world.declare("acme", now=now)["acme"]


@pytest.mark.parametrize(
    ("plan", "kind", "wait"),
    [
        (None, "digest", timedelta(hours=20)),  # Monday at 08:00
        ("watcher", "alert", timing.SAME_DAY_AFTER),
        ("professional", "alert", timedelta(0)),
    ],
)
def test_the_plan_says_how_soon(source, now, plan, kind, wait):
    alice = world.person("alice", plan=plan, now=now)
    world.watch(alice, source, now=now)
    change = change_of(source, now)
    assert matching.match(change, now=now) == 1
    made = Delivery.objects.get()
    assert (made.kind, made.due_at) == (kind, now + wait)
    assert DeliveryItem.objects.get().change == change


def test_matching_twice_makes_one_alert(source, now):
    world.watch(world.person("alice", plan="professional", now=now), source, now=now)
    change = change_of(source, now)
    assert [matching.match(change, now=now) for _ in range(2)] == [1, 0]
    assert Alert.objects.count() == Delivery.objects.count() == 1


def test_two_watches_of_one_organization_make_one_message(source, now):
    alice = world.person("alice", plan="professional", now=now)
    world.watch(alice, source, now=now)
    world.watch(alice, source, document=source.document, now=now)
    matching.match(change_of(source, now), now=now)
    assert Alert.objects.count() == 2
    assert DeliveryItem.objects.count() == Delivery.objects.count() == 1


def test_only_those_who_watch_are_told(source, now):
    other = world.declare("acme", "zenith", now=now)["zenith"]
    world.watch(world.person("alice", plan="professional", now=now), source, now=now)
    world.watch(world.person("charlie", plan="professional", now=now), other, now=now)
    matching.match(change_of(source, now), now=now)
    assert Alert.objects.get().organization == world.organization_of(Alert.objects.get().watch.created_by)
    assert Delivery.objects.get().channel.address == "alice@alice.example"


def test_a_minor_change_reaches_only_those_who_asked_for_minor_ones(source, now):
    world.watch(world.person("alice", plan="professional", now=now), source, now=now)
    world.watch(world.person("bob", plan="professional", now=now), source, minimum_significance="minor", now=now)
    change = change_of(source, now)
    change.significance = "minor"
    change.save()
    matching.match(change, now=now)
    assert Delivery.objects.get().channel.address == "bob@bob.example"


def test_watches_over_the_limit_of_the_plan_are_paused_in_the_order_of_the_list(source, now):
    """Alice watched two on Watcher; on Free only the first stays active, and nothing was deleted."""
    from billing import plans, subscriptions

    second = world.declare("acme", "zenith", now=now)["zenith"]
    alice = world.person("alice", plan="watcher", now=now)
    world.watch(alice, source, now=now)
    world.watch(alice, second, now=now)
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.FREE, now=now)
    assert matching.match(change_of(source, now), now=now) == 1
    assert matching.match(change_of(second, now), now=now) == 0
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.WATCHER, now=now)
    Matching.objects.all().delete()
    Alert.objects.all().delete()
    DeliveryItem.objects.all().delete()
    assert matching.match_all(now=now + world.DAY) == 2


def test_what_nobody_matched_is_found(source, now):
    world.watch(world.person("alice", plan="professional", now=now), source, now=now)
    change_of(source, now)
    assert matching.match_all(now=now + 2 * world.DAY) == 1
    assert matching.match_all(now=now + 2 * world.DAY) == 0


def changes_of(names, user, now):
    for source in world.declare(*names, now=now).values():
        world.watch(user, source, now=now)
        change_of(source, now)


def test_changes_of_many_platforms_are_matched_together_and_told_apart(db, now):
    alice = world.person("alice", plan="professional", now=now)
    changes_of(["acme"], alice, now)
    with CaptureQueriesContext(connection) as one:
        assert matching.match_all(now=now + 2 * world.DAY) == 1
    changes_of(["birch", "cedar", "dogwood", "elm"], alice, now)
    with CaptureQueriesContext(connection) as many:
        assert matching.match_all(now=now + 2 * world.DAY) == 4
    assert len(many) == len(one)
    told = DeliveryItem.objects.values_list("delivery__platform__slug", "change__document__platform__slug")
    assert sorted(told) == [(name, name) for name in ("acme", "birch", "cedar", "dogwood", "elm")]
    assert Delivery.objects.count() == 5
    assert set(Matching.objects.values_list("alerts", flat=True)) == {1}


def test_platforms_that_many_listen_to_are_matched_by_themselves(db, now, monkeypatch):
    changes_of(["acme", "birch"], world.person("alice", plan="professional", now=now), now)
    changes_of(["cedar"], world.person("bob", plan="professional", now=now), now)
    monkeypatch.setattr(matching, "WATCHES_AT_ONCE", 2)
    batches = list(matching._batches(list(Change.objects.with_document())))
    assert [len(batch) for batch in batches] == [2, 1]


def test_a_change_that_cannot_be_matched_delays_no_other_and_is_tried_again(db, now, monkeypatch):
    changes_of(["acme", "birch", "cedar"], world.person("alice", plan="professional", now=now), now)
    heard = audience._asking

    def fail_on_birch(change, watches):
        if change.document.platform.slug == "birch":
            raise ValueError("unreadable")
        return heard(change, watches)

    with monkeypatch.context() as broken:
        broken.setattr(audience, "_asking", fail_on_birch)
        assert matching.match_all(now=now + 2 * world.DAY) == 2
    assert Matching.objects.count() == Delivery.objects.count() == 2
    assert matching.match_all(now=now + 2 * world.DAY) == 1


def test_a_digest_gathers_and_the_next_one_starts_when_it_is_sent(source, now, mailoutbox):
    alice = world.person("alice", now=now)
    world.watch(alice, source, now=now)
    delivery.open_missing_digests(now=now)
    matching.match(change_of(source, now), now=now + world.HOUR)
    monday = now + timedelta(hours=20)
    assert delivery.deliver_due(now=monday - world.HOUR) == 0
    assert delivery.deliver_due(now=monday) == 1
    assert DeliveryItem.objects.get().delivery.sent_at == monday
    following = Delivery.objects.get(sent_at=None)
    assert following.due_at == monday + 7 * world.DAY
    assert len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_matching_at_once_make_one_alert(now):
    source = world.declare("acme", now=now)["acme"]
    world.watch(world.person("alice", plan="professional", now=now), source, now=now)
    change = change_of(source, now)

    def run(_):
        try:
            return matching.match(Change.objects.with_document().get(pk=change.pk), now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(run, range(8))) == [0] * 7 + [1]
    assert Alert.objects.count() == Delivery.objects.count() == 1


def test_a_person_s_channel_is_made_once(source, now):
    alice = world.person("alice", plan="watcher", now=now)
    second = world.declare("acme", "zenith", now=now)["zenith"]
    world.watch(alice, source, now=now)
    world.watch(alice, second, now=now)
    assert Channel.objects.get().address == "alice@alice.example"
