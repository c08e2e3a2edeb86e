"""What came of fetching: a Fetch row each, a Snapshot where the bytes are new, and the Schedule's next turn."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from monitoring import fetch
from monitoring.archive import blobs, chain
from monitoring.models import Certificate, Fetch, Schedule, Snapshot, Source

BACKOFF_SECONDS = 600  # after the first transient failure; doubles up to the interval
HEADERS_KEPT = 60
LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Capture:
    """One attempt to get `source`, whose schedule is loaded: what came, and when. `provenance` is that of an import."""

    source: Source
    at: datetime
    answer: fetch.Response | fetch.FetchError
    origin: str = Snapshot.Origin.FETCHED
    provenance: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A capture compared with what the Schedule knows."""

    capture: Capture
    digest: bytes | None  # of the bytes; None when there are none (a failure, or 304)

    @property
    def schedule(self) -> Schedule:
        return self.capture.source.schedule

    @property
    def response(self) -> fetch.Response | None:
        return self.capture.answer if isinstance(self.capture.answer, fetch.Response) else None

    @property
    def error(self) -> fetch.FetchError | None:
        return self.capture.answer if isinstance(self.capture.answer, fetch.FetchError) else None

    @property
    def known_digest(self) -> bytes | None:
        """Of the last good capture of the source."""
        return None if self.schedule.digest is None else bytes(self.schedule.digest)

    @property
    def has_new_bytes(self) -> bool:
        return self.digest is not None and self.digest != self.known_digest

    @property
    def wants_reading(self) -> bool:
        """New bytes are read; so is a held text that was served again, since persisting speaks for it."""
        return self.has_new_bytes or (self.response is not None and self.schedule.held_at is not None)


def claim(*, now: datetime, limit: int, render: bool | None = None) -> list[Source]:
    """Lease up to `limit` due schedules and return their sources with document, platform and schedule; empty when none is due.

    Two workers never get the same one: rows that another holds are passed over. A lease that a dead worker left
    behind runs out after ten minutes. `render` asks for those that need a browser, or for those that do not.
    """
    with transaction.atomic():
        rows = Schedule.objects.due(now)
        if render is not None:
            rows = rows.filter(source__render=render)
        ids = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("source_id", flat=True)[:limit])
        Schedule.objects.filter(source_id__in=ids).update(lease_until=now + LEASE)
    return list(Source.objects.filter(pk__in=ids).select_related("schedule", "document__platform"))


def make_due(*, now: datetime) -> None:
    """Make every current source due now."""
    Schedule.objects.filter(due_at__gt=now).update(due_at=now)


def record(captures: Sequence[Capture], *, now: datetime) -> tuple[int, int]:
    """Write what came of `captures`, one per source; return (snapshots made, bytes written to the store).

    Bytes go to the store first, then all rows in one transaction. An unchanged source costs a Fetch row and its Schedule.
    Recording the same capture again changes nothing.
    """
    outcomes = [_outcome(capture) for capture in captures]
    fresh = [outcome for outcome in outcomes if outcome.has_new_bytes]
    stored_bytes = _store(fresh, now)
    with transaction.atomic():
        Fetch.objects.bulk_create([_fetch(outcome) for outcome in outcomes], ignore_conflicts=True)
        snapshots = _record_snapshots(fresh, now)
        _advance([_next(outcome, now) for outcome in outcomes])
    return len(snapshots), stored_bytes


def record_past(captures: Sequence[Capture], *, now: datetime) -> list[Snapshot]:
    """Write the snapshots of captures that others took, where the bytes differ from what the schedule given with each knows.

    No Fetch, since we made no attempt, and no Schedule moves. Call it in a transaction.
    """
    fresh = [outcome for outcome in map(_outcome, captures) if outcome.has_new_bytes]
    _store(fresh, now)
    return _record_snapshots(fresh, now)


def _store(fresh: Sequence[Outcome], now: datetime) -> int:
    payloads = [
        blobs.Payload(outcome.response.body, outcome.digest, outcome.known_digest)
        for outcome in fresh
        if outcome.response and outcome.digest
    ]
    return blobs.store(payloads, now=now)


def _outcome(capture: Capture) -> Outcome:
    answer = capture.answer
    if isinstance(answer, fetch.FetchError) or answer.is_not_modified:
        return Outcome(capture, None)
    return Outcome(capture, hashlib.sha256(answer.body).digest())


def _fetch(outcome: Outcome) -> Fetch:
    response, error = outcome.response, outcome.error
    return Fetch(
        source_id=outcome.capture.source.pk,
        fetched_at=outcome.capture.at,
        status=response.status if response else error.status if error else None,
        is_not_modified=bool(response and response.is_not_modified),
        size_bytes=len(response.body) if response else 0,
        digest=outcome.digest,
        duration_ms=round(response.duration_seconds * 1000) if response else 0,
        reason=error.reason.value if error else "",
        message=error.message[:500] if error else "",
    )


