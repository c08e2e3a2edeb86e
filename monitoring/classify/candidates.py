"""Which patterns could match which passages: many passages at once, so that few patterns need to be tried."""

from __future__ import annotations

import functools
import operator
import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from . import literals

_WORDS = re.compile(r"[^\W_]+")
_REMEMBERED = 20_000
_ALWAYS = 1


class Candidates:
    """Patterns by the pieces of words they cannot match without (see `literals`).

    Each group of pieces has a bit. A word is remembered as the bits of the groups it fulfils: a passage costs a look-up a word.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        needs = [literals.needed(pattern) for pattern in patterns]
        bits = {group: bit for bit, group in enumerate(dict.fromkeys(g for groups in needs for g in groups), _ALWAYS)}
        self.size = _ALWAYS + len(bits)
        rows = [[bits[group] for group in groups] or [0] for groups in needs]
        self.needs = np.array([bit for row in rows for bit in row])
        self.starts = np.cumsum([0, *map(len, rows)])[:-1]
        self.pieces: dict[str, int] = defaultdict(int)
        for group, bit in bits.items():
            for piece in group:
                self.pieces[piece] |= 1 << bit
        self.lengths = sorted({len(piece) for piece in self.pieces})
        self.bits_of = functools.lru_cache(maxsize=_REMEMBERED)(self._bits_of)

    def possible(self, passages: Sequence[str]) -> NDArray[np.bool_]:
        """Return whether each pattern could match each passage in lower case; one row a passage, one column a pattern."""
        size = (self.size + 7) // 8
        packed = b"".join(self._fulfilled(passage).to_bytes(size, "little") for passage in passages)
        table = np.frombuffer(packed, np.uint8).reshape(len(passages), size)
        fulfilled = np.ascontiguousarray(np.unpackbits(table, axis=1, bitorder="little", count=self.size).T)
        return np.minimum.reduceat(fulfilled[self.needs], self.starts, axis=0).T.view(np.bool_)

    def _fulfilled(self, passage: str) -> int:
        return functools.reduce(operator.or_, map(self.bits_of, set(_WORDS.findall(passage))), _ALWAYS)

    def _bits_of(self, word: str) -> int:
        result = 0
        for length in self.lengths:
            for start in range(len(word) - length + 1):
                result |= self.pieces.get(word[start : start + length], 0)
        return result
