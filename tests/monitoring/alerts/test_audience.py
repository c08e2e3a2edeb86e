"""Which watches hear of a change: by kind, direction, pause and plan; and through which channels."""

from datetime import timedelta

import pytest

from billing import plans, subscriptions
from monitoring import watchlists
from monitoring.alerts import audience, gathering, matching
from monitoring.models import Change, Channel, Delivery, Recipient, Watch
from tests import world

pytestmark = pytest.mark.django_db

CHANGED = {
    "c2": "You keep all rights in the content that you submit. We may use your content to train our models unless you opt "
    "out in your account settings.",
    "c3": "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise.",
}


@pytest.fixture
def source(now):
    return world.declare("acme", "zenith", now=now)["acme"]


@pytest.fixture
def change(source, now):
    world.serve(source, world.terms(), at=now)
    _, change = world.serve(source, world.terms(**CHANGED), at=now + world.DAY)
    return Change.objects.with_document().get(pk=change.pk)


@pytest.fixture
def alice(now):
    return world.person("alice", plan="professional", now=now)


def listen(user, kind, term, now, **fields):
    """Let the user's organization listen for a term, wherever it watches; the row alone, as an operation would make it."""
    organization = world.organization_of(user)
    watchlist = watchlists.default_watchlist(organization=organization, now=now)
    return Watch.objects.create(
        organization=organization, watchlist=watchlist, kind=kind, term=term, position=9, created_at=now, **fields
    )


def heard(change, now):
    return [(watch.kind, watch.term) for watch in audience.of_change(change, now=now) if watch.term]


@pytest.mark.parametrize(
    ("kind", "term", "is_heard"),
    [
        ("provision_type", "data_retention", True),
        ("provision_type", "liability_cap", False),
        ("rule", "data_retention retention_days above 30", True),
        ("rule", "data_retention retention_days above 90", False),
        ("rule", "model_training_use becomes less favourable", True),
        ("rule", "model_training_use becomes more favourable", False),
        ("rule", "mandatory_arbitration appears", False),
        ("search", "train our MODELS", True),
        ("search", "delete them  afterwards", True),
        ("search", "courts of Dublin", False),
    ],
)
def test_what_is_said_is_listened_for_where_the_organization_watches(kind, term, is_heard, change, source, alice, now):
    world.watch(alice, source, now=now)
    listen(alice, kind, term, now)
    assert heard(change, now) == ([(kind, term)] if is_heard else [])


def test_nothing_is_heard_of_a_platform_that_is_not_watched(change, alice, now):
    other = world.declare("acme", "zenith", now=now)["zenith"]
    world.watch(alice, other, now=now)
    listen(alice, "provision_type", "data_retention", now)
    assert heard(change, now) == []


def test_a_rule_for_one_platform_is_told_without_its_other_changes(change, source, alice, now):
    listen(alice, "rule", "data_retention retention_days rises", now, platform=source.document.platform)
    assert [watch.kind for watch in audience.of_change(change, now=now)] == ["rule"]


def test_the_direction_must_fit(change, source, alice, now):
    world.watch(alice, source, now=now)
    listen(alice, "provision_type", "model_training_use", now, direction="better")
    assert heard(change, now) == []
    Watch.objects.filter(kind="provision_type").update(direction="worse")
    assert heard(change, now) == [("provision_type", "model_training_use")]


@pytest.mark.parametrize(("direction", "count"), [("", 1), ("worse", 1), ("better", 0)])
def test_a_platform_may_be_watched_for_one_direction_only(direction, count, change, source, alice, now):
    world.watch(alice, source, now=now)
    Watch.objects.update(direction=direction)
    assert len(audience.of_change(change, now=now)) == count


def test_a_technical_revision_is_heard_by_nobody(change, source, alice, now):
    from monitoring.models import Revision

    world.watch(alice, source, now=now)
    listen(alice, "provision_type", "data_retention", now)
    listen(alice, "rule", "data_retention retention_days rises", now)
    Revision.objects.update(kind="technical")
    assert heard(change, now) == []