def _record_snapshots(fresh: Sequence[Outcome], now: datetime) -> list[Snapshot]:
    if not fresh:
        return []
    certificates = {
        hashlib.sha256(der).digest(): der
        for outcome in fresh
        if outcome.response and (der := outcome.response.evidence.tls_certificate)
    }
    Certificate.objects.bulk_create(
        [Certificate(digest=digest, der=der) for digest, der in certificates.items()], ignore_conflicts=True
    )
    wanted = [_snapshot(outcome, now) for outcome in fresh]
    times = {(row.source_id, row.observed_at) for row in wanted}
    recorded = Snapshot.objects.filter(source_id__in=[s for s, _ in times], observed_at__in=[at for _, at in times])
    seen = set(recorded.values_list("source_id", "observed_at"))
    snapshots = Snapshot.objects.bulk_create(row for row in wanted if (row.source_id, row.observed_at) not in seen)
    chain.append(snapshots, now=now)
    return snapshots


def _snapshot(outcome: Outcome, now: datetime) -> Snapshot:
    capture, response = outcome.capture, outcome.response
    assert response is not None, "only an answer makes a snapshot"
    evidence = response.evidence
    return Snapshot(
        document_id=capture.source.document_id,
        source_id=capture.source.pk,
        blob_id=outcome.digest,
        origin=capture.origin,
        observed_at=capture.at,
        recorded_at=now,
        content_type=response.content_type[:200],
        url=response.url[:2000],
        redirects=[list(hop) for hop in evidence.redirects],
        headers=[list(header) for header in evidence.headers[:HEADERS_KEPT]],
        server_address=evidence.server_address,
        certificate_id=hashlib.sha256(evidence.tls_certificate).digest() if evidence.tls_certificate else None,
        provenance=dict(capture.provenance),
    )


def _next(outcome: Outcome, now: datetime) -> Schedule:
    """Return the schedule as it is after this capture; the row itself is written in bulk."""
    schedule, response, error, at = outcome.schedule, outcome.response, outcome.error, outcome.capture.at
    schedule.last_fetched_at = at
    schedule.lease_until = None
    if error:
        schedule.failures += 1
        schedule.reason = error.reason.value
    elif response:
        if outcome.wants_reading:
            schedule.unread_at, schedule.read_attempts = now, 0
        schedule.digest = outcome.digest or schedule.digest
        schedule.etag, schedule.last_modified = response.etag[:500], response.last_modified[:100]
        schedule.last_success_at, schedule.failures, schedule.reason = at, 0, ""
    schedule.due_at = at + timedelta(seconds=_pause_seconds(schedule, error))
    return schedule


def next_due_at(schedule: Schedule) -> datetime:
    """Return when a schedule is due again after its last fetch: as usual, or soon while its text is held back."""
    return (schedule.last_fetched_at or schedule.due_at) + timedelta(seconds=_pause_seconds(schedule, None))


def _pause_seconds(schedule: Schedule, error: fetch.FetchError | None) -> float:
    interval = settings.FETCH_INTERVAL_SECONDS
    if error and error.reason.is_transient:
        pause = min(interval, BACKOFF_SECONDS * 2 ** min(schedule.failures - 1, 10))
        return max(pause, min(error.retry_after_seconds or 0, 7 * 86400))
    return min(interval, settings.FETCH_HELD_INTERVAL_SECONDS) if schedule.held_at else interval


_COLUMNS = {
    "due_at": "timestamptz",
    "lease_until": "timestamptz",
    "etag": "text",
    "last_modified": "text",
    "digest": "bytea",
    "last_fetched_at": "timestamptz",
    "last_success_at": "timestamptz",
    "failures": "int",
    "reason": "text",
    "unread_at": "timestamptz",
    "read_attempts": "int",
}


def _advance(schedules: Sequence[Schedule]) -> None:
    """Write the schedules in one statement; a hundred single updates would cost more than the fetching."""
    assignments = ", ".join(f"{name} = new.{name}" for name in _COLUMNS)
    arrays = ", ".join(["%s::bigint[]", *(f"%s::{kind}[]" for kind in _COLUMNS.values())])
    sql = (
        f"UPDATE {Schedule._meta.db_table} AS old SET {assignments} "
        f"FROM unnest({arrays}) AS new (source_id, {', '.join(_COLUMNS)}) WHERE old.source_id = new.source_id"
    )
    values = [[schedule.pk for schedule in schedules]]
    values += [[getattr(schedule, name) for schedule in schedules] for name in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def content(snapshot: Snapshot) -> bytes:
    """Return the bytes as served. Raises blobs.BlobError when the archive lost or damaged them."""
    return blobs.load(bytes(snapshot.blob_id))
