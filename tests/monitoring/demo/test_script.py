"""The script of the demo world."""

from __future__ import annotations

import pytest

from monitoring.demo import disturbances, script
from tests.monitoring.demo.world import DOCUMENTS, EVENTS


def test_there_are_at_least_six_platforms_with_three_documents_each() -> None:
    platforms = script.world().platforms

    assert len(platforms) >= 6
    assert [platform.name for platform in platforms if len(platform.documents) < 3] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_documents_are_as_long_as_real_ones_and_show_their_date(document: script.Document) -> None:
    assert 450 <= len(document.text.split()) <= 3500
    assert document.text.count("{updated}") == 1
    assert document.text.count("\n## ") >= 5


def test_every_event_is_explained() -> None:
    assert [(document.name, event.name) for document, event in EVENTS if not event.note.endswith(".")] == []


def test_the_world_shows_every_kind_of_event() -> None:
    kinds = {event.kind for _, event in EVENTS}
    served = {event.serve for _, event in EVENTS if event.serve}

    assert kinds == {"change", "date", "flapping", "layout", "disturbance"}
    assert {event.significance for _, event in EVENTS} == {"substantive", "minor", "housekeeping", "none"}
    assert {event.direction for _, event in EVENTS} == {"better", "worse", "neutral"}
    assert served <= set(disturbances.kinds())
    assert len(served) >= 9


def test_one_document_is_withdrawn_and_one_is_new() -> None:
    assert [document.name for document, event in EVENTS if event.serve and event.lasts is None] == ["lumquarry/preview"]
    assert [document.name for document in DOCUMENTS if document.first_ago.days < 90] == ["thistlequay/training"]


def test_every_live_step_is_about_something_there_is() -> None:
    world = script.world()
    for step in world.steps:
        document = next(document for document in DOCUMENTS if document.name == step.document)
        assert step.serve in disturbances.kinds() or step.change in {change.name for change in document.live}


def test_a_platform_or_document_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="nowhere: the demo world has none of that name"):
        script.world().platform("nowhere")
