"""Sketches: half a kilobyte that tells how alike two texts are, kept for every text a document ever showed.

The 128 smallest hashes of all five-word shingles, after the count of words. Source: bottom-k sketches (Cohen and Kaplan
2007), shingling (Broder 1997); the rolling hash is a polynomial modulo 2**64, taken at word starts with numpy.
"""

from __future__ import annotations

import struct
from functools import lru_cache

import numpy
from numpy.typing import NDArray

SHINGLE_WORDS = 5
KEPT = 128
_RADIX = 0x9E3779B97F4A7C15 | 1
_INVERSE = pow(_RADIX, -1, 1 << 64)

Hashes = NDArray[numpy.uint64]


def sketch(normal: str) -> bytes:
    """Return the sketch of a text in normal form; at most 516 bytes."""
    hashes = distinct(shingles(normal) >> numpy.uint64(32))[:KEPT].astype(">u4")
    return struct.pack(">I", normal.count(" ") + 1 if normal else 0) + hashes.tobytes()


def resemblance(one: bytes, other: bytes) -> float:
    """Return how alike the sketched texts are, 0 to 1: an estimate of the share of common shingles."""
    mine, theirs = _kept(one), _kept(other)
    if not mine.size or not theirs.size:
        return 1.0 if one == other else 0.0
    union = numpy.union1d(mine, theirs)[:KEPT]
    both = numpy.isin(union, mine, assume_unique=True) & numpy.isin(union, theirs, assume_unique=True)
    return float(both.sum()) / len(union)


def words(sketched: bytes) -> int:
    """Return the number of words of the sketched text."""
    return int(struct.unpack(">I", sketched[:4])[0]) if len(sketched) >= 4 else 0


@lru_cache(maxsize=4)
def shingles(normal: str) -> Hashes:
    """Return the hash of each run of five words, in rising order; fewer words than five make one shingle."""
    raw = numpy.frombuffer(normal.encode(), dtype=numpy.uint8)
    if not raw.size:
        return numpy.zeros(0, dtype=numpy.uint64)
    powers, inverses = _powers(1 << (int(raw.size) + 1).bit_length())
    sums = numpy.zeros(raw.size + 1, dtype=numpy.uint64)
    numpy.cumsum((raw.astype(numpy.uint64) + numpy.uint64(1)) * powers[: raw.size], out=sums[1:])
    starts = numpy.concatenate(([0], numpy.flatnonzero(raw == 32) + 1, [raw.size + 1]))
    width = min(SHINGLE_WORDS, len(starts) - 1)
    begins, ends = starts[:-width], starts[width:] - 1
    return numpy.sort(_mixed((sums[ends] - sums[begins]) * inverses[begins]))


def containment(part: Hashes, whole: Hashes) -> float:
    """Return the share of the shingles of `part` that `whole` has too; both in rising order."""
    if not part.size or not whole.size:
        return 0.0
    places = numpy.minimum(numpy.searchsorted(whole, part), whole.size - 1)
    return float((whole[places] == part).mean())


def distinct(hashes: Hashes) -> Hashes:
    """Return the hashes, in rising order already, each once."""
    return hashes[numpy.concatenate(([True], hashes[1:] != hashes[:-1]))] if hashes.size else hashes


def _kept(sketched: bytes) -> NDArray[numpy.uint32]:
    return numpy.frombuffer(sketched[4:], dtype=">u4").astype(numpy.uint32)


@lru_cache(maxsize=4)
def _powers(size: int) -> tuple[Hashes, Hashes]:
    powers = numpy.full(size, _RADIX, dtype=numpy.uint64)
    inverses = numpy.full(size, _INVERSE, dtype=numpy.uint64)
    powers[0] = inverses[0] = 1
    return numpy.cumprod(powers), numpy.cumprod(inverses)


def _mixed(hashes: Hashes) -> Hashes:
    """Spread the hashes evenly (the finaliser of splitmix64)."""
    hashes = (hashes ^ (hashes >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> numpy.uint64(31))