def test_what_two_revisions_of_the_taxonomy_read_is_not_compared_by_a_rule(change, source, alice, now):
    from monitoring.models import Revision

    world.watch(alice, source, now=now)
    listen(alice, "rule", "data_retention retention_days rises", now)
    Revision.objects.filter(version=change.before).update(taxonomy="of yesterday")
    assert heard(change, now) == []


def test_who_snoozes_hears_again_afterwards(change, source, alice, now):
    world.watch(alice, source, now=now)
    Watch.objects.update(snoozed_until=now + world.HOUR)
    assert audience.of_change(change, now=now) == []
    assert len(audience.of_change(change, now=now + world.HOUR)) == 1


def test_kinds_that_the_plan_does_not_have_rest_and_wake_with_it(change, source, alice, now):
    world.watch(alice, source, now=now)
    listen(alice, "rule", "data_retention retention_days rises", now)
    organization = world.organization_of(alice)
    subscriptions.grant(organization=organization, plan=plans.WATCHER, now=now)
    assert [watch.kind for watch in audience.of_change(change, now=now)] == ["platform"]
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    assert [watch.kind for watch in audience.of_change(change, now=now)] == ["platform", "rule"]


def test_a_watch_is_told_through_its_recipients_and_another_through_all(change, source, alice, now):
    bob = world.person("bob", now=now)
    world.team(alice, bob, now=now)
    world.watch(alice, source, now=now)
    organization = world.organization_of(alice)
    channel = Channel.objects.create(
        organization=organization, address="bob@bob.example", user=bob, created_at=now, verified_at=now
    )
    watch = Watch.objects.get()
    Recipient.objects.create(organization=organization, watch=watch, channel=channel)
    assert [each.address for each in audience.channels({None: [watch]})[None]] == ["bob@bob.example"]
    second = listen(alice, "search", "days", now)
    assert len(audience.channels({None: [watch, second]})[None]) == 2


def test_a_watch_whose_recipients_all_left_is_told_through_all(change, source, alice, now):
    from accounts import audit, memberships
    from accounts.models import Membership

    bob = world.person("bob", now=now)
    world.team(alice, bob, now=now)
    world.watch(alice, source, now=now)
    organization, watch = world.organization_of(alice), Watch.objects.get()
    channel = watchlists.ensure_channel(organization, bob, now)
    Recipient.objects.create(organization=organization, watch=watch, channel=channel)
    memberships.remove(Membership.objects.get(organization=organization, user=bob), now=now, actor=audit.SYSTEM)
    assert [each.address for each in audience.channels({None: [watch]})[None]] == ["alice@alice.example"]


@pytest.mark.parametrize("term", ["a_type_of_yesterday appears", "data_retention parameter_of_yesterday rises"])
def test_a_rule_that_the_taxonomy_outgrew_hears_nothing_and_harms_nobody(term, change, source, alice, now):
    world.watch(alice, source, now=now)
    row = listen(alice, "rule", term, now)
    assert [watch.kind for watch in audience.of_change(change, now=now)] == ["platform"]
    assert row.is_outgrown


def test_many_listeners_cost_no_further_questions(change, source, now, django_assert_max_num_queries):
    for number in range(5):
        person = world.person(f"p{number}", plan="professional", now=now)
        world.watch(person, source, now=now)
        for kind, term in (("rule", "data_retention retention_days rises"), ("search", "90 days")):
            listen(person, kind, term, now)
    with django_assert_max_num_queries(6):
        assert len(audience.of_change(change, now=now)) == 15


def test_changes_seen_together_are_one_message(change, source, alice, now):
    world.watch(alice, source, now=now)
    _, second = world.serve(source, world.terms(c5="We are liable for nothing at all."), at=now + 2 * world.DAY)
    matching.match_together([change, Change.objects.with_document().get(pk=second.pk)], now=now)
    assert Delivery.objects.get().items.count() == 2


def test_what_comes_while_a_message_waits_joins_it_and_what_comes_after_waits_for_the_burst(change, source, alice, now):
    world.watch(alice, source, now=now)
    matching.match(change, now=now)
    later = now + timedelta(seconds=20)
    _, second = world.serve(source, world.terms(c5="We are liable for nothing at all."), at=now + 2 * world.DAY)
    matching.match(second, now=later)
    assert Delivery.objects.get().items.count() == 2
    Delivery.objects.update(attempts=1, sent_at=later)
    _, third = world.serve(source, world.terms(c6="We may suspend it at once."), at=now + 3 * world.DAY)
    matching.match(third, now=later)
    assert Delivery.objects.get(sent_at=None).due_at == later + timedelta(seconds=30)


