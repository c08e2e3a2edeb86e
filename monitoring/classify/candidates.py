"""Which patterns could match which passages: many passages at once, so that few patterns need to be tried."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from . import literals
from .words import Words

_REMEMBERED = 20_000
_ALWAYS = 1


class Candidates:
    """Patterns by the pieces of words they cannot match without (see `literals`).

    Each group of pieces has a bit. A word is remembered as the bits of the groups it fulfils: a passage costs a look-up a word.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        needs = [literals.needed(pattern) for pattern in patterns]
        bits = {group: bit for bit, group in enumerate(dict.fromkeys(g for groups in needs for g in groups), _ALWAYS)}
        self._size = (_ALWAYS + len(bits) + 63) // 64 * 8
        rows = [[bits[group] for group in groups] or [0] for groups in needs]
        self._needs = np.array([bit for row in rows for bit in row])
        self._starts = np.cumsum([0, *map(len, rows)])[:-1]
        self._pieces: dict[str, int] = defaultdict(int)
        for group, bit in bits.items():
            for piece in group:
                self._pieces[piece] |= 1 << bit
        self._lengths = sorted({len(piece) for piece in self._pieces})
        self._bits = functools.lru_cache(maxsize=_REMEMBERED)(self._bits_of)

    def possible(self, read: Words) -> NDArray[np.bool_]:
        """Return whether each pattern could match each passage; one row a pattern, one column a passage."""
        passages = len(read.passages)
        fulfilled = np.zeros((passages, self._size), np.uint8)
        fulfilled[:, 0] = _ALWAYS
        if read.numbers.size:
            bits = np.frombuffer(b"".join(map(self._bits, read.unique)), np.uint64).reshape(-1, self._size // 8)
            said = np.bitwise_or.reduceat(bits[read.numbers], read.starts)
            fulfilled[read.filled] |= said.view(np.uint8)
        by_group = np.packbits(np.unpackbits(fulfilled, axis=1, bitorder="little").T, axis=1)
        by_pattern = np.bitwise_and.reduceat(by_group[self._needs], self._starts)
        return np.unpackbits(by_pattern, axis=1, count=passages).view(np.bool_)

    def _bits_of(self, word: str) -> bytes:
        result = 0
        for part in word.split("'"):
            edged = f"^{part}$"
            for length in self._lengths:
                for start in range(len(edged) - length + 1):
                    result |= self._pieces.get(edged[start : start + length], 0)
        return result.to_bytes(self._size, "little")
