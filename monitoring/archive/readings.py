"""What came of reading: a Screening always; a Version, its Clauses, a Change and its Edits where the text is news."""

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property

from django.db import connection
from django.db.models import Max

from monitoring import diff, extract, screen, segment
from monitoring.archive import bases, captures, chain, copying, lessons
from monitoring.models import Change, Clause, Document, Edit, Schedule, Screening, Snapshot, Source, Version

# Of the rules from extraction to significance. A new one means: history may be reread, as technical upgrades.
REVISION = "2026-11"
LOOKS_REMEMBERED = 200
PUBLISHED = (screen.Outcome.FIRST, screen.Outcome.NEWS, screen.Outcome.TECHNICAL)


@dataclass(frozen=True, slots=True)
class State:
    """A document as reading finds it: its sources with their latest captures, its past, and the moment it was seen."""

    document: Document
    sources: tuple[Source, ...]
    snapshots: tuple[Snapshot | None, ...]
    memory: screen.Memory
    current: Version | None
    observed_at: datetime
    next_sequence: int = 1
    supersedes: Version | None = None
    page: extract.Page | None = None  # a text imported without its captures
    provenance: Mapping[str, object] = field(default_factory=dict)
    is_new_basis: bool = False  # collected otherwise than the text before: what differs is nobody's change

    @property
    def missing(self) -> Source | None:
        """The first source without a good last capture, or None: a missing part never shortens a text."""
        pairs = zip(self.sources, self.snapshots, strict=True)
        return next((source for source, snapshot in pairs if snapshot is None or source.schedule.reason), None)

    def pages(self) -> list[extract.Page]:
        """Return the bytes to read, in order. Raises BlobError when the archive lost them."""
        if self.page is not None:
            return [self.page]
        return [
            extract.Page(
                body=captures.content(snapshot),
                content_type=snapshot.content_type,
                url=snapshot.url,
                select=tuple(source.select),
                remove=tuple(source.remove),
            )
            for source, snapshot in zip(self.sources, self.snapshots, strict=True)
            if snapshot is not None
        ]


@dataclass(frozen=True)
class Reading:
    """What reading a document came to: its extract (None when there was none), the verdict and the Change, if any."""

    state: State
    extract: extract.Extract | None
    verdict: screen.Verdict
    change: diff.Change | None = None

    @cached_property
    def clauses(self) -> tuple[segment.Clause, ...]:
        """The clauses of the text; comparing has made them already where there was something to compare."""
        if self.change is not None:
            return self.change.after.clauses
        return segment.clauses(self.extract.text) if self.extract else ()


def as_new_basis(reading: Reading) -> Reading:
    """Return the reading of a text that was collected otherwise than the one before: a technical upgrade, never a Change."""
    text, verdict = reading.extract, reading.verdict
    if text is None or verdict.outcome in (screen.Outcome.HELD, screen.Outcome.FIRST):
        return reading
    is_same = text.text == reading.state.memory.text
    outcome = screen.Outcome.UNCHANGED if is_same else screen.Outcome.TECHNICAL
    return replace(reading, verdict=replace(verdict, outcome=outcome), change=None)


def claim_unread(*, limit: int, document_ids: Iterable[int] | None = None) -> list[int]:
    """Lock up to `limit` schedules that wait to be read and return their documents' ids; call it in a transaction.

    Rows that another worker is reading are passed over. Empty when nothing waits.
    """
    rows = Schedule.objects.unread()
    if document_ids is not None:
        rows = rows.filter(source__document_id__in=list(document_ids))
    source_ids = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:limit])
    return list(Source.objects.filter(pk__in=source_ids).order_by().values_list("document_id", flat=True).distinct())


