"""Which pieces of words a pattern cannot match without: patterns that cannot match a passage are never tried on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_LETTERS = re.compile(r"[^\W_]+")
_SHORTEST = 2
_SPELLINGS = 12

Group = frozenset[str]


def needed(pattern: str) -> tuple[Group, ...]:
    """Return groups of word pieces, the rarest-looking first: a match holds one of every group. Empty: nothing is known."""
    groups = dict.fromkeys(g for g in _sequence(parser.parse(pattern)) if min(map(len, g)) >= _SHORTEST)
    return tuple(sorted(groups, key=_selectivity, reverse=True))


def alternatives(pattern: str) -> tuple[str, ...]:
    """Return the alternatives that stand at the top of a pattern, in order; each needs pieces of its own."""
    parts, depth, start, position = [], 0, 0, 0
    in_class = False
    while position < len(pattern):
        sign = pattern[position]
        if sign == "\\":
            position += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and depth == 0:
            parts.append(pattern[start:position])
            start = position + 1
        position += 1
    return (*parts, pattern[start:])


def _sequence(items: Sequence[Any]) -> list[Group]:
    """Return the groups of word pieces that must occur for these parsed items to match, in order."""
    groups: list[Group] = []
    runs = [""]
    for code, value in items:
        signs = _signs(code, value)
        if signs and len(runs) * len(signs) <= _SPELLINGS:
            runs = [run + sign for run in runs for sign in signs]
        elif code is not codes.AT:
            groups += _words(runs)
            runs = [""]
            groups += _item(code, value)
    return groups + _words(runs)


def _signs(code: Any, value: Any) -> list[str]:
    """Return the few signs that an item stands for; empty when there are many or it is no single sign."""
    if code is codes.LITERAL:
        return [chr(value)]
    if code is not codes.IN:
        return []
    signs: list[str] = []
    for kind, what in value:
        if kind is codes.LITERAL:
            signs.append(chr(what))
        elif kind is codes.RANGE:
            signs += map(chr, range(what[0], what[1] + 1))
        else:
            return []
    return signs


def _words(runs: Sequence[str]) -> list[Group]:
    """Return for each word of the spellings of one run the pieces it may be spelled as."""
    spellings = [_LETTERS.findall(run) for run in runs]
    if len({len(words) for words in spellings}) > 1:
        return []
    return [frozenset(words) for words in zip(*spellings, strict=True)]


def _item(code: Any, value: Any) -> list[Group]:
    if code is codes.SUBPATTERN:
        return _sequence(value[-1])
    if code is codes.BRANCH:
        best = [max(_sequence(branch), key=_selectivity, default=None) for branch in value[1]]
        return [] if None in best else [frozenset().union(*(group for group in best if group))]
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] >= 1:
        return _sequence(value[2])
    return []


def _selectivity(group: Group) -> tuple[int, int]:
    return min(map(len, group)), -len(group)
