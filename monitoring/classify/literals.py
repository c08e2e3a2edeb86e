"""Which pieces of words a pattern cannot match without: patterns that cannot match a passage are never tried on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_WORDS = re.compile(r"[a-z]+|[0-9]+")
_EDGE = "|"
_SHORTEST = 2
_SPELLINGS = 12

Group = frozenset[str]


def needed(pattern: str) -> tuple[Group, ...]:
    """Return groups of word pieces, the rarest-looking first: a match holds one of every group. Empty: nothing is known.

    A piece begins with "^" where a word begins with it, and ends with "$" where a word ends with it. Words are runs of the
    letters a to z or of digits.
    """
    groups = dict.fromkeys(g for g in _sequence(parser.parse(pattern)) if min(map(_length, g)) >= _SHORTEST)
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


def _sequence(items: Sequence[Any], *, before: str = "") -> list[Group]:
    """Return the groups of word pieces that must occur for these parsed items to match, in order.

    before: the edge of a word where the items begin at one.
    """
    groups: list[Group] = []
    runs = [before]
    for code, value in items:
        spellings = _spellings(code, value)
        if spellings and len(runs) * len(spellings) <= _SPELLINGS:
            runs = [run + spelling for run in runs for spelling in spellings]
        else:
            is_edge = all(run and not run[-1].isalnum() for run in runs)
            groups += _words(runs) + _item(code, value, before=_EDGE if is_edge else "")
            runs = [""]
    return groups + _words(runs)


def _spellings(code: Any, value: Any) -> list[str]:
    """Return the few ways to spell an item; empty when there are many or they are not known."""
    if code is codes.AT:
        return [_EDGE if value is codes.AT_BOUNDARY else ""]
    if code is codes.LITERAL:
        return [chr(value)]
    if code is codes.IN:
        return _signs(value)
    if code is codes.SUBPATTERN:
        return _spelled(value[-1])
    if code is codes.BRANCH:
        branches = [_spelled(branch) for branch in value[1]]
        return [spelling for branch in branches for spelling in branch] if all(branches) else []
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[:2] == (0, 1):
        once = _spelled(value[2])
        return ["", *once] if once and all(spelling.isalpha() for spelling in once) else []
    return []


def _spelled(items: Sequence[Any]) -> list[str]:
    """Return the few ways to spell items that follow each other; empty when there are many or they are not known."""
    runs = [""]
    for code, value in items:
        runs = [run + spelling for run in runs for spelling in _spellings(code, value)]
        if not 0 < len(runs) <= _SPELLINGS:
            return []
    return runs


def _signs(options: Sequence[Any]) -> list[str]:
    """Return the few signs that a class of them stands for; empty when there are many."""
    signs: list[str] = []
    for kind, what in options:
        if kind is codes.LITERAL:
            signs.append(chr(what))
        elif kind is codes.RANGE:
            signs += map(chr, range(what[0], what[1] + 1))
        else:
            return []
    return signs


def _words(runs: Sequence[str]) -> list[Group]:
    """Return for each word of the spellings of one run the pieces it may be spelled as."""
    spellings = [[_piece(run, match) for match in _WORDS.finditer(run)] for run in runs]
    if len({len(words) for words in spellings}) == 1:
        return [frozenset(words) for words in zip(*spellings, strict=True)]
    return _either([[frozenset({word}) for word in words] for words in spellings])


def _either(options: Sequence[Sequence[Group]]) -> list[Group]:
    """Return the groups that must occur where one of these options must: the best of each, then the next best of each."""
    ranked = [sorted(option, key=_selectivity, reverse=True) for option in options]
    depth = max(map(len, ranked)) if all(ranked) else 0
    return [frozenset().union(*(option[min(rank, len(option) - 1)] for option in ranked)) for rank in range(depth)]


def _piece(run: str, match: re.Match[str]) -> str:
    return ("^" if match.start() else "") + match[0] + ("$" if match.end() < len(run) else "")


def _item(code: Any, value: Any, *, before: str) -> list[Group]:
    if code is codes.SUBPATTERN:
        return _sequence(value[-1], before=before)
    if code is codes.BRANCH:
        return _either([_sequence(branch, before=before) for branch in value[1]])
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] >= 1:
        return _sequence(value[2], before=before)
    return []


def _length(piece: str) -> int:
    return len(piece.strip("^$"))


def _selectivity(group: Group) -> tuple[int, int]:
    return min(map(_length, group)), -len(group)
