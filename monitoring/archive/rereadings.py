"""History read again with better rules: what was decided before stays, what the new rules say is added beside it."""

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import Max

from monitoring import screen
from monitoring.archive import readings
from monitoring.models import Document, Screening, Snapshot, Version


def pending(document: Document) -> list[Screening]:
    """Return the screenings of captures that today's rules have not read yet, oldest first; empty when all are read.

    Texts imported without their captures cannot be read again and are left out; so are documents of several sources
    while one was missing.
    """
    rows = Screening.objects.filter(document=document).order_by("observed_at", "id")
    done = set(rows.filter(revision=readings.REVISION).values_list("observed_at", flat=True))
    return [row for row in rows.exclude(snapshot_ids=[]) if row.observed_at not in done and not _lacks_part(row)]


def states(document: Document) -> Iterator[readings.State]:
    """Yield the document's state as it was before each pending screening, in time order.

    Each is computed when asked for, so that it sees what was recorded for the one before.
    """
    for screening in pending(document):
        yield _state(document, screening)


def as_upgrade(reading: readings.Reading) -> readings.Reading:
    """Return the reading as history keeps it: a differing text as a technical Version, and never a Change.

    What was published stays published; what the new rules hold back or call unchanged is recorded as their verdict.
    """
    text, before, verdict = reading.extract, reading.state.supersedes, reading.verdict
    outcome = verdict.outcome
    if text is not None and outcome is not screen.Outcome.HELD:
        if before is not None:
            outcome = screen.Outcome.UNCHANGED if text.text == before.text else screen.Outcome.TECHNICAL
        elif outcome in readings.PUBLISHED:
            outcome = screen.Outcome.TECHNICAL
    return replace(reading, verdict=replace(verdict, outcome=outcome), change=None)


def _lacks_part(screening: Screening) -> bool:
    return bool(screening.reasons) and screening.reasons[0]["reason"] == screen.Reason.MISSING_PART


def _state(document: Document, screening: Screening) -> readings.State:
    snapshots = Snapshot.objects.select_related("source").in_bulk(screening.snapshot_ids)
    ordered = tuple(snapshots[pk] for pk in screening.snapshot_ids)
    versions = Version.objects.filter(document=document)
    current = versions.filter(observed_at__lt=screening.observed_at).newest_first().first()
    return readings.State(
        document=document,
        sources=tuple(snapshot.source for snapshot in ordered),
        snapshots=ordered,
        memory=readings.memory(document, current, readings.seen_before(document, screening.observed_at)),
        current=current,
        observed_at=screening.observed_at,
        next_sequence=versions.aggregate(last=Max("sequence", default=0))["last"] + 1,
        supersedes=versions.filter(observed_at=screening.observed_at).newest_first().first(),
    )
