"""Which pieces of words a pattern cannot match without: patterns that cannot match a passage are never tried on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_LETTERS = re.compile(r"[^\W_]+")
_SHORTEST = 3

Group = frozenset[str]


def needed(pattern: str) -> tuple[Group, ...]:
    """Return groups of word pieces, the rarest-looking first: a match holds one of every group. Empty: nothing is known."""
    groups = []
    for group in _sequence(parser.parse(pattern)):
        pieces = frozenset(map(_longest, group))
        if min(map(len, pieces)) >= _SHORTEST:
            groups.append(pieces)
    return tuple(sorted(dict.fromkeys(groups), key=_selectivity, reverse=True))


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


def _longest(literal: str) -> str:
    return max(_LETTERS.findall(literal), key=len, default="")


def _sequence(items: Sequence[Any]) -> list[Group]:
    """Return the groups of literals that must occur for these parsed items to match, in order."""
    groups: list[Group] = []
    run = ""
    for code, value in items:
        if code is codes.LITERAL:
            run += chr(value)
            continue
        if code is codes.AT:
            continue
        if run:
            groups.append(frozenset((run,)))
            run = ""
        groups.extend(_item(code, value))
    return [*groups, frozenset((run,))] if run else groups


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
    return min(len(_longest(literal)) for literal in group), -len(group)
