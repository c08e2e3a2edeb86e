"""The evidence packet of a Change: a ZIP that a stranger checks with the script inside, and nothing else.

It holds the bytes as served with the HTTP evidence of how they came, both texts, the edits and provisions as JSON, the
document's hash chain, and what the chain vouches for as the very bytes that were hashed.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from monitoring import provisions
from monitoring.archive import captures, chain
from monitoring.models import Change, Link, Revision, Screening, Snapshot, Version

FORMAT = 1
VERIFY = Path(__file__).with_name("verify.py")
SUFFIXES = {"text/html": "html", "application/xhtml+xml": "html", "application/pdf": "pdf", "text/plain": "txt"}
README = """Evidence packet {name}

{platform}, {document}: what changed between version {before} (seen {before_at}) and version {after} (seen {after_at}).

captures/   the bytes as they were served, and beside each how they came: address, redirects, headers, server, certificate
texts/      the two texts that were read from them (Markdown)
change.json what changed, clause by clause, with the places of the words in the two texts
provisions.json  what the document says on known types of provision, before and after, with the places of the words
records/    what the hash chain of the document vouches for, as the bytes that were hashed
chain.json  the chain, from its first link to the one of this change
manifest.json  what every file is, with its SHA-256; SHA256SUMS has the same for sha256sum --check

To check it, with nothing but Python: python3 verify.py

