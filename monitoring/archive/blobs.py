"""Bytes in the archive store: addressed by SHA-256, compressed with zstd, kept once.

A page served a day later is nearly the page of the day before. So a payload is compressed with the last full blob of its
source as dictionary; only when that does not pay is it stored in full and becomes the dictionary of what follows. A
dictionary is always a full blob: reading needs at most two files.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import zstandard
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from monitoring.models import Blob

LEVEL_FULL = 3
LEVEL_DELTA = 3
DELTA_PAYS_BELOW = 0.10  # of the payload's size
MEMORY_BYTES = 16 * 2**20
MAX_SIZE_BYTES = 64 * 2**20


class BlobError(Exception):
    """Bytes of the archive are missing or are not what their digest says. The message names the blob."""


@dataclass(frozen=True, slots=True)
class Payload:
    """Bytes to keep, and the blob of the same source that they probably resemble, if any."""

    body: bytes
    digest: bytes
    like: bytes | None = None


class _Recent:
    """The payloads used last, up to MEMORY_BYTES in all: what was just stored is often read next."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.bodies: OrderedDict[bytes, bytes] = OrderedDict()
        self.size_bytes = 0

    def put(self, digest: bytes, body: bytes) -> None:
        if digest in self.bodies:
            return
        self.bodies[digest] = body
        self.size_bytes += len(body)
        while self.size_bytes > MEMORY_BYTES:
            self.size_bytes -= len(self.bodies.popitem(last=False)[1])

    def get(self, digest: bytes) -> bytes | None:
        return self.bodies.get(digest)


_recent = _Recent()


def digest_of(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def path_of(digest: bytes) -> str:
    """Return where the compressed bytes lie in the archive storage."""
    name = bytes(digest).hex()
    return f"blobs/{name[:2]}/{name[2:4]}/{name}.zst"


def store(payloads: Iterable[Payload], *, now: datetime) -> int:
    """Keep `payloads`, those already known aside; return the bytes written to the store.

    The file is written before the row: a crash between leaves a file that the next attempt overwrites.
    Raises OSError when the store cannot be written (a full disk): no row is made then.
    """
    wanted = {payload.digest: payload for payload in payloads}
    known = Blob.objects.in_bulk(list(wanted))
    bases = _bases({payload.like for payload in wanted.values() if payload.like})
    rows = [_write(payload, bases, now) for digest, payload in wanted.items() if digest not in known]
    Blob.objects.bulk_create(rows, ignore_conflicts=True)
    return sum(row.stored_bytes for row in rows)


def load(digest: bytes) -> bytes:
    """Return the bytes of the blob. Raises BlobError when they are gone or damaged."""
    if (body := _recent.get(digest)) is not None:
        return body
    row = Blob.objects.filter(digest=digest).first()
    if row is None:
        raise BlobError(f"blob {digest.hex()}: no such blob in the archive")
    return _read(digest, _read(bytes(row.base_id)) if row.base_id else None)


def _read(digest: bytes, dictionary: bytes | None = None) -> bytes:
    """Return the bytes of a blob whose row is known: of one that is kept in full, or with the bytes of its base."""
    if (body := _recent.get(digest)) is None:
        body = _unpacked(digest, _read_file(digest), dictionary)
        _recent.put(digest, body)
    return body


def forget_recent() -> None:
    """Drop the payloads kept in memory, so that the next load reads the store."""
    _recent.clear()


def _bases(digests: set[bytes]) -> dict[bytes, bytes]:
    """Return for each blob the full blob to use as dictionary: its own base, or itself."""
    rows = Blob.objects.filter(digest__in=list(digests)).values_list("digest", "base_id")
    return {bytes(digest): bytes(base or digest) for digest, base in rows}


def _write(payload: Payload, bases: dict[bytes, bytes], now: datetime) -> Blob:
    base = bases.get(payload.like) if payload.like else None
    packed = _packed(payload.body, LEVEL_DELTA, _read(base)) if base else None
    if packed is None or len(packed) > DELTA_PAYS_BELOW * len(payload.body):
        base, packed = None, _packed(payload.body, LEVEL_FULL, None)
    storage, path = storages["archive"], path_of(payload.digest)
    if storage.exists(path):
        storage.delete(path)
    storage.save(path, ContentFile(packed))
    _recent.put(payload.digest, payload.body)
    return Blob(
        digest=payload.digest, size_bytes=len(payload.body), stored_bytes=len(packed), base_id=base, created_at=now
    )


def _packed(body: bytes, level: int, dictionary: bytes | None) -> bytes:
    if dictionary is None:
        return zstandard.ZstdCompressor(level=level).compress(body)
    return zstandard.ZstdCompressor(level=level, dict_data=_dictionary(dictionary)).compress(body)


def _unpacked(digest: bytes, packed: bytes, dictionary: bytes | None) -> bytes:
    prepared = _dictionary(dictionary) if dictionary is not None else None
    try:
        body = zstandard.ZstdDecompressor(dict_data=prepared).decompress(packed, max_output_size=MAX_SIZE_BYTES)
    except zstandard.ZstdError as error:
        raise BlobError(f"blob {digest.hex()}: its file is damaged ({error}): restore {path_of(digest)}") from error
    if digest_of(body) != digest:
        raise BlobError(f"blob {digest.hex()}: its file holds other bytes: restore {path_of(digest)}")
    return body


def _dictionary(body: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(body, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _read_file(digest: bytes) -> bytes:
    try:
        with storages["archive"].open(path_of(digest)) as file:
            return file.read()
    except FileNotFoundError as error:
        raise BlobError(f"blob {digest.hex()}: its file is gone: restore {path_of(digest)}") from error