def states(document_ids: Sequence[int]) -> list[State]:
    """Return the state of each document, in the order of the ids; a fixed number of queries for all of them."""
    documents = Document.objects.select_related("platform").in_bulk(document_ids)
    sources: dict[int, list[Source]] = {pk: [] for pk in document_ids}
    for source in Source.objects.current().filter(document_id__in=document_ids).select_related("schedule"):
        sources[source.document_id].append(source)
    snapshots = _latest_snapshots([source.pk for each in sources.values() for source in each])
    versions = _latest_versions(document_ids)
    sequences = _next_sequences(document_ids)
    seen = _seen(document_ids)
    taught, accepted = lessons.taught(document_ids), lessons.accepted(document_ids, versions)
    imported = bases.imported(document_ids)
    return [
        State(
            document=documents[pk],
            sources=tuple(sources[pk]),
            snapshots=tuple(snapshots.get(source.pk) for source in sources[pk]),
            memory=replace(
                memory(documents[pk], versions.get(pk), seen.get(pk, ())),
                taught=taught.get(pk, ()),
                accepted=accepted.get(pk, ()),
            ),
            current=versions.get(pk),
            observed_at=max(at for source in sources[pk] if (at := source.schedule.last_success_at)),
            next_sequence=sequences.get(pk, 1),
            is_new_basis=pk in imported and imported[pk] != {source.pk for source in sources[pk]},
        )
        for pk in document_ids
        if sources[pk]
    ]


def memory(document: Document, current: Version | None, seen: Iterable[screen.Seen]) -> screen.Memory:
    """Return what screening is to know of the document: its current text and the texts of its past."""
    if current is None:
        return screen.Memory(seen=tuple(seen), terms_type=document.terms_type)
    return screen.Memory(
        text=current.text,
        language=current.language,
        versioned_at=current.observed_at,
        seen=tuple(seen),
        terms_type=document.terms_type,
        method=current.method,
        title=current.title,
        digest=bytes(current.screening.digest) if current.screening.revision == REVISION else b"",
    )


def _latest_snapshots(source_ids: Sequence[int]) -> dict[int, Snapshot]:
    rows = Snapshot.objects.filter(source_id__in=source_ids).order_by("source_id", "-observed_at").distinct("source_id")
    return {row.source_id: row for row in rows.defer("headers", "redirects")}


def _latest_versions(document_ids: Sequence[int]) -> dict[int, Version]:
    rows = Version.objects.filter(document_id__in=document_ids).order_by("document_id", "-observed_at", "-sequence")
    rows = rows.distinct("document_id").select_related("screening")
    return {row.document_id: row for row in rows.defer("outline", "screening__reasons", "screening__provenance")}


def _next_sequences(document_ids: Sequence[int]) -> dict[int, int]:
    rows = Version.objects.filter(document_id__in=document_ids).order_by().values("document_id")
    return {row["document_id"]: row["last"] + 1 for row in rows.annotate(last=Max("sequence"))}


def seen_before(document: Document, moment: datetime) -> tuple[screen.Seen, ...]:
    """Return the document's distinct texts as they were known before `moment`."""
    return _seen([document.pk], before=moment).get(document.pk, ())


def _seen(document_ids: Sequence[int], *, before: datetime | None = None) -> dict[int, tuple[screen.Seen, ...]]:
    """Return each document's distinct texts of the past: every recent look counts, of older ones the first of each text."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH look AS (
                SELECT id, document_id, digest, sketch, outcome, reasons -> 0 ->> 'reason' AS reason, observed_at,
                       row_number() OVER (PARTITION BY document_id ORDER BY observed_at DESC) <= %s AS is_recent
                FROM {Screening._meta.db_table}
                WHERE document_id = ANY(%s) AND sketch <> '' AND observed_at < %s::timestamptz
            ), kept AS (
                SELECT DISTINCT ON (document_id, digest, CASE WHEN is_recent THEN id ELSE 0 END) * FROM look
                ORDER BY document_id, digest, CASE WHEN is_recent THEN id ELSE 0 END, observed_at
            )
            SELECT document_id, digest, sketch, outcome, reason, observed_at FROM kept ORDER BY document_id, observed_at, id
            """,
            [LOOKS_REMEMBERED, list(document_ids), before or "infinity"],
        )
        rows = cursor.fetchall()
    return {
        document_id: screen.remember(
            screen.Look(bytes(digest), bytes(sketch), outcome, reason or "", observed_at)
            for _, digest, sketch, outcome, reason, observed_at in looks
        )
        for document_id, looks in itertools.groupby(rows, key=lambda row: row[0])
    }


