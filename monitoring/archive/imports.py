"""History brought in from elsewhere: before a document's first capture of our own, in order of time, added and never altered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Max, Min

from monitoring import extract
from monitoring.archive import bases, readings
from monitoring.models import Document, Screening, Snapshot, Source, Version

_LOCK = 0x0A7C0DE  # of this program: two imports at once would write into each other's histories


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a document's imported history goes.

    until: when our own history begins, None when it has not. at: the last imported moment that was read. collection: of
    the history so far, "" when there is none. held, look: whether that moment's text is held back, and after how many
    later looks at it.
    """

    until: datetime | None
    at: datetime | None
    collection: str
    held: bool
    look: int


def begin() -> bool:
    """Return whether this session may import: one at a time; ends with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def end() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def progress(document: Document) -> Progress:
    """Return how far the document's imported history goes, from its rows."""
    snapshots = Snapshot.objects.filter(document=document)
    until = snapshots.exclude(origin=Snapshot.Origin.IMPORTED).aggregate(first=Min("observed_at"))["first"]
    screenings = Screening.objects.filter(document=document)
    if until is not None:
        screenings = screenings.filter(observed_at__lt=until)
    last = screenings.order_by("-observed_at", "-id").defer("sketch", "reasons").first()
    imported = snapshots.filter(origin=Snapshot.Origin.IMPORTED).order_by("observed_at").first()
    if last is None:
        return Progress(until, None, "", False, 0)
    origin = last.provenance or (imported.provenance if imported else {})
    held = last.outcome == Screening.Outcome.HELD and last.size_words > 0
    return Progress(until, last.observed_at, origin.get("collection", ""), held, last.provenance.get("look", 0))


def latest_snapshots(document: Document, *, until: datetime | None) -> dict[int, Snapshot]:
    """Return the last imported capture of each source, by its id."""
    rows = Snapshot.objects.filter(document=document, origin=Snapshot.Origin.IMPORTED)
    if until is not None:
        rows = rows.filter(observed_at__lt=until)
    return {row.source_id: row for row in rows.order_by("source_id", "-observed_at").distinct("source_id")}


def state(
    document: Document,
    *,
    sources: Sequence[Source],
    snapshots: Sequence[Snapshot | None],
    at: datetime,
    page: extract.Page | None = None,
    provenance: Mapping[str, object],
    is_upgrade: bool = False,
) -> readings.State:
    """Return the document as reading would have found it at the moment `at`; `page` is a text without captures.

    What came with another declaration, from a text, or from better rules (is_upgrade) is a new basis.
    """
    versions = Version.objects.filter(document=document)
    current = versions.filter(observed_at__lt=at).newest_first().defer("outline").first()
    basis = bases.before(document.pk, at)
    return readings.State(
        document=document,
        sources=tuple(sources),
        snapshots=tuple(snapshots),
        memory=readings.memory(document, current, readings.seen_before(document, at)),
        current=current,
        observed_at=at,
        next_sequence=versions.aggregate(last=Max("sequence", default=0))["last"] + 1,
        page=page,
        provenance=provenance,
        is_new_basis=is_upgrade or (basis is not None and basis != {source.pk for source in sources}),
    )
