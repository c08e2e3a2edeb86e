"""The signs of a provision type in a passage: weighed patterns of words, for and against."""

from __future__ import annotations

import functools
import operator
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from monitoring import knowledge

from . import literals, numbers
from .plain import Plain

_WORDS = re.compile(r"[^\W_]+")
_DEFINITION = re.compile(
    r"^\W*[\"'][^\"']{1,60}[\"']\W{0,4}(?:\w+\W+){0,6}?"
    r"(?:means|refers? to|shall (?:mean|have)|has the meaning|have the meaning|includes?\b)"
    r"|^\W*[\"'][^\"']{1,60}[\"']\s*:\s*means|^\W*definitions?\b"
)


Alternative = tuple[tuple[int, ...], re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Sign:
    """One pattern, cut at its top alternatives; the first that matches stands for the sign.

    alternatives: masks of word pieces (of each mask at least one bit must occur) and the pattern. any: of which pieces at
    least one must occur for any alternative; all bits when nothing is known.
    """

    weight: int
    alternatives: tuple[Alternative, ...]
    any: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a type: signs found (weight, start, end in the plain words), and against (sum, 0 or less).

    best_sentence: the highest sum of signs, both ways, in one sentence.
    """

    found: tuple[tuple[int, int, int], ...]
    against: int
    best_sentence: int

    @property
    def favour(self) -> int:
        """Return the sum of what speaks for the type."""
        return sum(weight for weight, _, _ in self.found)

    @property
    def decides(self) -> bool:
        """Return whether the signs alone carry the type."""
        return self.favour + self.against >= 3


class _Pieces:
    """The word pieces patterns need, numbered as bits; which of them a word holds is remembered."""

    def __init__(self) -> None:
        self.bits: dict[str, int] = {}
        self.mask_of = lru_cache(maxsize=60_000)(self._mask)

    def mask(self, group: Iterable[str]) -> int:
        result = 0
        for piece in group:
            result |= 1 << self.bits.setdefault(piece, len(self.bits))
        return result

    def _mask(self, word: str) -> int:
        result = 0
        for piece, bit in self.bits.items():
            if piece in word:
                result |= 1 << bit
        return result

    def words(self, lower: str) -> int:
        """Return the bits of all pieces that the words of a text hold."""
        return functools.reduce(operator.or_, map(self.mask_of, set(_WORDS.findall(lower))), 1 << len(self.bits))


@dataclass(frozen=True, slots=True)
class Reader:
    """The signs of all types, ready to be tried. keys: provision types in the order of the taxonomy."""

    keys: tuple[str, ...]
    favouring: tuple[tuple[Sign, ...], ...]
    opposing: tuple[tuple[Sign, ...], ...]
    pieces: _Pieces

    def evidence(self, plain: Plain, columns: Sequence[int] | None = None) -> dict[int, Evidence]:
        """Return the evidence for every type that has any sign in its favour, by its index in `keys`.

        columns: the types to look at, None for all.
        """
        found: dict[int, tuple[tuple[int, int, int], ...]] = {}
        mask = self.pieces.words(plain.lower)
        for index in range(len(self.keys)) if columns is None else columns:
            hits = tuple(
                (sign.weight, match.start(), match.end())
                for sign in self.favouring[index]
                if sign.any & mask and (match := _tried(sign, plain.lower, mask)) is not None
            )
            if hits:
                found[index] = hits
        starts = plain.sentence_starts() if found else ()
        return {index: self._weighed(index, hits, plain.lower, mask, starts) for index, hits in found.items()}

    def _weighed(
        self, index: int, hits: tuple[tuple[int, int, int], ...], lower: str, mask: int, starts: tuple[int, ...]
    ) -> Evidence:
        against = [
            (sign.weight, match.start())
            for sign in self.opposing[index]
            if sign.any & mask and (match := _tried(sign, lower, mask)) is not None
        ]
        sentences: dict[int, int] = defaultdict(int)
        for weight, start, *_ in (*hits, *against):
            sentences[bisect_right(starts, start)] += weight
        best = max(sentences[bisect_right(starts, start)] for _, start, _ in hits)
        return Evidence(hits, sum(weight for weight, _ in against), best)


def _tried(sign: Sign, lower: str, mask: int) -> re.Match[str] | None:
    for masks, pattern in sign.alternatives:
        for needed in masks:
            if not needed & mask:
                break
        else:
            match = pattern.search(lower)
            if match is not None:
                return match
    return None


@cache
def reader() -> Reader:
    """Return the reader of the shipped signs."""
    pieces = _Pieces()
    rules = knowledge.signs()
    favouring: list[tuple[Sign, ...]] = []
    opposing: list[tuple[Sign, ...]] = []
    for rule in rules.values():
        signs = [_sign(weight, pattern, pieces) for weight, pattern in rule.signs]
        favouring.append(tuple(sign for sign in signs if sign.weight > 0))
        opposing.append(tuple(sign for sign in signs if sign.weight < 0))
    return Reader(tuple(rules), tuple(favouring), tuple(opposing), pieces)


def _sign(weight: int, pattern: str, pieces: _Pieces) -> Sign:
    alternatives = tuple(
        (tuple(map(pieces.mask, literals.needed(part))), re.compile(part))
        for part in literals.alternatives(numbers.expanded(pattern))
    )
    firsts = [masks[0] if masks else -1 for masks, _ in alternatives]
    return Sign(weight, alternatives, -1 if -1 in firsts else functools.reduce(operator.or_, firsts))


def is_definition(lower: str) -> bool:
    """Return whether a passage explains a term rather than stating a rule."""
    return _DEFINITION.match(lower) is not None
