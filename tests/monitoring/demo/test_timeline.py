"""What a document of the demo world is at a moment."""

from __future__ import annotations

from datetime import timedelta
from difflib import ndiff
from itertools import pairwise

import pytest

from monitoring.demo import script, timeline
from monitoring.demo.script import Document, Event
from tests.monitoring.demo.world import BEGAN_AT, DOCUMENTS, MOMENT, around, document, event_id, events, state


@pytest.mark.parametrize(("changed", "event"), events("change"), ids=event_id)
def test_a_change_changes_the_lines_it_names_and_no_others(changed: Document, event: Event) -> None:
    before, after = around(changed, event)

    added = [line[2:] for line in ndiff(before.text.split("\n"), after.text.split("\n")) if line.startswith("+ ")]
    removed = [line[2:] for line in ndiff(before.text.split("\n"), after.text.split("\n")) if line.startswith("- ")]
    kinds = [edit.kind for edit in event.edits]
    assert added or removed
    if set(kinds) == {"replace"}:
        assert len(added) == len(removed) <= len(kinds)
    if set(kinds) <= {"replace", "insert line"}:
        assert all(any(edit.text in line for edit in event.edits) for line in added)
    if kinds == ["move"]:
        assert sorted(before.text.split("\n\n")) == sorted(after.text.split("\n\n"))


@pytest.mark.parametrize(("changed", "event"), events("change"), ids=event_id)
def test_a_change_is_announced_by_the_date_when_it_matters(changed: Document, event: Event) -> None:
    before, after = around(changed, event)

    assert (after.updated_date != before.updated_date) == (event.significance == "substantive")


@pytest.mark.parametrize(("noisy", "event"), events("date", "layout", "disturbance"), ids=event_id)
def test_noise_leaves_the_text_alone(noisy: Document, event: Event) -> None:
    before, after = around(noisy, event)

    assert after.text == before.text
    assert (before.serve, before.layout, before.updated_date) != (after.serve, after.layout, after.updated_date)


@pytest.mark.parametrize(("noisy", "event"), events("disturbance"), ids=event_id)
def test_a_disturbance_passes_unless_the_document_was_withdrawn(noisy: Document, event: Event) -> None:
    assert around(noisy, event)[1].serve == event.serve
    assert state(noisy, BEGAN_AT - MOMENT).serve == ("" if event.lasts else event.serve)


@pytest.mark.parametrize(("unstable", "event"), events("flapping"), ids=event_id)
def test_flapping_serves_two_wordings_in_turn_and_ends_with_the_first(unstable: Document, event: Event) -> None:
    assert event.lasts is not None
    start = BEGAN_AT - event.ago
    seen = [state(unstable, start + timedelta(days=day)).text for day in range(event.lasts.days)]

    assert len(set(seen)) == 2
    assert sum(one != other for one, other in pairwise(seen)) >= event.lasts.days // 2 - 1
    assert state(unstable, start + event.lasts + MOMENT).text == state(unstable, start - MOMENT).text


@pytest.mark.parametrize("lively", [each for each in DOCUMENTS if each.live], ids=event_id)
def test_each_firing_brings_another_wording_until_the_first_returns(lively: Document) -> None:
    for change in lively.live:
        step = script.Step(lively.name, change=change.name)
        texts = []
        for count in range(len(change.wordings) + 2):
            fired = [timeline.Firing(step, BEGAN_AT)] * count
            texts.append(timeline.state(lively, BEGAN_AT + MOMENT, began_at=BEGAN_AT, fired=fired, is_live=False).text)

        assert texts[-1] == texts[0]
        assert len(set(texts)) == len(change.wordings) + 1


def test_the_first_live_event_comes_within_a_minute_and_the_next_every_two() -> None:
    retention = document("thistlequay/privacy")

    assert state(retention, BEGAN_AT + timedelta(seconds=30)).text == state(retention, BEGAN_AT).text
    assert state(retention, BEGAN_AT + timedelta(seconds=50)).text != state(retention, BEGAN_AT).text
    assert state(document("voxenby/terms"), BEGAN_AT + timedelta(seconds=170)).serve == "error-page"
    assert state(document("voxenby/terms"), BEGAN_AT + timedelta(seconds=270)).serve == ""


def test_scheduled_counts_the_rounds_of_each_step() -> None:
    world = script.world()
    rounds = world.first_after + world.every * (2 * len(world.steps))

    firings = list(timeline.scheduled(BEGAN_AT + rounds, began_at=BEGAN_AT))

    assert [firing.times for firing in firings] == [3] + [2] * (len(world.steps) - 1)
    assert firings[0].at == BEGAN_AT + rounds
    assert max(firing.at for firing in firings[1:]) == BEGAN_AT + rounds - world.every
    assert list(timeline.scheduled(BEGAN_AT, began_at=BEGAN_AT)) == []


def test_nothing_live_happens_when_it_is_switched_off() -> None:
    later = BEGAN_AT + timedelta(days=3)

    assert all(
        timeline.state(each, later, began_at=BEGAN_AT, is_live=False).text == state(each, BEGAN_AT).text
        for each in DOCUMENTS
    )