@dataclass(frozen=True, slots=True)
class Published:
    """A Version that was written; the Change it made and the Version before, None where it made none."""

    reading: Reading
    version: Version
    change: Change | None = None
    before: Version | None = None


def record(readings: Sequence[Reading], *, now: datetime) -> list[Published]:
    """Write `readings`, one per document, and return the Versions made; call it in a transaction.

    What these rules have screened before at the same moment is not written again.
    """
    readings = _not_yet_recorded(readings)
    screenings = Screening.objects.bulk_create(_screening(reading, now) for reading in readings)
    news = [pair for pair in zip(readings, screenings, strict=True) if pair[0].verdict.outcome in PUBLISHED]
    versions = Version.objects.bulk_create(_version(reading, screening, now) for reading, screening in news)
    published = [Published(reading, version) for (reading, _), version in zip(news, versions, strict=True)]
    _record_clauses(published)
    changed = _record_changes(published, now)
    chain.append([*screenings, *versions, *(each.change for each in changed if each.change)], now=now)
    return [*changed, *(each for each in published if each.reading.change is None)]


def _record_changes(published: Sequence[Published], now: datetime) -> list[Published]:
    differing = [each for each in published if each.reading.change]
    changes = Change.objects.bulk_create(_change(each.reading, each.version, now) for each in differing)
    changed = [
        replace(each, change=change, before=change.before) for each, change in zip(differing, changes, strict=True)
    ]
    copying.copy(Edit, (vars(row) for each in changed for row in edits(each.reading.change, each.change)))  # type: ignore[arg-type]
    return changed


def _not_yet_recorded(readings: Sequence[Reading]) -> list[Reading]:
    moments = {(reading.state.document.pk, reading.state.observed_at) for reading in readings}
    rows = Screening.objects.filter(
        document__in=[pk for pk, _ in moments], observed_at__in=[at for _, at in moments], revision=REVISION
    )
    known = set(rows.values_list("document_id", "observed_at"))
    return [r for r in readings if (r.state.document.pk, r.state.observed_at) not in known]


def record_crash(document_id: int) -> None:
    """Count a crash of the reading itself; after three in a row the capture is parked and shown to operators."""
    for schedule in Schedule.objects.unread().filter(source__document_id=document_id):
        schedule.read_attempts += 1
        schedule.save(update_fields=["read_attempts"])


def _screening(reading: Reading, now: datetime) -> Screening:
    verdict = reading.verdict
    return Screening(
        document=reading.state.document,
        snapshot_ids=[snapshot.pk for snapshot in reading.state.snapshots if snapshot],
        outcome=verdict.outcome.value,
        difference=verdict.difference.value,
        reasons=[
            {"reason": finding.reason.value, "detail": finding.detail, "spans": [list(span) for span in finding.spans]}
            for finding in verdict.findings
        ],
        digest=verdict.digest,
        sketch=verdict.sketch,
        size_words=len(reading.extract.text.split()) if reading.extract else 0,
        observed_at=reading.state.observed_at,
        recorded_at=now,
        revision=REVISION,
        provenance=dict(reading.state.provenance),
    )


def _version(reading: Reading, screening: Screening, now: datetime) -> Version:
    text, state = reading.extract, reading.state
    assert text is not None, "only a text is published"
    kinds = {screen.Outcome.FIRST: Version.Kind.FIRST, screen.Outcome.NEWS: Version.Kind.CHANGE}
    return Version(
        document=state.document,
        sequence=state.next_sequence,
        supersedes=state.supersedes,
        kind=kinds.get(reading.verdict.outcome, Version.Kind.TECHNICAL),
        screening=screening,
        text=text.text,
        outline=outline(reading.clauses),
        digest=hashlib.sha256(text.text.encode()).digest(),
        title=text.title[:300],
        language=text.language[:20],
        effective_date=text.effective_date,
        updated_date=text.updated_date,
        method=text.method.value,
        confidence=text.confidence,
        size_words=screening.size_words,
        observed_at=state.observed_at,
        recorded_at=now,
    )


