"""The sentence: poll(sources), read(), reread(document). Each step leaves a row, and is safe to run twice."""

import asyncio
import logging
import time
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from monitoring import diff, extract, fetch, screen
from monitoring.archive import captures, readings, rereadings, revisions
from monitoring.models import Change, Document, Snapshot, Source

log = logging.getLogger(__name__)


@dataclass
class Polled:
    """What one poll did; sums over batches with `+=` on the fields."""

    requests: int = 0
    ok: int = 0
    not_modified: int = 0
    failed: int = 0
    snapshots: int = 0
    bytes_stored: int = 0


def poll(sources: Sequence[Source], *, now: datetime) -> Polled:
    """Fetch `sources` concurrently, record what came, and return the figures. What is new waits as unread rows."""
    taken = asyncio.run(_get(sources, now))
    snapshots, bytes_stored = captures.record(taken, now=now)
    answers = [capture.answer for capture in taken]
    responses = [answer for answer in answers if isinstance(answer, fetch.Response)]
    not_modified = sum(response.is_not_modified for response in responses)
    return Polled(
        requests=len(answers),
        ok=len(responses) - not_modified,
        not_modified=not_modified,
        failed=len(answers) - len(responses),
        snapshots=snapshots,
        bytes_stored=bytes_stored,
    )


def read(
    *, now: datetime, limit: int = 20, document_ids: Iterable[int] | None = None
) -> tuple[list[readings.Reading], list[Change]]:
    """Read up to `limit` documents that have a new capture; return the readings and the Changes made, both maybe empty.

    One transaction: the rows stay locked until everything is written, so nothing is read twice or by two. What breaks over
    one document is counted there, and keeps no other from being read.
    """
    with transaction.atomic():
        ids = readings.claim_unread(limit=limit, document_ids=document_ids)
        done = [reading for state in readings.states(ids) if (reading := _read_safely(state))]
        try:
            return done, _record(done, now=now)
        except Exception:
            log.exception("%s readings could not be written together; each is written by itself", len(done))
            return _record_each(done, now=now)


@transaction.atomic
def _record(done: Sequence[readings.Reading], *, now: datetime) -> list[Change]:
    """Write readings, all or none, and return the Changes made."""
    readings.mark_read(done, now=now)
    published = readings.record(done, now=now)
    revisions.record(published, now=now)
    return [each.change for each in published if each.change]


def _record_each(done: Sequence[readings.Reading], *, now: datetime) -> tuple[list[readings.Reading], list[Change]]:
    written: list[readings.Reading] = []
    changes: list[Change] = []
    for reading in done:
        document = reading.state.document
        try:
            changes += _record([reading], now=now)
            written.append(reading)
        except Exception:
            log.exception("writing what %s says failed; it is tried again, and parked after three times", document)
            readings.record_crash(document.pk)
    return written, changes


def reread(document: Document, *, now: datetime) -> int:
    """Read the document's history with today's rules; return how many technical upgrades came of it. Never an alert.

    One transaction for each capture: it may be stopped at any time, goes on where it stopped, and does nothing twice.
    """
    upgrades = 0
    for state in rereadings.states(document):
        with transaction.atomic():
            reading = rereadings.as_upgrade(_understand_pages(state))
            revisions.record(readings.record([reading], now=now), now=now)
        upgrades += reading.verdict.outcome is screen.Outcome.TECHNICAL
    classify_past(document, now=now)
    return upgrades


def classify_past(document: Document, *, now: datetime) -> int:
    """Read for provisions the Versions that today's taxonomy has not read; return how many those were. Never an alert."""
    waiting = revisions.pending(document)
    for version in waiting:
        with transaction.atomic():
            revisions.catch_up(version, now=now)
    return len(waiting)


def understand(state: readings.State) -> readings.Reading:
    """Return what a document's latest captures say: pure but for loading their bytes."""
    if (source := state.missing) is not None:
        why = source.schedule.reason or "not captured yet"
        return _held(state, screen.Reason.MISSING_PART, f"{source.url}: {why}")
    return _understand_pages(state)


def _understand_pages(state: readings.State) -> readings.Reading:
    try:
        text = extract.extract(state.pages())
    except extract.ExtractError as error:
        return _held(state, screen.Reason.NO_TEXT, f"{error.reason}: {error.message}")
    read = diff.read(text, memory=state.memory, now=state.observed_at)
    reading = readings.Reading(state, text, read.verdict, read.change)
    return readings.as_new_basis(reading) if state.is_new_basis else reading


def _read_safely(state: readings.State) -> readings.Reading | None:
    try:
        return understand(state)
    except Exception:
        log.exception("reading %s failed; it is tried again, and parked after three times", state.document)
        readings.record_crash(state.document.pk)
        return None


def _held(state: readings.State, reason: screen.Reason, detail: str) -> readings.Reading:
    verdict = screen.Verdict(
        outcome=screen.Outcome.HELD,
        difference=screen.Difference.NONE,
        digest=b"",
        sketch=b"",
        findings=(screen.Finding(reason, detail),),
    )
    return readings.Reading(state, None, verdict)


async def _get(sources: Sequence[Source], now: datetime) -> list[captures.Capture]:
    """Return one capture per source, in the order they came in."""
    by_key: dict[Hashable, Source] = {source.pk: source for source in sources}
    requests = [_request(source) for source in sources]
    started = time.monotonic()
    taken = []
    async with fetch.Fetcher(fetch_settings()) as fetcher:
        async for request, answer in fetcher.get_many(requests):
            at = now + timedelta(seconds=time.monotonic() - started)
            origin = Snapshot.Origin.RENDERED if request.render else Snapshot.Origin.FETCHED
            taken.append(captures.Capture(by_key[request.key], at, answer, origin))
    return taken


def _request(source: Source) -> fetch.Request:
    schedule = source.schedule
    return fetch.Request(
        key=source.pk,
        url=source.url,
        etag=schedule.etag,
        last_modified=schedule.last_modified,
        render=source.render,
        language=source.document.language,
    )


def fetch_settings() -> fetch.FetchSettings:
    return fetch.FetchSettings(
        user_agent=settings.FETCH_USER_AGENT,
        valkey_url=settings.CACHE_URL,
        allow_private=fetch.private_pairs(settings.FETCH_ALLOW_PRIVATE),
        host_interval_seconds=settings.FETCH_HOST_INTERVAL_SECONDS,
        browser_path=settings.FETCH_CHROMIUM,
    )
