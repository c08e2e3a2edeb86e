"""Splits and merges: a clause whose words now stand in several, or several whose words now stand in one."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from .pairing import Pair

_SHORTEST = 24
_CONTAINED = 88.0
_LONGEST = 6000

Runs = list[tuple[list[int], list[int]]]


def recut(old: Sequence[str], new: Sequence[str], pairs: list[Pair]) -> tuple[list[Pair], Runs]:
    """Return the pairs that stay pairs, and the runs (indexes before, indexes after) that were split or merged.

    old, new: the normal words of the clauses. A lone clause joins its neighbour's pair when that pair's other side
    holds its words.
    """
    of_old = {pair.before: pair.after for pair in pairs}
    of_new = {pair.after: pair.before for pair in pairs}
    splits = _lone_inside(new, of_new, old)
    merges = _lone_inside(old, of_old, new)
    runs: Runs = []
    gone: set[Pair] = set()
    for after, news in splits.items():
        pair = Pair(of_new[after], after)
        runs.append(([pair.before], news))
        gone.add(pair)
    for before, olds in merges.items():
        pair = Pair(before, of_old[before])
        if pair not in gone:
            runs.append((olds, [pair.after]))
            gone.add(pair)
    return [pair for pair in pairs if pair not in gone], runs


def _lone_inside(lone_side: Sequence[str], partner: dict[int, int], other_side: Sequence[str]) -> dict[int, list[int]]:
    """Return for each paired clause the run around it of lone clauses whose words its partner holds."""
    found: dict[int, list[int]] = {}
    taken: set[int] = set()
    for index in sorted(partner):
        whole = other_side[partner[index]][:_LONGEST]
        if len(whole) < len(lone_side[index]) + _SHORTEST:
            continue
        run = [index]
        for step in (1, -1):
            near = index + step
            while (
                0 <= near < len(lone_side)
                and near not in partner
                and near not in taken
                and _holds(whole, lone_side[near])
            ):
                run.append(near)
                near += step
        if len(run) > 1:
            taken.update(run)
            found[index] = sorted(run)
    return found


def _holds(whole: str, part: str) -> bool:
    if len(part) < _SHORTEST or len(part) > len(whole):
        return False
    return part in whole or fuzz.partial_ratio(part[:400], whole, score_cutoff=_CONTAINED) > 0
