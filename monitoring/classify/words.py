"""The words of a passage as features of the linear model: single words, pairs, stems, how it begins and ends."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_TOKENS = re.compile(r"[a-z']+|\d+")
_STEM = 5
_FIRST_PERSON = frozenset(("we", "us", "our"))


def features(lower: str) -> list[str]:
    """Return the features of a passage in lower case; repeated words repeat."""
    words = ["0" if word[0].isdigit() else word for word in _TOKENS.findall(lower)]
    if not words:
        return []
    result = [f"{one} {two}" for one, two in itertools.pairwise(words)]
    result += words
    result += ["s:" + word[:_STEM] for word in words if len(word) > _STEM]
    result += ["^" + words[0], *("^^" + word for word in words[:4])]
    result += shape(lower, words)
    return result


def shape(lower: str, words: Sequence[str]) -> list[str]:
    """Return what a passage looks like: its length, its last sign, whether it says "we" or "you"."""
    return [
        f"#length {min(8, len(words) // 12)}",
        "#end " + lower.rstrip()[-1:],
        "#we" if not _FIRST_PERSON.isdisjoint(words) else "#no we",
        "#you" if "you" in words else "#no you",
    ]