def outline(clauses: Iterable[segment.Clause]) -> list[list[object]]:
    """Return the clauses as Version.outline keeps them."""
    return [
        [clause.digest.hex(), clause.path, clause.number, clause.heading, clause.kind.value, clause.start, clause.end]
        for clause in clauses
    ]


def _record_clauses(published: Sequence[Published]) -> None:
    """Keep the texts of clauses that the documents did not have before."""
    rows = {
        (each.version.document_id, clause.digest): each.version.text[clause.start : clause.end]
        for each in published
        for clause in each.reading.clauses
    }
    if not rows:
        return
    table = Clause._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE incoming (document_id bigint, digest bytea, text text) ON COMMIT DROP")
        with cursor.copy("COPY incoming (document_id, digest, text) FROM STDIN") as copy:
            for (document_id, digest), text in rows.items():
                copy.write_row((document_id, digest, text))
        # What is known is left out first: its words would be taken apart before the conflict is seen.
        cursor.execute(
            f"INSERT INTO {table} (document_id, digest, text) SELECT * FROM incoming WHERE NOT EXISTS "
            f"(SELECT FROM {table} AS known WHERE (known.document_id, known.digest) = (incoming.document_id, incoming.digest)) "
            "ON CONFLICT DO NOTHING"
        )
        cursor.execute("DROP TABLE incoming")


def _change(reading: Reading, version: Version, now: datetime) -> Change:
    state, change = reading.state, reading.change
    assert change is not None and state.current is not None, "a change has two sides"
    counts: dict[str, int] = {}
    for edit in change.edits:
        counts[edit.kind.value] = counts.get(edit.kind.value, 0) + 1
    summary = diff.summary(change, effective_date=version.effective_date, first_seen_at=state.observed_at)
    return Change(
        document=state.document,
        before=state.current,
        after=version,
        significance=change.significance.value,
        reasons=[_ground(ground) for ground in change.grounds],
        summary=_plain(summary),
        counts=counts,
        suppressed={significance.value: number for significance, number in change.left_out},
        effective_date=version.effective_date,
        observed_at=state.observed_at,
        recorded_at=now,
    )


def edits(compared: diff.Change, change: Change) -> Iterable[Edit]:
    """Yield the rows of a comparison's edits, unsaved, for `change`."""
    for position, edit in enumerate(compared.edits):
        yield Edit(
            change=change,
            position=position,
            kind=edit.kind.value,
            before_position=edit.before,
            after_position=edit.after,
            further={"before": list(edit.further_before), "after": list(edit.further_after)},
            words=[[word.before_start, word.before_end, word.after_start, word.after_end] for word in edit.words],
            significance=edit.significance.value,
            reasons=[_ground(ground) for ground in edit.grounds],
        )


def _ground(ground: diff.Ground) -> dict[str, str]:
    return {"why": ground.why.value, "detail": ground.detail}


def _plain(summary: diff.Summary) -> dict[str, object]:
    """Return the summary as JSON keeps it; its dates stand on the Change itself."""
    fields = asdict(summary)
    return {name: fields[name] for name in ("headline", "lines", "facts", "topics", "left_out")}


def mark_read(readings: Sequence[Reading], *, now: datetime) -> None:
    """Take the documents off the queue. A held one is looked at again soon, until its text is settled."""
    held = {r.state.document.pk for r in readings if r.verdict.outcome is screen.Outcome.HELD}
    settled = {r.state.document.pk for r in readings} - held
    rows = Schedule.objects.all()
    rows.filter(source__document_id__in=settled).update(unread_at=None, read_attempts=0, held_at=None)
    rows.filter(source__document_id__in=held, held_at=None).update(held_at=now)
    rows.filter(source__document_id__in=held).update(unread_at=None, read_attempts=0)
    for schedule in rows.filter(source__document_id__in=held).exclude(last_fetched_at=None):
        schedule.due_at = captures.next_due_at(schedule)
        schedule.save(update_fields=["due_at"])
