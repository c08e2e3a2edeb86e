"""The history of the demo world as captures."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

from monitoring.demo import captures
from tests.monitoring.demo.world import BEGAN_AT, DOCUMENTS, document, page, state

CAPTURES = tuple(captures.captures(began_at=BEGAN_AT))


def test_captures_come_in_time_order_and_lie_in_the_past() -> None:
    moments = [capture.at for capture in CAPTURES]

    assert moments == sorted(moments)
    assert moments[-1] < BEGAN_AT
    assert moments[0] < BEGAN_AT - timedelta(days=540)


def test_every_document_has_a_history() -> None:
    counts = Counter(capture.url_path for capture in CAPTURES)

    assert set(counts) == {document.url_path for document in DOCUMENTS}
    assert min(counts.values()) >= 5
    assert sum(count >= 15 for count in counts.values()) >= 18
    assert max(counts.values()) <= 35


def test_a_capture_names_its_document_and_is_what_was_served() -> None:
    capture = next(each for each in CAPTURES if each.url_path == "/norrskaft/villkor/privacy/de")

    assert (capture.platform_slug, capture.terms_type) == ("norrskaft", "privacy-policy")
    assert (capture.region, capture.language, capture.audience) == ("EU", "de", "")
    assert capture.content_type == "text/html; charset=utf-8"
    assert capture.body == page(document("norrskaft/privacy.de"), capture.at).body


def test_each_event_is_seen_by_a_capture() -> None:
    for each in DOCUMENTS:
        captured = [state(each, capture.at) for capture in CAPTURES if capture.url_path == each.url_path]
        for event in each.events:
            if event.serve:
                assert event.serve in {seen.serve for seen in captured}, (each.name, event.name)
            if event.kind == "change":
                after = state(each, BEGAN_AT - event.ago).text
                assert after in {seen.text for seen in captured}, (each.name, event.name)


def test_the_last_capture_has_the_text_of_the_present() -> None:
    for each in DOCUMENTS:
        last = [capture for capture in CAPTURES if capture.url_path == each.url_path][-1]
        assert state(each, last.at).text == state(each, BEGAN_AT).text


def test_all_of_it_takes_little_time() -> None:
    start = time.process_time()
    count = sum(1 for _ in captures.captures(began_at=BEGAN_AT + timedelta(days=1)))

    assert count > 400
    assert time.process_time() - start < 6