This packet describes what archived texts state, permit or reserve. It is not legal advice and no finding on enforceability.
"""


@dataclass(frozen=True, slots=True)
class File:
    path: str
    body: bytes
    what: str


def name_of(change: Change) -> str:
    """Return the name of the packet without its suffix: "CA-C-000123"."""
    return f"CA-C-{change.pk:06d}"


def packet(change: Change, *, now: datetime) -> bytes:
    """Return the ZIP. Raises blobs.BlobError when the archive lost a capture: a packet with a gap is none.

    `change` with its versions, document and platform. The same change at the same `now` gives the same bytes.
    """
    files = [*_captures(change), *_texts(change), *_told(change), *_chain(change)]
    files.append(File("README.txt", _readme(change).encode(), "what is in this packet"))
    files.append(File("verify.py", VERIFY.read_bytes(), "checks this packet"))
    manifest = {
        "format": FORMAT,
        "packet": name_of(change),
        "address": f"{settings.SITE_URL}{change.get_absolute_url()}",
        "made_at": now.isoformat(),
        "files": [
            {"path": each.path, "sha256": hashlib.sha256(each.body).hexdigest(), "what": each.what} for each in files
        ],
    }
    files.append(File("manifest.json", _json(manifest), "the digests of all files"))
    return _zipped([*files, _sums(files)], now)


def _sums(files: list[File]) -> File:
    lines = (
        f"{hashlib.sha256(each.body).hexdigest()}  {each.path}\n" for each in sorted(files, key=lambda each: each.path)
    )
    return File("SHA256SUMS", "".join(lines).encode(), "for sha256sum --check")


def _captures(change: Change) -> Iterator[File]:
    """Yield the bytes of both sides and how they came; one that both sides share, once."""
    for snapshot in _snapshots(change):
        digest = bytes(snapshot.blob_id).hex()
        suffix = SUFFIXES.get(snapshot.content_type.partition(";")[0].strip().lower(), "bin")
        stem = f"captures/{snapshot.observed_at:%Y%m%dT%H%M%SZ}-{digest[:12]}"
        yield File(f"{stem}.{suffix}", captures.content(snapshot), "as served")
        yield File(f"{stem}.json", _json(_how_it_came(snapshot, f"{stem}.{suffix}")), "how it came")


def _snapshots(change: Change) -> list[Snapshot]:
    ids = {pk for each in _screenings(change) for pk in each.snapshot_ids}
    rows = Snapshot.objects.filter(pk__in=ids).select_related("certificate")
    return list(rows.order_by("observed_at", "pk"))


def _screenings(change: Change) -> list[Screening]:
    return list(Screening.objects.filter(version__in=(change.before_id, change.after_id)).order_by("observed_at", "pk"))


def _how_it_came(snapshot: Snapshot, path: str) -> dict[str, Any]:
    certificate = bytes(snapshot.certificate.der).hex() if snapshot.certificate else ""
    return {
        "file": path,
        "sha256": bytes(snapshot.blob_id).hex(),
        "origin": snapshot.origin,
        "served_at": snapshot.observed_at.isoformat(),
        "recorded_at": snapshot.recorded_at.isoformat(),
        "address": snapshot.url,
        "redirects": snapshot.redirects,
        "headers": snapshot.headers,
        "content_type": snapshot.content_type,
        "server_address": snapshot.server_address,
        "certificate_der": certificate,
        "provenance": snapshot.provenance,
    }


def _texts(change: Change) -> Iterator[File]:
    for side, version in (("before", change.before), ("after", change.after)):
        yield File(f"texts/{side}.md", version.text.encode(), f"version {version.sequence}, {side} the change")


def _told(change: Change) -> Iterator[File]:
    yield File("change.json", _json(_change(change)), "what changed")
    yield File("provisions.json", _json(_provisions(change)), "what the document says, before and after")


def _change(change: Change) -> dict[str, Any]:
    return {
        "id": name_of(change),
        "platform": change.document.platform.name,
        "document": change.document.own_name,
        "significance": change.significance,
        "reasons": change.reasons,
        "summary": change.summary,
        "effective_date": change.effective_date.isoformat() if change.effective_date else None,
        "observed_at": change.observed_at.isoformat(),
        "recorded_at": change.recorded_at.isoformat(),
        "edits": [_edit(edit, change) for edit in change.edits.all()],
    }


def _edit(edit: Any, change: Change) -> dict[str, Any]:
    before, after = change.before.text, change.after.text
    return {
        "kind": edit.kind,
        "significance": edit.significance,
        "before": _clause(change.before, edit.before_position),
        "after": _clause(change.after, edit.after_position),
        "words": [
            {"before": [a, b], "after": [c, d], "removed": before[a:b], "added": after[c:d]}
            for a, b, c, d in edit.words
        ],
    }


def _clause(version: Version, position: int | None) -> dict[str, Any] | None:
    if position is None:
        return None
    _, path, number, heading, _, start, end = version.outline[position]
    return {"path": path, "number": number, "heading": heading, "span": [start, end], "text": version.text[start:end]}


def _provisions(change: Change) -> list[dict[str, Any]]:
    return [
        {
            "type": movement.type.key,
            "name": movement.type.name,
            "fate": movement.fate,
            "direction": movement.direction,
            "before": _said(movement.before),
            "after": _said(movement.after),
        }
        for movement in provisions.touched(change)
    ]


def _said(revision: Revision | None) -> dict[str, Any] | None:
    if revision is None:
        return None
    return {
        "stance": revision.stance,
        "carveouts": list(revision.exceptions),
        "parameters": revision.values,
        "exposure": revision.score,
        "level": revision.level,
        "confidence": revision.confidence,
        "taxonomy": revision.taxonomy,
        "version": revision.version_id,
        "spans": [[passage["start"], passage["end"]] for passage in revision.passages],
    }


def _chain(change: Change) -> Iterator[File]:
    """Yield the chain up to the change's own link, and the records of both sides as the bytes that were hashed."""
    links = list(Link.objects.filter(document=change.document_id).order_by("sequence"))
    kinds = {(link.kind, link.record_id): link for link in links}
    own = kinds[Link.Kind.CHANGE, change.pk]
    rows = [_link(link) for link in links if link.sequence <= own.sequence]
    yield File("chain.json", _json(rows), "the hash chain of the document, up to this change")
    for record in (*_snapshots(change), *_screenings(change), change.before, change.after, change):
        link = kinds[chain.KINDS[type(record)], record.pk]
        yield File(f"records/{link.sequence:06d}-{link.kind}.json", chain.canonical(record), "hashed into the chain")


def _link(link: Link) -> dict[str, Any]:
    return {
        "sequence": link.sequence,
        "kind": link.kind,
        "record_digest": bytes(link.record_digest).hex(),
        "digest": bytes(link.digest).hex(),
        "recorded_at": link.recorded_at.isoformat(),
    }


def _readme(change: Change) -> str:
    return README.format(
        name=name_of(change),
        platform=change.document.platform.name,
        document=change.document.own_name,
        before=change.before.sequence,
        before_at=f"{change.before.observed_at:%Y-%m-%d %H:%M} UTC",
        after=change.after.sequence,
        after_at=f"{change.after.observed_at:%Y-%m-%d %H:%M} UTC",
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _zipped(files: list[File], now: datetime) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.path, date_time=now.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.body)
    return buffer.getvalue()
