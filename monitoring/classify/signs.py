"""The signs of a provision type in a passage: weighed patterns of words, for and against."""

from __future__ import annotations

import itertools
import operator
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from monitoring import knowledge

from . import literals, macros
from .candidates import Candidates
from .patterns import Pattern
from .plain import Plain
from .words import Words

_DEFINITION = re.compile(
    r"^\W*(?:(?:\w{1,3}|\d+(?:\.\d+)*)[.)]\W*)?(?:the |an? )?[\"'][^\"']{1,70}[\"']\W{0,4}(?:\([^)]*\)\W*)?(?:\w+\W+){0,8}?"
    r"(?:means?|refers? to|shall (?:mean|have)|has the meaning|have the meanings?|(?<!without )includes?\b)"
    r"|^\W*definitions?\b"
)
_RULE = re.compile(r"[.!?]\W+(?:\w+\W+){0,12}?(?:must|(?:may|shall|will|do|does) not|agrees?|grants?)\b")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the alternatives at the top of a sign's pattern. column: its type. sign: number of the sign among all."""

    column: int
    sign: int
    weight: int
    pattern: Pattern


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


Hit = tuple[int, int, int]
_COLUMN = operator.attrgetter("column")
_SIGN = operator.attrgetter("sign")


def _heaviest(sign: tuple[int, str]) -> int:
    return -sign[0]


class Reader:
    """The signs of all types, ready to be tried. keys: provision types in the order of the taxonomy.

    alternatives: of all signs, in the order of types; of a type the heaviest first. candidates: which of them are worth trying.
    """

    def __init__(self, rules: Mapping[str, knowledge.Signs]) -> None:
        self.keys = tuple(rules)
        signs = [
            (column, *sign) for column, rule in enumerate(rules.values()) for sign in sorted(rule.signs, key=_heaviest)
        ]
        cut = [literals.alternatives(macros.expanded(pattern)) for _, _, pattern in signs]
        parts = [(number, part) for number, some in enumerate(cut) for part in some]
        self.alternatives = [Alternative(signs[n][0], n, signs[n][1], Pattern(part)) for n, part in parts]
        self.candidates = Candidates([part for _, part in parts])
        self._columns = np.array([alternative.column for alternative in self.alternatives])
        self._weights = np.array([[max(0, weight)] for _, weight, _ in signs], np.int16)
        self._first_parts = np.searchsorted([number for number, _ in parts], range(len(signs)))
        self._first_signs = np.searchsorted([column for column, *_ in signs], range(len(self.keys)))

    def evidence(self, read: Words, needed: NDArray[np.int64] | int = 1) -> list[dict[int, Evidence]]:
        """Return for each passage the evidence for every type that has any sign in its favour, by its index in `keys`.

        needed: how much must speak for a type to be worth a look, at least 1; one row a passage and one column a type, or
        one number for all. Types for which less speaks may be missing.
        """
        possible = self.candidates.possible(read)
        spare = self._most(possible) - np.transpose(needed)
        worth = (spare >= 0)[self._columns] & possible
        tried: list[list[Alternative]] = [[] for _ in read.passages]
        for passage, alternative in np.argwhere(worth.T).tolist():
            tried[passage].append(self.alternatives[alternative])
        return [_evidence(*row) for row in zip(read.passages, tried, spare.T.tolist(), strict=True)]

    def _most(self, possible: NDArray[np.bool_]) -> NDArray[np.int16]:
        """Return how much would speak for each type, a row each, if every alternative that is possible matched."""
        signs = np.bitwise_or.reduceat(possible.view(np.int8), self._first_parts)
        most: NDArray[np.int16] = np.add.reduceat(signs * self._weights, self._first_signs, dtype=np.int16)
        return most


def _evidence(passage: Plain, tried: Iterable[Alternative], spare: Sequence[int]) -> dict[int, Evidence]:
    found = {}
    starts: tuple[int, ...] = ()
    for column, alternatives in itertools.groupby(tried, key=_COLUMN):
        hits = _tried(alternatives, passage.lower, spare[column])
        if hits and hits[0][0] > 0:
            starts = starts or passage.sentence_starts()
            found[column] = _weighed(hits, starts)
    return found


def _tried(alternatives: Iterable[Alternative], lower: str, spare: int) -> tuple[Hit, ...]:
    """Return the signs of one type that match, those in favour first; none once more than `spare` of favour is missing.

    Of the alternatives of a sign the first that matches stands for it.
    """
    hits: list[Hit] = []
    for _, parts in itertools.groupby(alternatives, key=_SIGN):
        weight, match = _first_match(parts, lower)
        if match is not None:
            hits.append((weight, match.start(), match.end()))
        elif weight > 0:
            spare -= weight
        if spare < 0 or (not hits and weight < 0):
            return ()
    return tuple(hits)


def _first_match(parts: Iterable[Alternative], lower: str) -> tuple[int, re.Match[str] | None]:
    """Return the weight of a sign, and the match of its first alternative that matches."""
    for part in parts:
        match = part.pattern.search(lower)
        if match is not None:
            return part.weight, match
    return part.weight, None


def _weighed(hits: tuple[Hit, ...], starts: Sequence[int]) -> Evidence:
    found = tuple(hit for hit in hits if hit[0] > 0)
    sentences: dict[int, int] = defaultdict(int)
    for weight, start, _ in hits:
        sentences[bisect_right(starts, start)] += weight
    best = max(sentences[bisect_right(starts, start)] for _, start, _ in found)
    return Evidence(found, sum(weight for weight, _, _ in hits if weight < 0), best)


@cache
def reader() -> Reader:
    """Return the reader of the shipped signs."""
    return Reader(knowledge.signs())


def is_definition(lower: str) -> bool:
    """Return whether a passage explains a term and states no rule in a later sentence."""
    return _DEFINITION.match(lower) is not None and _RULE.search(lower) is None
