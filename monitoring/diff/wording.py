"""The words inside an edit: which of them went, came or were replaced."""

from __future__ import annotations

import re
from itertools import accumulate

from rapidfuzz.distance import Indel, Postfix, Prefix

from .edit import Text, Words

_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
_TOKEN = re.compile(rf"\]\([^)\s]*\)|[{_UNSPACED}]|[^\W{_UNSPACED}]+|[^\w\s]|\s+")
_MOST_CELLS = 30_000_000
_SHORT_ISLAND = 4
_AROUND = 120

Span = tuple[int, int]
_Step = tuple[int, int, int, int]


def words(before: Text, after: Text, old: Span, new: Span) -> tuple[Words, ...]:
    """Return the word-level operations that turn before[old] into after[new], left to right; empty when equal.

    A link target counts as one word. Texts too long for word by word come out as one replacement between common ends.
    """
    left, right = before.markdown[old[0] : old[1]], after.markdown[new[0] : new[1]]
    if left == right:
        return ()
    head, tail = common_ends(left, right)
    steps = _steps(left[head : len(left) - tail], right[head : len(right) - tail])
    return tuple(_operation(before, after, old[0] + head, new[0] + head, step) for step in steps)


def common_ends(left: str, right: str) -> tuple[int, int]:
    """Return how many characters two texts share at their beginning and at their end, in whole words.

    What is shared never takes part in an edit, and most edits touch a few words of a long clause.
    """
    shared = Prefix.similarity(left, right)
    head = len(left[: max(0, left.rfind(" ", 0, shared))].rstrip())
    shared = Postfix.similarity(left[head:], right[head:])
    space = left.find(" ", len(left) - shared)
    return head, len(left[space:].lstrip()) if space >= 0 else 0


def apart(left: str, right: str) -> tuple[str, str]:
    """Return where two texts differ, with some of the shared text around it: enough to read a quantity or a name."""
    head, tail = common_ends(left, right)
    head, tail = max(0, head - _AROUND), max(0, tail - _AROUND)
    return left[head : len(left) - tail], right[head : len(right) - tail]


def removed(before: Text, index: int) -> tuple[Words, ...]:
    """Return the one operation that takes a whole clause away."""
    clause = before.clauses[index]
    return (Words(clause.start, clause.end, 0, 0, before.markdown[clause.start : clause.end], ""),)


def added(after: Text, index: int) -> tuple[Words, ...]:
    """Return the one operation that brings a whole clause."""
    clause = after.clauses[index]
    return (Words(0, 0, clause.start, clause.end, "", after.markdown[clause.start : clause.end]),)


def _operation(before: Text, after: Text, old: int, new: int, step: _Step) -> Words:
    start, end, after_start, after_end = old + step[0], old + step[1], new + step[2], new + step[3]
    return Words(start, end, after_start, after_end, before.markdown[start:end], after.markdown[after_start:after_end])


def _steps(left: str, right: str) -> list[_Step]:
    """Return (start, end, start, end) in code points of what differs, short unchanged islands swallowed."""
    mine, theirs = _TOKEN.findall(left), _TOKEN.findall(right)
    if len(mine) * len(theirs) > _MOST_CELLS:
        return [_between_common_ends(left, right)]
    old, new = _offsets(mine), _offsets(theirs)
    steps: list[_Step] = []
    for op in Indel.opcodes(mine, theirs):
        if op.tag == "equal":
            continue
        step = old[op.src_start], old[op.src_end], new[op.dest_start], new[op.dest_end]
        if steps and _is_island(left[steps[-1][1] : step[0]]):
            steps[-1] = steps[-1][0], step[1], steps[-1][2], step[3]
        else:
            steps.append(step)
    return steps


def _is_island(between: str) -> bool:
    """Return whether unchanged text between two operations is too short to be read as unchanged."""
    return len(between) <= _SHORT_ISLAND and not any(mark in between for mark in ".;")


def _offsets(tokens: list[str]) -> list[int]:
    return list(accumulate(map(len, tokens), initial=0))


def _between_common_ends(left: str, right: str) -> _Step:
    shorter = min(len(left), len(right))
    head = next((i for i in range(shorter) if left[i] != right[i]), shorter)
    tail = next((i for i in range(shorter - head) if left[-1 - i] != right[-1 - i]), shorter - head)
    return head, len(left) - tail, head, len(right) - tail
