"""The demo publisher's world, page by page: every noise class keeps still, every change is told with its weight."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from monitoring import diff, extract, screen
from monitoring.demo import captures, script

BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)
BROKEN = {"error-page", "bot-wall", "consent-wall", "home-page", "truncated", "doubled", "locale", "empty-shell"}


@dataclass(slots=True)
class Told:
    """What was said of one capture, and what the script has on that day."""

    document: str
    outcome: str
    significance: str
    kinds: set[str]
    expected: str


@dataclass(slots=True)
class State:
    memory: screen.Memory = field(default_factory=screen.Memory)
    looks: list[screen.Look] = field(default_factory=list)


def planned(document, at: datetime) -> tuple[set[str], str]:
    """Return the kinds of events that show on a page at a moment, and the significance of the change of that day."""
    kinds: set[str] = set()
    expected = ""
    for event in document.events:
        start = BEGAN - event.ago
        if event.lasts is not None and start <= at < start + event.lasts:
            kinds.add(event.serve or event.kind)
        elif event.lasts is None and event.serve and start <= at:
            kinds.add(event.serve)
        elif timedelta(0) <= at - start < timedelta(days=1) and event.significance not in ("", "none"):
            expected = event.significance
    return kinds, expected


def reading(document, capture, state: State) -> diff.Reading | None:
    selectors = (document.select,) if document.select else ()
    page = extract.Page(capture.body, capture.content_type, "http://demo.example" + capture.url_path, selectors)
    try:
        text = extract.extract([page])
    except extract.ExtractError:
        return None
    found = diff.read(text, memory=replace(state.memory, seen=screen.remember(state.looks)), now=capture.at)
    verdict = found.verdict
    state.looks.append(screen.Look(verdict.digest, verdict.sketch, verdict.outcome, verdict.reason or "", capture.at))
    if verdict.outcome in ("first", "news", "technical"):
        state.memory = screen.Memory(text=text.text, language=text.language, title=text.title, digest=verdict.digest)
    return found


@pytest.fixture(scope="module")
def world() -> list[Told]:
    documents = {each.url_path: each for platform in script.world().platforms for each in platform.documents}
    states: dict[str, State] = defaultdict(State)
    told = []
    for capture in captures.captures(began_at=BEGAN):
        document = documents[capture.url_path]
        found = reading(document, capture, states[document.name]) if capture.status == 200 else None
        if found is not None:
            kinds, expected = planned(document, capture.at)
            significance = found.change.significance.value if found.change else ""
            told.append(Told(document.name, found.verdict.outcome, significance, kinds, expected))
    return told


def test_every_substantive_change_is_told(world):
    missed = [each for each in world if each.expected == "substantive" and each.significance != "substantive"]
    assert missed == []


def test_hardly_anything_else_is_told(world):
    alerts = [each for each in world if each.significance == "substantive"]
    wrong = [each for each in alerts if each.expected != "substantive"]
    assert len(wrong) <= len(alerts) * 0.05, wrong


def test_every_broken_page_is_held(world):
    broken = [each for each in world if each.kinds & BROKEN and not each.expected]
    assert len({kind for each in broken for kind in each.kinds & BROKEN}) >= 5
    assert [each for each in broken if each.outcome != "held"] == []


def test_noise_makes_no_version(world):
    quiet = [each for each in world if not each.expected and not each.kinds & BROKEN and "flapping" not in each.kinds]
    assert Counter(each.outcome for each in quiet if each.significance) == Counter()


def test_dates_are_housekeeping(world):
    dated = [each.significance for each in world if each.expected == "housekeeping"]
    assert dated
    assert set(dated) == {"housekeeping"}
