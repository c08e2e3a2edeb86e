"""Held texts as operators review them: what is held and why, beside the text that stands, and what was decided.

Publishing goes the way of every text: the decision is a row, and the next look at the document, which is due at once,
makes the Version and the Change, if it still shows that text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Min

from accounts.models import User
from monitoring import diff, extract, redline, screen
from monitoring.archive import blobs, captures, readings
from monitoring.models import Change, Decision, Document, Schedule, Screening, Snapshot, Version


class DecisionError(Exception):
    """A decision that cannot be recorded; the message says why."""


@dataclass(frozen=True, slots=True)
class Held:
    """One document whose text is held back: since when, how often it was looked at, and the latest look.

    `times`: looks of this spell that brought this very text. `decision`: the latest on this text, if there is one.
    """

    document: Document
    since: datetime
    screening: Screening
    looks: int
    times: int
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The held text beside the current Version. `text` is empty, and `fault` says why, when none can be taken."""

    text: str
    digest: bytes
    fault: str
    edits: tuple[redline.Marked, ...]
    significance: str


def queue(document_ids: Sequence[int] | None = None) -> list[Held]:
    """Return the documents whose text is held back (of `document_ids` only, if given), the longest held first.

    Five queries, however many there are.
    """
    rows = Schedule.objects.exclude(held_at=None)
    if document_ids is not None:
        rows = rows.filter(source__document__in=document_ids)
    spells = dict(rows.values_list("source__document").annotate(since=Min("held_at")).order_by("since"))
    documents = Document.objects.with_platform().in_bulk(spells)
    latest = _latest_screenings(list(spells))
    decisions, looks = _latest_decisions(list(spells)), _looks(list(spells))
    return [
        Held(
            document=documents[pk],
            since=since,
            screening=latest[pk],
            looks=sum(looks.get(pk, {}).values()),
            times=looks.get(pk, {}).get(bytes(latest[pk].digest), 0),
            decision=decisions.get((pk, bytes(latest[pk].digest))),
        )
        for pk, since in spells.items()
        if pk in latest
    ]


def of(document: Document) -> Held | None:
    """Return the document's held text, or None when nothing is held."""
    return next(iter(queue([document.pk])), None)


def compare(held: Held) -> Comparison:
    """Return the held text, read anew from its captures, beside the text that stands."""
    if not held.screening.snapshot_ids:
        return Comparison("", b"", "Nothing was captured yet.", (), "")
    try:
        candidate = extract.extract(_pages(held.screening))
    except (extract.ExtractError, blobs.BlobError) as error:
        return Comparison("", b"", str(error), (), "")
    current = Version.objects.latest_of(held.document.pk)
    digest = screen.digest(candidate.text)
    if current is None:
        return Comparison(candidate.text, digest, "", (), "")
    compared = diff.compare(current.text, candidate.text)
    return Comparison(candidate.text, digest, "", _marked(compared), compared.significance.value)


def decide(
    *, held: Held, outcome: Decision.Outcome, note: str, operator: User, now: datetime, digest: bytes = b""
) -> Decision:
    """Record what was decided about the held text, known by `digest`; to publish, the document is due again at once.

    Raises DecisionError when there is no text to publish.
    """
    if outcome is Decision.Outcome.PUBLISH and not digest:
        raise DecisionError("There is no text to publish: what was captured cannot be read.")
    with transaction.atomic():
        decision = Decision.objects.create(
            document=held.document,
            screening=held.screening,
            digest=digest or bytes(held.screening.digest),
            outcome=outcome,
            note=note,
            decided_by=operator,
            decided_at=now,
        )
        if outcome is Decision.Outcome.PUBLISH:
            Schedule.objects.filter(source__document=held.document, due_at__gt=now).update(due_at=now)
    return decision


def _looks(document_ids: Sequence[int]) -> dict[int, dict[bytes, int]]:
    """Return how often each text was seen in the present spell of being held, by document and digest."""
    rows = Screening.objects.held().filter(
        document__in=document_ids, recorded_at__gte=F("document__sources__schedule__held_at")
    )
    found: dict[int, dict[bytes, int]] = {}
    counted = rows.order_by().values_list("document_id", "digest").annotate(times=Count("id", distinct=True))
    for document_id, digest, times in counted:
        found.setdefault(document_id, {})[bytes(digest)] = times
    return found


def _latest_screenings(document_ids: Sequence[int]) -> dict[int, Screening]:
    rows = Screening.objects.held().filter(document__in=document_ids).order_by("document_id", "-observed_at", "-id")
    return {row.document_id: row for row in rows.distinct("document_id")}


def _latest_decisions(document_ids: Sequence[int]) -> dict[tuple[int, bytes], Decision]:
    rows = Decision.objects.filter(document__in=document_ids).select_related("decided_by")
    latest = rows.order_by("document_id", "digest", "-decided_at", "-id").distinct("document_id", "digest")
    return {(row.document_id, bytes(row.digest)): row for row in latest}


def _pages(screening: Screening) -> list[extract.Page]:
    rows = Snapshot.objects.select_related("source").in_bulk(screening.snapshot_ids)
    return [
        extract.Page(
            body=captures.content(rows[pk]),
            content_type=rows[pk].content_type,
            url=rows[pk].url,
            select=tuple(rows[pk].source.select),
            remove=tuple(rows[pk].source.remove),
        )
        for pk in screening.snapshot_ids
    ]


def _marked(compared: diff.Change) -> tuple[redline.Marked, ...]:
    """Return a comparison as a page shows it, through rows that are never saved."""
    before, after = (
        Version(text=side.markdown, outline=readings.outline(side.clauses))
        for side in (compared.before, compared.after)
    )
    change = Change(before=before, after=after)
    return redline.of(change, edits=readings.edits(compared, change))
