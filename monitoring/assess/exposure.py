"""Exposure: the taxonomy's published arithmetic, point by point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitoring import knowledge

LOWEST, HIGHEST = 0, 100


@dataclass(frozen=True, slots=True)
class Point:
    """One step of the arithmetic: the condition as the taxonomy writes it ("base" for the first), points, and why."""

    condition: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """Score from 0 to 100, its level, and every point that made it.

    held: the points alone reach Critical but no rule of the critical gate holds, so the score stays below.
    open: parameters of the type that the facts do not state; they moved nothing.
    """

    score: int
    level: str
    trace: tuple[Point, ...]
    held: bool
    open: tuple[str, ...]


def exposure(provision_type: str, facts: Mapping[str, object]) -> Exposure:
    """Return the exposure of a provision from its facts: stance, carveouts, parameters and context.

    A fact that is None or missing is not stated and moves no point. Raises KeyError for an unknown type.
    """
    taxonomy = knowledge.taxonomy()
    row = taxonomy.types[provision_type]
    known = {**facts, "group": row.group}
    weights = (*row.weights, *taxonomy.modifiers)
    trace = (
        Point("base", row.base, "starting point for this type of clause"),
        *(Point(w.condition.source, w.points, w.reason) for w in weights if w.condition.holds(known)),
    )
    score = min(HIGHEST, max(LOWEST, sum(point.points for point in trace)))
    critical = taxonomy.levels[-1]
    held = score >= critical.lowest and not any(rule.holds(known) for rule in taxonomy.critical_gate)
    score = critical.lowest - 1 if held else score
    level = next(level.name for level in taxonomy.levels if level.lowest <= score <= level.highest)
    unstated = tuple(name for name, _ in row.parameters if known.get(name) is None)
    return Exposure(score, level, trace, held, unstated)
