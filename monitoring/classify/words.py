"""The words of passages: as features of the linear model one passage at a time, and of many passages at once as numbers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .plain import Plain

STEM = 5
EARLY = 4
FIRST_PERSON = frozenset(("we", "us", "our"))
_TOKENS = re.compile(r"[a-z']+|\d+")


@dataclass(frozen=True, slots=True)
class Words:
    """Many passages and their words, in lower case.

    unique: each word once. numbers: the words of all passages in a row, by their place in `unique`. counts: words a passage.
    """

    passages: tuple[Plain, ...]
    unique: tuple[str, ...]
    numbers: NDArray[np.intp]
    counts: NDArray[np.intp]

    @property
    def filled(self) -> NDArray[np.intp]:
        """The passages that have words, by number."""
        return np.flatnonzero(self.counts)

    @property
    def starts(self) -> NDArray[np.intp]:
        """Where the words of each passage that has any begin."""
        counts = self.counts[self.filled]
        starts: NDArray[np.intp] = np.cumsum(counts) - counts
        return starts


def split(passages: Sequence[Plain]) -> Words:
    """Return passages with their words."""
    found = [_TOKENS.findall(passage.lower) for passage in passages]
    flat = list(itertools.chain.from_iterable(found))
    unique = {word: number for number, word in enumerate(dict.fromkeys(flat))}
    numbers = np.fromiter(map(unique.__getitem__, flat), np.intp, len(flat))
    return Words(tuple(passages), tuple(unique), numbers, np.fromiter(map(len, found), np.intp, len(found)))


def features(lower: str) -> list[str]:
    """Return the features of a passage in lower case: words, pairs, stems, how it begins and ends; repeated ones repeat."""
    words = [spelled(word) for word in _TOKENS.findall(lower)]
    if not words:
        return []
    result = [f"{one} {two}" for one, two in itertools.pairwise(words)]
    result += words
    result += ["s:" + word[:STEM] for word in words if len(word) > STEM]
    result += ["^" + words[0], *("^^" + word for word in words[:EARLY])]
    result += [
        length(len(words)),
        ending(lower),
        "#we" if not FIRST_PERSON.isdisjoint(words) else "#no we",
        "#you" if "you" in words else "#no you",
    ]
    return result


def spelled(word: str) -> str:
    """Return a word as the features spell it: all numbers are alike."""
    return "0" if word[0].isdigit() else word


def length(words: int) -> str:
    """Return the feature of a passage of so many words."""
    return f"#length {min(8, words // 12)}"


def ending(lower: str) -> str:
    """Return the feature of how a passage ends."""
    return "#end " + lower.rstrip()[-1:]