def test_a_slower_choice_than_the_plans_is_kept_and_a_faster_one_is_not(change, source, alice, now):
    world.watch(alice, source, now=now)
    Channel.objects.update(cadence="weekly")
    matching.match(change, now=now)
    assert Delivery.objects.get().kind == "digest"
    Delivery.objects.all().delete()
    Channel.objects.update(cadence="immediate")
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.FREE, now=now)
    _, second = world.serve(source, world.terms(c5="We are liable for nothing at all."), at=now + 2 * world.DAY)
    matching.match(second, now=now)
    assert Delivery.objects.get().kind == "digest"


def test_the_organizations_hour_holds_for_what_is_told_the_same_day(change, source, now):
    alice = world.person("alice", plan="watcher", now=now)
    world.watch(alice, source, now=now)
    organization = world.organization_of(alice)
    organization.time_zone, organization.same_day_hour = "Asia/Kathmandu", 20
    organization.save()
    matching.match(change, now=now)  # 17:45 in Kathmandu
    assert Delivery.objects.get().due_at == now + timedelta(hours=2, minutes=15)


@pytest.mark.parametrize(("fields", "count"), [({"paused_at": True}, 0), ({"minimum_significance": "substantive"}, 1)])
def test_a_readers_own_preferences_hold(fields, count, change, source, alice, now):
    world.watch(alice, source, now=now)
    Channel.objects.update(**{name: now if value is True else value for name, value in fields.items()})
    matching.match(change, now=now)
    assert Delivery.objects.count() == count


def test_who_wants_only_substantive_changes_is_not_told_of_minor_ones(change, source, alice, now):
    world.watch(alice, source, minimum_significance="minor", now=now)
    Channel.objects.update(minimum_significance="substantive")
    change.significance = "minor"
    assert matching.match(change, now=now) == 1
    assert Delivery.objects.count() == 0


def test_a_new_hour_moves_the_open_digest(source, now):
    from monitoring.alerts import delivery

    bob = world.person("bob", now=now)
    world.watch(bob, source, now=now)
    delivery.open_missing_digests(now=now)
    organization = world.organization_of(bob)
    organization.time_zone, organization.digest_weekday, organization.digest_hour = "Europe/Berlin", 2, 9
    organization.save()
    gathering.reschedule(organization, now=now)
    assert Delivery.objects.get().due_at.isoformat() == "2026-11-25T08:00:00+00:00"


def test_a_daily_digest_comes_on_days_with_news_only(change, source, alice, now, mailoutbox):
    from monitoring.alerts import delivery

    world.watch(alice, source, now=now)
    Channel.objects.update(cadence="daily")
    delivery.open_missing_digests(now=now)
    assert not Delivery.objects.exists()
    matching.match(change, now=now)
    assert Delivery.objects.get().due_at == now + timedelta(hours=20)  # 08:00 of the next day
    assert delivery.deliver_due(now=now + timedelta(hours=20)) == 1
    assert Delivery.objects.count() == len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_changes_of_one_platform_matched_by_many_workers_are_one_message_and_none_is_lost(now):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    from monitoring.models import DeliveryItem

    source = world.declare("acme", now=now)["acme"]
    world.watch(world.person("alice", plan="watcher", now=now), source, now=now)
    world.serve(source, world.terms(), at=now)
    for hour in range(1, 7):
        kept = (
            f"We keep your conversations for {30 + hour} days and delete them afterwards, unless the law requires it."
        )
        world.serve(source, world.terms(c3=kept), at=now + hour * world.HOUR)

    def run(pk):
        try:
            return matching.match(Change.objects.with_document().get(pk=pk), now=now + world.DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(run, Change.objects.values_list("pk", flat=True))) == [1] * 6
    assert Delivery.objects.count() == 1
    assert DeliveryItem.objects.count() == 6
