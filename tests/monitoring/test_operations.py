"""Operations: each figure is the length of a queue, and what waits too long is a worry in words."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from accounts import rls
from monitoring import fetch, operations, tasks
from monitoring.alerts import matching
from monitoring.models import Change, Delivery, Request, Schedule, Vote
from tests import world
from tests.monitoring import faces

alice, source, change, own_cache = faces.alice, faces.source, faces.change, faces.own_cache


@pytest.fixture
def swept(now):
    operations.note_sweep(now=now)


@pytest.fixture
def quiet(change, swept, now):
    """An installation where nothing waits: all read, matched and not due."""
    matching.match_all(now=now)
    Schedule.objects.update(due_at=now + timedelta(hours=6), last_success_at=now)


def test_an_installation_where_nothing_waits_has_no_worries(quiet, now):
    found = operations.now_of(now=now)
    assert found.worries == ()
    assert (found.sources, found.due.number, found.failing, found.unread.number) == (1, 0, 0, 0)
    assert found.queues is not None
    assert set(found.queues) == set(operations.QUEUES)


def test_sources_are_counted_by_what_is_the_matter(quiet, source, now):
    world.capture(source, fetch.FetchError(fetch.Reason.BOT_WALL, "a wall", status=403), at=now)
    Schedule.objects.update(due_at=now - timedelta(hours=1), last_success_at=now - timedelta(days=9), held_at=now)
    found = operations.now_of(now=now)
    assert (found.failing, found.blocked, found.stale, found.held.number) == (1, 1, 1, 1)
    assert found.due == operations.Waiting(1, now - timedelta(hours=1))
    assert [worry for worry in found.worries if "have been due" in worry]


def test_a_failure_that_is_no_wall_is_not_counted_as_blocked(quiet, source, now):
    world.capture(source, fetch.FetchError(fetch.Reason.TIMEOUT, "slow"), at=now)
    found = operations.now_of(now=now)
    assert (found.failing, found.blocked) == (1, 0)


def test_what_waits_to_be_read_or_crashed_is_said(quiet, now):
    Schedule.objects.update(unread_at=now - timedelta(hours=1))
    found = operations.now_of(now=now)
    assert found.unread == operations.Waiting(1, now - timedelta(hours=1))
    assert any("to be read" in worry for worry in found.worries)
    Schedule.objects.update(read_attempts=3)
    found = operations.now_of(now=now)
    assert (found.unread.number, found.parked) == (0, 1)
    assert any("parked" in worry for worry in found.worries)


def test_changes_that_nobody_matched_are_a_worry(change, swept, now):
    found = operations.now_of(now=now)
    assert found.unmatched.number == 1
    Change.objects.update(recorded_at=now - timedelta(hours=1))
    assert any("matched" in worry for worry in operations.now_of(now=now).worries)


def test_messages_of_all_organizations_are_counted(quiet, change, source, alice, now):
    world.watch(alice, source, now=now)
    change.matching.delete()
    matching.match(Change.objects.get(), now=now - timedelta(days=1))
    Delivery.objects.update(due_at=now - timedelta(hours=2))
    with rls.acting_for(None):
        found = operations.now_of(now=now)
    assert found.messages.overdue == 1
    assert any("overdue" in worry for worry in found.worries)
    Delivery.objects.update(parked_at=now)
    assert operations.now_of(now=now).messages.parked == 1


def test_requests_and_answers_that_wait_are_counted(quiet, alice, now):
    wish = Request.objects.create(kind="platform", key="x.example", name="X", address="x", created_at=now)
    Vote.objects.create(organization=world.organization_of(alice), request=wish, user=alice, created_at=now)
    found = operations.now_of(now=now)
    assert (found.requests, found.unanswered) == (1, 0)
    Request.objects.update(state="planned", answered_at=now)
    found = operations.now_of(now=now)
    assert (found.requests, found.unanswered) == (0, 1)


@pytest.mark.parametrize("swept_at", [None, timedelta(minutes=11)])
def test_no_sweep_is_the_first_sign_that_nothing_runs(swept_at, quiet, now):
    cache.set(operations.SWEPT, now - swept_at if swept_at else None)
    assert any("sweep" in worry for worry in operations.now_of(now=now).worries)


def test_a_sweep_leaves_its_mark(db, monkeypatch):
    for name in ("read_waiting", "match_waiting", "deliver_due", "answer_requests", "post_due"):
        monkeypatch.setattr(getattr(tasks, name), "delay", lambda: None)
    tasks.sweep()
    assert cache.get(operations.SWEPT) is not None


def test_a_broker_that_is_away_is_said_and_breaks_nothing(quiet, settings, now):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    found = operations.now_of(now=now)
    assert found.queues is None
    assert "The broker does not answer." in found.worries


def test_a_deep_queue_is_named(quiet, monkeypatch, now):
    monkeypatch.setattr(operations, "depths", lambda: {"poll": 0, "alerts": 5000})
    [worry] = operations.now_of(now=now).worries
    assert "alerts" in worry


def test_it_asks_the_same_however_much_there_is(quiet, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        operations.now_of(now=now)
