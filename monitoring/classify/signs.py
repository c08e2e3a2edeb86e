"""The signs of a provision type in a passage: weighed patterns of words, for and against."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from monitoring import knowledge

from . import literals, numbers
from .plain import Plain

_WORDS = re.compile(r"[^\W\d_]+")
_DEFINITION = re.compile(
    r"^\W*[\"'][^\"']{1,60}[\"']\W{0,4}(?:\w+\W+){0,6}?(?:means|refers? to|shall (?:mean|have)|has the meaning|have the meaning|includes?\b)"
    r"|^\W*[\"'][^\"']{1,60}[\"']\s*:\s*means|^\W*definitions?\b"
)


@dataclass(frozen=True, slots=True)
class Sign:
    """One pattern. masks: bits of word pieces of which at least one must occur, one mask a group."""

    weight: int
    pattern: re.Pattern[str]
    masks: tuple[int, ...]


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
        result = 0
        for word in set(_WORDS.findall(lower)):
            result |= self.mask_of(word)
        return result


@dataclass(frozen=True, slots=True)
class Reader:
    """The signs of all types, ready to be tried. keys: provision types in the order of the taxonomy."""

    keys: tuple[str, ...]
    favouring: tuple[tuple[int, Sign], ...]
    opposing: tuple[tuple[Sign, ...], ...]
    pieces: _Pieces

    def evidence(self, plain: Plain) -> dict[int, Evidence]:
        """Return the evidence for every type that has any sign in its favour, by its index in `keys`."""
        mask = self.pieces.words(plain.lower)
        found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for index, sign in self.favouring:
            match = _tried(sign, plain.lower, mask)
            if match is not None:
                found[index].append((sign.weight, match.start(), match.end()))
        starts = plain.sentence_starts() if found else ()
        return {index: self._weighed(index, tuple(hits), plain.lower, mask, starts) for index, hits in found.items()}

    def _weighed(
        self, index: int, hits: tuple[tuple[int, int, int], ...], lower: str, mask: int, starts: tuple[int, ...]
    ) -> Evidence:
        against = [
            (sign.weight, match.start())
            for sign in self.opposing[index]
            if (match := _tried(sign, lower, mask)) is not None
        ]
        sentences: dict[int, int] = defaultdict(int)
        for weight, start, *_ in (*hits, *against):
            sentences[bisect_right(starts, start)] += weight
        best = max(sentences[bisect_right(starts, start)] for _, start, _ in hits)
        return Evidence(hits, sum(weight for weight, _ in against), best)


def _tried(sign: Sign, lower: str, mask: int) -> re.Match[str] | None:
    for group in sign.masks:
        if not group & mask:
            return None
    return sign.pattern.search(lower)


@cache
def reader() -> Reader:
    """Return the reader of the shipped signs."""
    pieces = _Pieces()
    rules = knowledge.signs()
    favouring: list[tuple[int, Sign]] = []
    opposing: list[tuple[Sign, ...]] = []
    for index, rule in enumerate(rules.values()):
        signs = [_sign(weight, pattern, pieces) for weight, pattern in rule.signs]
        favouring += [(index, sign) for sign in signs if sign.weight > 0]
        opposing.append(tuple(sign for sign in signs if sign.weight < 0))
    return Reader(tuple(rules), tuple(favouring), tuple(opposing), pieces)


def _sign(weight: int, pattern: str, pieces: _Pieces) -> Sign:
    written = numbers.expanded(pattern)
    return Sign(weight, re.compile(written), tuple(map(pieces.mask, literals.needed(written))))


def is_definition(lower: str) -> bool:
    """Return whether a passage explains a term rather than stating a rule."""
    return _DEFINITION.match(lower) is not None
