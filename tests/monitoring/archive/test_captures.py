"""What came of fetching, as rows."""

from datetime import timedelta

import pytest

from monitoring import fetch
from monitoring.archive import captures, partitions
from monitoring.models import Fetch, Schedule, Snapshot
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(now):
    return world.declare("acme", now=now)["acme"]


def error(reason, **fields):
    return fetch.FetchError(reason, "https://acme.example/terms: it failed", **fields)


def test_new_bytes_make_a_snapshot_and_wait_to_be_read(source, now):
    world.capture(source, world.terms(), at=now)
    assert Snapshot.objects.get().origin == "fetched"
    schedule = Schedule.objects.get()
    assert schedule.unread_at == now
    assert schedule.due_at == now + timedelta(hours=6)


def test_unchanged_bytes_cost_a_fetch_row_and_nothing_else(source, now):
    world.serve(source, world.terms(), at=now)
    world.capture(source, world.terms(), at=now + world.HOUR)
    assert Snapshot.objects.count() == 1
    assert Fetch.objects.count() == 2
    assert Schedule.objects.get().unread_at is None


def test_not_modified_counts_as_seen(source, now):
    world.serve(source, world.terms(), at=now)
    world.capture(source, world.answer(b"", is_not_modified=True, status=304, etag='"a"'), at=now + world.HOUR)
    assert Fetch.objects.first().is_not_modified
    assert Schedule.objects.get().last_success_at == now + world.HOUR


def test_recording_the_same_capture_twice_changes_nothing(source, now):
    world.capture(source, world.terms(), at=now)
    Schedule.objects.update(digest=None)
    world.capture(source, world.terms(), at=now)
    assert Snapshot.objects.count() == Fetch.objects.count() == 1


def test_the_evidence_of_the_answer_is_kept(source, now):
    evidence = fetch.Evidence(
        redirects=((301, "https://acme.example/old"),),
        headers=(("Server", "nginx"),),
        server_address="203.0.113.9:443",
        tls_certificate=b"der",
    )
    world.capture(source, world.answer(world.terms(), evidence=evidence), at=now)
    row = Snapshot.objects.get()
    assert row.redirects == [[301, "https://acme.example/old"]]
    assert row.headers == [["Server", "nginx"]]
    assert row.server_address == "203.0.113.9:443"
    assert bytes(row.certificate.der) == b"der"


def test_a_failure_is_kept_with_its_reason_and_costs_no_text(source, now):
    world.serve(source, world.terms(), at=now)
    world.capture(source, error(fetch.Reason.FORBIDDEN, status=403), at=now + world.HOUR)
    row = Fetch.objects.first()
    assert (row.status, row.reason) == (403, "forbidden")
    schedule = Schedule.objects.get()
    assert (schedule.failures, schedule.reason, schedule.last_success_at) == (1, "forbidden", now)
    assert schedule.unread_at is None


def test_transient_failures_are_tried_again_soon_and_then_less_often(source, now):
    pauses = []
    for hour in range(4):
        at = now + hour * world.HOUR
        world.capture(source, error(fetch.Reason.TIMEOUT), at=at)
        pauses.append((Schedule.objects.get().due_at - at).total_seconds())
    assert pauses == [600, 1200, 2400, 4800]


def test_retry_after_is_honoured(source, now):
    world.capture(source, error(fetch.Reason.RATE_LIMITED, retry_after_seconds=7200), at=now)
    assert Schedule.objects.get().due_at == now + 2 * world.HOUR


def test_a_claimed_source_is_not_claimed_again_until_its_lease_runs_out(source, now):
    assert [row.pk for row in captures.claim(now=now, limit=5)] == [source.pk]
    assert captures.claim(now=now, limit=5) == []
    assert len(captures.claim(now=now + captures.LEASE + timedelta(seconds=1), limit=5)) == 1


def test_a_capture_that_waits_to_be_read_is_not_passed_over_by_the_next_poll(source, now):
    world.capture(source, world.terms(), at=now)
    assert captures.claim(now=now + world.DAY, limit=5) == []


def test_retired_sources_are_not_polled_and_come_back_when_declared_again(source, now):
    world.declare("zenith", now=now)
    assert [row.document.platform.slug for row in captures.claim(now=now + world.DAY, limit=5)] == ["zenith"]
    world.declare("acme", "zenith", now=now)
    assert source.pk in [row.pk for row in captures.claim(now=now + 2 * world.DAY, limit=5)]


def test_fetches_of_each_month_have_a_partition(source, now):
    partitions.ensure(now=now, since=now - timedelta(days=62))
    world.capture(source, world.terms(), at=now - timedelta(days=60))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM monitoring_fetch")
        assert cursor.fetchone()[0] == "monitoring_fetch_2026_09"


def test_fetches_that_came_before_their_partition_move_into_it(source, now):
    from django.db import connection

    world.capture(source, world.terms(), at=now + timedelta(days=100))
    partitions.ensure(now=now + timedelta(days=100))
    partitions.ensure(now=now + timedelta(days=100))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM monitoring_fetch")
        assert [name for (name,) in cursor] == ["monitoring_fetch_2027_03"]
