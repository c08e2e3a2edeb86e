"""The hash chain of each document: every record is linked in the transaction that writes it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Model

from monitoring.models import Change, Link, Screening, Snapshot, Version

GENESIS = bytes(32)

# What of a record the chain vouches for. Ids of rows are left out where a digest names the thing itself.
FIELDS: dict[type[Model], tuple[str, ...]] = {
    Snapshot: (
        "document_id", "source_id", "blob_id", "origin", "observed_at", "recorded_at", "content_type", "url",
        "redirects", "headers", "server_address", "certificate_id", "provenance",
    ),
    Screening: (
        "document_id", "snapshot_ids", "outcome", "difference", "reasons", "digest", "observed_at", "recorded_at", "revision",
        "provenance",
    ),
    Version: (
        "document_id", "sequence", "kind", "screening_id", "digest", "title", "language", "effective_date", "updated_date",
        "method", "observed_at", "recorded_at",
    ),
    Change: ("document_id", "before_id", "after_id", "significance", "counts", "observed_at", "recorded_at"),
}  # fmt: skip
KINDS = {
    Snapshot: Link.Kind.SNAPSHOT,
    Screening: Link.Kind.SCREENING,
    Version: Link.Kind.VERSION,
    Change: Link.Kind.CHANGE,
}


def append(records: Sequence[Model], *, now: datetime) -> None:
    """Link `records` to the chains of their documents, in the order given; they must be saved already.

    Two writers of one document collide on (document, sequence): the later one's transaction fails and is tried again.
    """
    heads: dict[int, tuple[int, bytes]] = _heads({record.document_id for record in records})  # type: ignore[attr-defined]
    links = []
    for record in records:
        document_id = record.document_id  # type: ignore[attr-defined]
        sequence, previous = heads.get(document_id, (0, GENESIS))
        link = _link(record, sequence + 1, previous, now)
        heads[document_id] = (link.sequence, bytes(link.digest))
        links.append(link)
    Link.objects.bulk_create(links)


def record_digest(record: Model) -> bytes:
    """Return the SHA-256 over the canonical JSON of the record's kind and vouched fields.

    Canonical: keys sorted, no white space, ASCII; bytes as hex, datetimes as ISO 8601 in UTC.
    """
    return hashlib.sha256(canonical(record)).digest()


def canonical(record: Model) -> bytes:
    """Return the very bytes that `record_digest` hashes."""
    fields = {name: getattr(record, name) for name in FIELDS[type(record)]}
    return _canonical({"kind": KINDS[type(record)].value, **fields})


def link_digest(previous: bytes, record: bytes) -> bytes:
    return hashlib.sha256(previous + record).digest()


def broken_at(links: Iterable[Link]) -> int | None:
    """Return the sequence of the first link of one whole chain that does not follow, or None when all do."""
    previous, expected = GENESIS, 1
    for link in links:
        if link.sequence != expected or link_digest(previous, bytes(link.record_digest)) != bytes(link.digest):
            return link.sequence
        previous, expected = bytes(link.digest), expected + 1
    return None


def _heads(document_ids: set[int]) -> dict[int, tuple[int, bytes]]:
    rows = (
        Link.objects.filter(document_id__in=document_ids)
        .order_by("document_id", "-sequence")
        .distinct("document_id")
        .values_list("document_id", "sequence", "digest")
    )
    return {document_id: (sequence, bytes(digest)) for document_id, sequence, digest in rows}


def _link(record: Model, sequence: int, previous: bytes, now: datetime) -> Link:
    digest = record_digest(record)
    return Link(
        document_id=record.document_id,  # type: ignore[attr-defined]
        sequence=sequence,
        kind=KINDS[type(record)],
        record_id=record.pk,
        record_digest=digest,
        digest=link_digest(previous, digest),
        recorded_at=now,
    )


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain).encode("ascii")


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")
