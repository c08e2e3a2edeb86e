"""The features that the linear model knows, found in many passages at once: what `words.features` says, as numbers of rows."""

from __future__ import annotations

import functools
import struct
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from . import words
from .words import Words

_REMEMBERED = 20_000
_FACTS = struct.Struct("7i")
_NO_PART = -1
_WE = ("#no we", "#we")
_YOU = ("#no you", "#you")

Numbers = NDArray[np.int32]


class Vocabulary:
    """The rows of features. What a word alone can say is remembered for each word; pairs are looked up all at once."""

    def __init__(self, rows: Mapping[str, int]) -> None:
        self.rows = rows
        self._missing = len(rows)
        pairs = {tuple(name.split(" ")): row for name, row in rows.items() if " " in name and name[0] != "#"}
        self._parts = {
            word: number for number, word in enumerate(dict.fromkeys(word for pair in pairs for word in pair))
        }
        keys = np.array([self._parts[one] * len(self._parts) + self._parts[two] for one, two in pairs], np.int64)
        order = np.argsort(keys)
        self._pair_keys = np.append(keys[order], np.iinfo(np.int64).max)
        self._pair_rows = np.append(np.fromiter(pairs.values(), np.int32, len(pairs))[order], self._missing)
        self._facts = functools.lru_cache(maxsize=_REMEMBERED)(self._facts_of)

    def found(self, read: Words) -> tuple[Numbers, Numbers]:
        """Return the rows of all features of all passages in a row, and how many of them each passage with words has."""
        joined = b"".join(map(self._facts, read.unique))
        said = np.frombuffer(joined, np.int32).reshape(-1, 7)[read.numbers]
        starts = read.starts
        place = np.arange(len(read.numbers)) - np.repeat(starts, read.counts[read.filled])
        table = np.full((len(read.numbers), 9), self._missing, np.int32)
        table[:, :2] = said[:, :2]
        table[:-1, 2] = np.where(place[1:] > 0, self._pairs(said[:, 4]), self._missing)
        early = place < words.EARLY
        table[early, 3] = said[early, 3]
        table[starts, 4] = said[starts, 2]
        table[starts, 5:] = self._shapes(read, np.logical_or.reduceat(said[:, 5:] > 0, starts))
        is_known = table != self._missing
        counts: Numbers = np.add.reduceat(is_known.sum(axis=1, dtype=np.int32), starts)
        return table[is_known], counts

    def _pairs(self, parts: Numbers) -> Numbers:
        """Return the row of each word with its next one."""
        keys = parts[:-1].astype(np.int64) * len(self._parts) + parts[1:]
        places = np.searchsorted(self._pair_keys, keys)
        is_pair = (self._pair_keys[places] == keys) & (parts[:-1] != _NO_PART) & (parts[1:] != _NO_PART)
        return np.where(is_pair, self._pair_rows[places], self._missing)

    def _shapes(self, read: Words, says: NDArray[np.bool_]) -> Numbers:
        """Return the rows of what passages with words look like; says: whether each says "we" and "you"."""
        names = (
            (words.length(read.counts[number]), words.ending(read.passages[number].lower), _WE[we], _YOU[you])
            for number, (we, you) in zip(read.filled.tolist(), says.tolist(), strict=True)
        )
        row, missing = self.rows.get, self._missing
        return np.array([[row(name, missing) for name in some] for some in names], np.int32)

    def _facts_of(self, word: str) -> bytes:
        """Return what a word says wherever it stands, first and early; its number among the parts of pairs; whom it means."""
        spelled, row, missing = words.spelled(word), self.rows.get, self._missing
        return _FACTS.pack(
            row(spelled, missing),
            row("s:" + spelled[: words.STEM], missing) if len(spelled) > words.STEM else missing,
            row("^" + spelled, missing),
            row("^^" + spelled, missing),
            self._parts.get(spelled, _NO_PART),
            spelled in words.FIRST_PERSON,
            spelled == "you",
        )
