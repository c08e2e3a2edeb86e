"""Moments of many documents through the archive and the pipeline, one of each at a time, a transaction a round.

What stops in the middle leaves whole rounds: the next run goes on after the last moment that was read.
"""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from monitoring import extract, fetch, pipeline, screen
from monitoring.alerts import matching
from monitoring.archive import captures, imports, readings, revisions
from monitoring.importing.course import Moment
from monitoring.importing.lane import Lane, provenance
from monitoring.importing.records import Record
from monitoring.models import Change, Schedule, Snapshot, Source

log = logging.getLogger(__name__)

WIDTH = 24  # documents in one round: enough to share the cost of its statements, few enough to hold their pages
_ATTEMPTS = 3  # of a round, when somebody else writes into the same document's chain

Bodies = Callable[[Record], bytes | None]


@dataclass
class Tally:
    """What an import did: records by what became of them. `outcomes` of readings, the looks again among them."""

    snapshots: int = 0
    texts: int = 0
    changes: int = 0
    known: int = 0
    unreadable: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Step:
    """A lane and the moment it has come to, with the bytes of its records by their blobs."""

    lane: Lane
    moment: Moment
    bodies: Mapping[str, bytes]

    @property
    def text(self) -> Record | None:
        text = self.moment.text
        return text if text and text.blob in self.bodies else None

    def sources(self) -> tuple[Source, ...]:
        """The declared sources of the moment, each with a schedule, never saved, that knows its last imported capture."""
        found = self.lane.sources[self.moment.era]
        for source in found:
            latest = self.lane.latest.get(source.pk)
            source.schedule = Schedule(source=source, digest=latest.blob_id if latest else None)
        return found

    def provenance(self, record: Record) -> dict[str, object]:
        return provenance(self.lane.collection, record.commit, record.path, dict(record.trailers))


@dataclass(frozen=True, slots=True)
class Round:
    """What one round wrote; a reading by its document's id, None where the page broke the reader."""

    snapshots: list[Snapshot]
    readings: dict[int, readings.Reading | None]
    changes: list[Change]


def feed(lanes: Iterable[Lane], read: Bodies, *, tally: Tally, now: datetime) -> Iterator[int]:
    """Take all lanes to their ends, at most WIDTH at once; yield after each round how many records it took."""
    waiting = iter(lanes)
    active = list(itertools.islice(waiting, WIDTH))
    while active:
        taken = [(each, moment) for each in active if (moment := each.take())]
        if taken:
            steps = [_step(each, moment, read, tally) for each, moment in taken]
            _advance(steps, _written(steps, now), tally)
            yield sum(len(moment.records) for _, moment in taken)
        active = [each for each, _ in taken]
        active += itertools.islice(waiting, WIDTH - len(active))


def _step(lane: Lane, moment: Moment, read: Bodies, tally: Tally) -> Step:
    wanted = [*(record for _, record in moment.captures), *((moment.text,) if moment.text else ())]
    bodies = {record.blob: body for record in wanted if (body := read(record)) is not None}
    tally.unreadable += sum(1 for record in wanted if record.blob not in bodies)
    return Step(lane, moment, bodies)


def _written(steps: Sequence[Step], now: datetime) -> Round:
    """Write one round; try again when another writer was faster in some document's chain."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return _write(steps, now)
        except IntegrityError:
            log.info("another writer was faster in a chain; the round is tried again")
    return _write(steps, now)


@transaction.atomic
def _write(steps: Sequence[Step], now: datetime) -> Round:
    snapshots = captures.record_past([capture for step in steps for capture in _captures(step)], now=now)
    fresh: dict[int, dict[int, Snapshot]] = {}
    for snapshot in snapshots:
        fresh.setdefault(snapshot.document_id, {})[snapshot.source_id] = snapshot
    done: dict[int, readings.Reading | None] = {}
    for step in steps:
        pk = step.lane.document.pk
        if pk in fresh or step.text or (step.moment.look and not step.moment.text):
            done[pk] = _understood(_state(step, step.lane.latest | fresh.get(pk, {})))
    published = readings.record([reading for reading in done.values() if reading], now=now)
    revisions.record(published, now=now)
    changes = [each.change for each in published if each.change]
    matching.settle(changes, now=now)
    return Round(snapshots, done, changes)


def _advance(steps: Sequence[Step], written: Round, tally: Tally) -> None:
    lanes = {step.lane.document.pk: step.lane for step in steps}
    for snapshot in written.snapshots:
        lanes[snapshot.document_id].latest[snapshot.source_id] = snapshot
    tally.snapshots += sum(len(step.moment.captures) for step in steps if step.lane.document.pk in written.readings)
    tally.changes += len(written.changes)
    for step in steps:
        pk = step.lane.document.pk
        if pk in written.readings:
            reading = written.readings[pk]
            step.lane.again = step.moment if reading and _is_held(reading) else None
            tally.texts += step.text is not None and not step.moment.look
            tally.outcomes[reading.verdict.outcome.value if reading else "crashed"] += 1


def _is_held(reading: readings.Reading) -> bool:
    """Return whether there is a text that may yet be believed."""
    return reading.verdict.outcome is screen.Outcome.HELD and reading.extract is not None


def _captures(step: Step) -> Iterator[captures.Capture]:
    """Yield the captures of a moment; at a switch of declarations those that are taken over."""
    sources = step.sources()
    for position, record in step.moment.captures:
        if (body := step.bodies.get(record.blob)) is not None:
            url = record.location or sources[position].url
            answer = _answer(body, record.name.content_type, url)
            yield _capture(sources[position], step.moment.at, answer, step.provenance(record))
    if step.moment.is_switch:
        for source, snapshot in step.lane.overtaken(step.moment):
            answer = _answer(captures.content(snapshot), snapshot.content_type, snapshot.url)
            yield _capture(source, step.moment.at, answer, snapshot.provenance)


def _capture(
    source: Source, at: datetime, answer: fetch.Response, provenance: Mapping[str, object]
) -> captures.Capture:
    return captures.Capture(source, at, answer, Snapshot.Origin.IMPORTED, provenance)


def _answer(body: bytes, content_type: str, url: str) -> fetch.Response:
    return fetch.Response(
        status=200,
        body=body,
        content_type=content_type,
        charset="utf-8",
        url=url,
        etag="",
        last_modified="",
        evidence=fetch.Evidence(),
        is_not_modified=False,
        duration_seconds=0.0,
    )


def _state(step: Step, latest: Mapping[int, Snapshot]) -> readings.State:
    text, moment = step.text, step.moment
    sources = () if text else step.sources()
    origin = step.provenance(text) if text else {}
    if moment.look:
        note = "the collection recorded nothing else up to this moment"
        origin |= {"collection": step.lane.collection, "look": moment.look, "note": note}
    return imports.state(
        step.lane.document,
        sources=sources,
        snapshots=[latest.get(source.pk) for source in sources],
        at=moment.at,
        page=_page(step, text) if text else None,
        provenance=origin,
        is_upgrade=bool(text and text.is_upgrade),
    )


def _page(step: Step, text: Record) -> extract.Page:
    declared = step.lane.sources[step.moment.era]
    url = text.location or (declared[0].url if declared else "")
    return extract.Page(body=step.bodies[text.blob], content_type=text.name.content_type, url=url)


def _understood(state: readings.State) -> readings.Reading | None:
    """Return the reading, or None when a page breaks the reader: logged, and the import goes on with the next."""
    try:
        return pipeline.understand(state)
    except Exception:
        log.exception(
            "reading %s as of %s failed; the capture is kept, its text is not", state.document, state.observed_at
        )
        return None
