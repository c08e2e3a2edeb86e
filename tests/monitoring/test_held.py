"""Held texts: the queue, and what operators decide."""

import pytest

from monitoring import held
from monitoring.models import Change, Decision, Schedule, Screening, Version
from tests import world

pytestmark = pytest.mark.django_db
ERROR = (
    b"<html><body><main><h1>404</h1><p>This page could not be found. It may have been moved.</p></main></body></html>"
)
SHORT = world.terms().partition(b"<h2>5")[0] + b"</main></body></html>"  # cut short, or really shortened


@pytest.fixture
def source(now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    return source


@pytest.fixture
def alice(now):
    return world.person("alice", now=now)


def hold(source, at, body=SHORT):
    reading, change = world.serve(source, body, at=at)
    assert reading.verdict.outcome == "held"
    assert change is None


def decide(source, alice, now, outcome=Decision.Outcome.PUBLISH):
    [waiting] = held.queue()
    shown = held.compare(waiting)
    return held.decide(held=waiting, outcome=outcome, note="read it", operator=alice, now=now, digest=shown.digest)


def test_the_queue_says_what_is_held_since_when_and_how_often(source, now):
    for hours in (24, 25, 26):
        hold(source, now + hours * world.HOUR, ERROR)
    [waiting] = held.queue()
    assert (waiting.document, waiting.since) == (source.document, now + 24 * world.HOUR)
    assert (waiting.looks, waiting.times) == (3, 3)
    assert waiting.screening.reasons[0]["reason"] == "error page"
    assert held.of(source.document) == waiting


def test_nothing_held_is_an_empty_queue(source):
    assert held.queue() == []
    assert held.of(source.document) is None


def test_the_queue_costs_the_same_however_long_it_is(now, django_assert_num_queries):
    sources = world.declare(*(f"p{n}" for n in range(6)), now=now)
    for source in sources.values():
        world.serve(source, world.terms(), at=now)
        hold(source, now + world.DAY, ERROR)
    with django_assert_num_queries(5):
        assert len(held.queue()) == 6


def test_the_held_text_is_shown_beside_the_one_that_stands(source, now):
    hold(source, now + world.DAY)
    comparison = held.compare(held.of(source.document))
    assert "We keep your conversations" in comparison.text
    assert "Our total liability" not in comparison.text
    assert {edit.kind for edit in comparison.edits} == {"removed"}
    assert Version.objects.count() == 1


def test_a_capture_without_text_says_so_and_cannot_be_published(source, now, alice):
    hold(source, now + world.DAY, b"<html><body><main></main></body></html>")
    waiting = held.of(source.document)
    comparison = held.compare(waiting)
    assert comparison.fault
    with pytest.raises(held.DecisionError):
        held.decide(held=waiting, outcome=Decision.Outcome.PUBLISH, note="", operator=alice, now=now, digest=b"")


def test_to_publish_makes_the_document_due_and_the_next_look_a_change(source, now, alice):
    at = now + world.DAY
    hold(source, at)
    decide(source, alice, at + world.HOUR / 4)
    assert Schedule.objects.get().due_at == at + world.HOUR / 4
    reading, change = world.serve(source, SHORT, at=at + world.HOUR / 2)
    assert reading.verdict.outcome == "news"
    assert reading.verdict.reason == "operator's decision"
    assert change.significance == "substantive"
    assert (Version.objects.count(), Change.objects.count()) == (2, 1)
    assert held.queue() == []
    assert Screening.objects.filter(outcome="held").count() == 1


def test_a_text_that_is_gone_by_then_is_not_published(source, now, alice):
    hold(source, now + world.DAY)
    decide(source, alice, now + world.DAY)
    reading, change = world.serve(source, ERROR, at=now + world.DAY + world.HOUR)
    assert (reading.verdict.outcome, change) == ("held", None)
    reading, _ = world.serve(source, world.terms(), at=now + world.DAY + 2 * world.HOUR)
    assert reading.verdict.outcome == "unchanged"


def test_a_later_decision_takes_an_earlier_one_back(source, now, alice):
    at = now + world.DAY
    hold(source, at)
    decide(source, alice, at)
    decide(source, alice, at + world.HOUR / 10, outcome=Decision.Outcome.HOLD)
    hold(source, at + world.HOUR / 4)
    assert held.of(source.document).decision.outcome == "hold"


def test_a_decision_is_spent_once_a_newer_version_stands(source, now, alice):
    at = now + world.DAY
    hold(source, at)
    decide(source, alice, at)
    retention = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."
    world.serve(source, world.terms(c3=retention), at=at + world.HOUR)
    hold(source, at + 20 * world.DAY)


def test_a_first_text_can_be_published_too(now, alice):
    source = world.declare("acme", now=now)["acme"]
    body = (
        b"<html><body><main><h1>House rules</h1><p>Be kind to each other and to the machines.</p></main></body></html>"
    )
    hold(source, now, body)
    decide(source, alice, now)
    world.serve(source, body, at=now + world.HOUR)
    assert Version.objects.get().kind == "first"


def test_to_keep_holding_changes_nothing_but_the_record(source, now, alice):
    hold(source, now + world.DAY)
    due_at = Schedule.objects.get().due_at
    decision = decide(source, alice, now + world.DAY, outcome=Decision.Outcome.HOLD)
    assert (decision.note, decision.decided_by) == ("read it", alice)
    assert Schedule.objects.get().due_at == due_at
