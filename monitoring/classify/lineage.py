"""Lineage: which provisions of one version live on in the next, and which way they moved for users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitoring import diff, knowledge

from . import model, numbers
from .finding import Finding, Value


class Fate(StrEnum):
    """What became of a provision from one version to the next."""

    NEW = "new"
    REVISED = "revised"
    CONTINUED = "continued"
    WITHDRAWN = "withdrawn"


class Direction(StrEnum):
    """Which way a provision moved for users: by the order of its stances, its exceptions, its numbers."""

    BETTER = "better"
    WORSE = "worse"
    NEUTRAL = "neutral"


class Altered(StrEnum):
    """What a revision altered; MOVED and RENUMBERED alone alter nothing that is said."""

    WORDING = "wording"
    STANCE = "stance"
    CARVEOUTS = "carve-outs"
    PARAMETERS = "parameters"
    PLACE = "place"
    NUMBERING = "numbering"


@dataclass(frozen=True, slots=True)
class Descent:
    """One provision across two versions. before is None for a new one, after for a withdrawn one.

    altered: empty only for a provision that stands word for word where it stood. edits: indices of the edits that touch it.
    """

    provision_type: str
    fate: Fate
    before: Finding | None
    after: Finding | None
    direction: Direction
    altered: tuple[Altered, ...] = ()
    edits: tuple[int, ...] = ()


def lineage(before: Sequence[Finding], after: Sequence[Finding], edits: Sequence[diff.Edit]) -> tuple[Descent, ...]:
    """Return the fate of every provision of two versions of one document, in the order of the later; withdrawn ones last.

    before, after: at most one Finding a type, as `provisions` returns them, with clause indices of the two texts.
    edits: what turned the first text into the second, from `diff.edits`. A provision keeps its identity by its type, so a
    clause that is reworded, moved or renumbered stays the same provision.
    """
    earlier = {finding.provision_type: finding for finding in before}
    later = {finding.provision_type: finding for finding in after}
    touched = _Touched(edits)
    living = [_descent(earlier.get(key), finding, touched) for key, finding in later.items()]
    gone = [_descent(finding, None, touched) for key, finding in earlier.items() if key not in later]
    return (*living, *gone)


class _Touched:
    """Which edits touch which clause, on either side."""

    def __init__(self, edits: Sequence[diff.Edit]) -> None:
        self.edits = edits
        self.before = self._by_clause((edit.before, *edit.further_before) for edit in edits)
        self.after = self._by_clause((edit.after, *edit.further_after) for edit in edits)

    @staticmethod
    def _by_clause(sides: object) -> Mapping[int, set[int]]:
        found: dict[int, set[int]] = {}
        for index, clauses in enumerate(sides):  # type: ignore[arg-type, var-annotated]
            for clause in clauses:
                if clause is not None:
                    found.setdefault(clause, set()).add(index)
        return found

    def by(self, finding: Finding | None, side: Mapping[int, set[int]]) -> set[int]:
        if finding is None:
            return set()
        clauses = (*(passage.clause for passage in finding.passages), *finding.supporting)
        return {edit for clause in clauses if clause is not None for edit in side.get(clause, ())}


def _descent(before: Finding | None, after: Finding | None, touched: _Touched) -> Descent:
    edits = tuple(sorted(touched.by(before, touched.before) | touched.by(after, touched.after)))
    if before is None or after is None:
        there = after or before
        assert there is not None
        fate = Fate.NEW if before is None else Fate.WITHDRAWN
        return Descent(there.provision_type, fate, before, after, Direction.NEUTRAL, (), edits)
    altered = _altered(before, after, [touched.edits[index] for index in edits])
    said = set(altered) - {Altered.PLACE, Altered.NUMBERING}
    fate = Fate.REVISED if said else Fate.CONTINUED
    return Descent(after.provision_type, fate, before, after, direction(before, after), altered, edits)


_BY_KIND = {
    diff.EditKind.ADDED: Altered.WORDING,
    diff.EditKind.REMOVED: Altered.WORDING,
    diff.EditKind.REWORDED: Altered.WORDING,
    diff.EditKind.SPLIT: Altered.PLACE,
    diff.EditKind.MERGED: Altered.PLACE,
    diff.EditKind.MOVED: Altered.PLACE,
    diff.EditKind.RENUMBERED: Altered.NUMBERING,
}
_OPPOSITE = {Direction.BETTER: Direction.WORSE, Direction.WORSE: Direction.BETTER}
_UNHEARD = (diff.Significance.FORMAT, diff.Significance.NOISE)


def _altered(before: Finding, after: Finding, edits: Sequence[diff.Edit]) -> tuple[Altered, ...]:
    found = {_BY_KIND[edit.kind] for edit in edits if edit.significance not in _UNHEARD}
    found |= {Altered.WORDING for edit in edits if edit.words and edit.significance not in _UNHEARD}
    if before.stance != after.stance:
        found.add(Altered.STANCE)
    if {c.key for c in before.carveouts} != {c.key for c in after.carveouts}:
        found.add(Altered.CARVEOUTS)
    if _values(before) != _values(after):
        found.add(Altered.PARAMETERS)
    return tuple(item for item in Altered if item in found)


def _values(finding: Finding) -> set[tuple[str, object]]:
    return {(parameter.name, parameter.value) for parameter in (*finding.parameters, *finding.further)}


def moved(before: Sequence[Value], after: Sequence[Value]) -> tuple[Value | None, Value | None] | None:
    """Return which value of a parameter became which; None on a side for a value that only came or only went.

    before, after: the values that passages state, one a passage, that of the deciding passage first. Passages are counted:
    where two stated 60 days and one of them says 120 now, 60 became 120. Returns None where no value is another: a period
    that another passage stated all along has not moved because that passage decides now, nor because a passage more or less
    states it.
    """
    gone, come = _beyond(before, after), _beyond(after, before)
    if gone and come:
        return gone[0], come[0]
    gone, come = [v for v in gone if v not in after], [v for v in come if v not in before]
    if not gone and not come:
        return None
    return (gone[0] if gone else None), (come[0] if come else None)


def _beyond(some: Sequence[Value], others: Sequence[Value]) -> list[Value]:
    """Return the values that stand in `some` more often than in `others`, in their order."""
    rest = list(others)
    result = []
    for value in some:
        if value in rest:
            rest.remove(value)
        else:
            result.append(value)
    return result


def direction(before: Finding, after: Finding) -> Direction:
    """Return which way users moved: by stance; with an equal stance by exceptions that only came or only went; else by numbers.

    "unclear" has no rank, so to it and from it nobody moves; where it was unclear and still is, the rest decides. Nobody
    moves either where words only lean to one of two stances, or where it is not even sure that the text still speaks to the
    type.
    An exception counts against users, as the taxonomy scores it.
    """
    if min(before.confidence, after.confidence) < model.shipped().threshold:
        return Direction.NEUTRAL
    row = knowledge.taxonomy().types[after.provision_type]
    old, new = row.stance(before.stance).rank, row.stance(after.stance).rank
    if old != new:
        if old is None or new is None or before.stance_span is None or after.stance_span is None:
            return Direction.NEUTRAL
        return Direction.BETTER if new < old else Direction.WORSE
    gone, come = _raising(row, before) - _raising(row, after), _raising(row, after) - _raising(row, before)
    if gone and come:
        return Direction.NEUTRAL
    if gone or come:
        return Direction.BETTER if gone else Direction.WORSE
    return _by_numbers(before, after)


def _by_numbers(before: Finding, after: Finding) -> Direction:
    """Return which way the numbers moved, as far as more of them is worse or better for users; neutral where they disagree."""
    ways = {
        Direction(more) if moved_up else _OPPOSITE[Direction(more)]
        for name in dict.fromkeys(parameter.name for parameter in after.parameters)
        if (more := knowledge.phrases()[name].get("more"))
        if (moved_up := _moved_up(before.stated(name), after.stated(name))) is not None
    }
    return ways.pop() if len(ways) == 1 else Direction.NEUTRAL


def _moved_up(before: Sequence[Value], after: Sequence[Value]) -> bool | None:
    """Return whether a number that was stated and is stated has risen; None where it stayed, came, went or changed currency."""
    pair = moved(before, after)
    if pair is None or None in pair:
        return None
    (old_unit, old), (new_unit, new) = map(numbers.amount, pair)
    return new > old if old_unit == new_unit else None


def _raising(row: knowledge.ProvisionType, finding: Finding) -> set[str]:
    """Return the exceptions of a finding that raise the exposure of its type."""
    scored = {
        term.value
        for weight in row.weights
        for term in weight.condition.terms
        if weight.points > 0 and term.operator == "contains"
    }
    return scored & {carveout.key for carveout in finding.carveouts}
