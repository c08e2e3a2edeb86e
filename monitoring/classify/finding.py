"""A Finding: what one document says on one provision type, as read from one version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = bool | int | float | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open [start, end) in code points of the text; text[start:end] is the quotation."""

    start: int
    end: int

    def moved(self, offset: int) -> Span:
        """Return the span that many code points later."""
        return Span(self.start + offset, self.end + offset)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number or name in the wording. unit: "days", "months", "hours", "years", "percent" or "". span: the words read."""

    name: str
    value: Value
    unit: str
    span: Span

    def moved(self, offset: int) -> Parameter:
        """Return the parameter that many code points later."""
        return Parameter(self.name, self.value, self.unit, self.span.moved(offset))


@dataclass(frozen=True, slots=True)
class CarveOut:
    """An exception the wording states, by its key in the taxonomy."""

    key: str
    span: Span

    def moved(self, offset: int) -> CarveOut:
        """Return the exception that many code points later."""
        return CarveOut(self.key, self.span.moved(offset))


@dataclass(frozen=True, slots=True)
class Passage:
    """One clause that speaks to the type. clause: its index in the clauses given, None for a bare paragraph.

    confidence: calibrated, 0 to 1. evidence: the words that decided; empty where only the weighing of all words did.
    """

    clause: int | None
    span: Span
    confidence: float
    evidence: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a text says on one provision type.

    stance: a key of the type's list, "unclear" where the wording does not settle it. stance_span: the words that settled it.
    passages: in reading order, never empty. confidence: the highest of its passages. reason: one sentence for a reader.
    parameters: each name once, as the deciding passage states it, else the surest that does. further: what other passages state
    under the same names; `stated` has both, so that like is compared with like from one version to the next.
    supporting: clauses of the same sections that gave a stance, an exception or a number without being passages.
    """

    provision_type: str
    stance: str
    stance_span: Span | None
    carveouts: tuple[CarveOut, ...]
    parameters: tuple[Parameter, ...]
    passages: tuple[Passage, ...]
    confidence: float
    reason: str
    further: tuple[Parameter, ...] = ()
    supporting: tuple[int, ...] = ()

    def parameter(self, name: str) -> Value | None:
        """Return the value of a parameter, None where the text does not state it."""
        return next((parameter.value for parameter in self.parameters if parameter.name == name), None)

    def stated(self, name: str) -> tuple[Value, ...]:
        """Return the values that passages state under a name, one a passage, that of the deciding passage first."""
        return tuple(p.value for p in (*self.parameters, *self.further) if p.name == name)
