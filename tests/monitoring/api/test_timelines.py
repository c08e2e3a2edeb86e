"""Timelines by API: in order, page by page, and no further back than the plan goes."""

from datetime import timedelta

import pytest

from billing import plans, subscriptions
from monitoring import timeline
from monitoring.api import shapes
from tests import world
from tests.monitoring.faces import key


@pytest.fixture
def history(source, now):
    """Acme's terms with a first record four hundred days ago and nine changes, the last one ten days ago."""
    for number, days in enumerate(range(400, 9, -43)):
        world.serve(
            source, world.terms(c3=f"We keep your conversations for {number + 30} days."), at=now - timedelta(days=days)
        )
    return source.document


def events(client, address, headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_timeline_pages_through_everything_once_newest_first(client, alice, history, now):
    headers, address, seen = key(alice, now=now), "/api/v1/timeline/?limit=4", []
    while address:
        page = events(client, address, headers)
        seen += page["results"]
        address = page["next"]
    assert [event["sequence"] for event in seen] == list(range(10, 0, -1))
    assert [event["kind"] for event in seen] == ["change"] * 9 + ["first"]
    assert [event["at"] for event in seen] == sorted((event["at"] for event in seen), reverse=True)


def test_an_event_has_the_shape_of_the_schema(client, alice, history, now):
    page = events(client, "/api/v1/timeline/", key(alice, now=now))
    assert set(page) == set(shapes.Timeline().fields)
    for event in page["results"]:
        assert set(event) == set(shapes.Event().fields)


def test_a_document_has_its_own_timeline(client, alice, history, now):
    other = world.declare("acme", "bolt", now=now)["bolt"]
    world.serve(other, world.terms(), at=now)
    page = events(client, f"/api/v1/documents/{history.pk}/timeline/", key(alice, now=now))
    assert {event["platform"] for event in page["results"]} == {"acme"}


def test_since_leaves_out_what_is_older(client, alice, history, now):
    since = (now - timedelta(days=100)).strftime("%Y-%m-%dT%H:%M:%SZ")
    page = events(client, f"/api/v1/timeline/?platform=acme&since={since}", key(alice, now=now))
    assert len(page["results"]) == 3


@pytest.mark.parametrize(("plan", "number"), [(None, 1), (plans.WATCHER, 9), (plans.PROFESSIONAL, 10)])
def test_a_watchlist_timeline_goes_as_far_back_as_the_plan(plan, number, client, alice, history, now):
    if plan:
        subscriptions.grant(organization=world.organization_of(alice), plan=plan, now=now)
    watchlist = world.watch(alice, history.sources.get(), now=now).watchlist
    address = f"/api/v1/watchlists/{watchlist.pk}/timeline/"
    page = events(client, address, key(alice, now=now))
    assert len(page["results"]) == number
    assert (page["since"] is None) == (plan is plans.PROFESSIONAL)
    older = events(client, f"{address}?since=2000-01-01", key(alice, now=now))
    assert len(older["results"]) == number


def test_cursors_name_a_place_and_nothing_else():
    from datetime import UTC, datetime

    place = (datetime(2026, 11, 22, 6, 12, 0, 123456, tzinfo=UTC), 7)
    assert timeline.place(timeline.cursor(place)) == place
    for text in ("", "x", "2026-11-22_7", "2026-11-22T06:12:00Z_", "2026-11-22T06:12:00Z_9999999999999999999"):
        with pytest.raises(timeline.BadCursor):
            timeline.place(text)
