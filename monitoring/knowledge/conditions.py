"""The small expression language of the taxonomy: terms joined by " and "; no code is executed.

A term is `fact is true|false|unknown|empty`, `fact == value`, `!=`, `<`, `>`, `fact contains value`, `fact in [a,b]`.
A missing fact makes every term false but `is unknown` and `is empty`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TERM = re.compile(
    r"^(?P<fact>\w+)\s+(?:(?P<operator>==|!=|<|>|contains|is)\s+(?P<value>[\w.]+)|in\s+\[(?P<options>[\w,]+)\])$"
)
_STATES = {"true", "false", "unknown", "empty"}


class ConditionError(ValueError):
    """A condition cannot be read; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison of one fact; options only for "in"."""

    fact: str
    operator: str
    value: str
    options: tuple[str, ...] = ()

    def holds(self, facts: Mapping[str, object]) -> bool:
        """Return whether the facts make this term true."""
        fact = facts.get(self.fact)
        if self.operator == "is":
            return _is(fact, self.value)
        if fact is None:
            return False
        if self.operator == "in":
            return str(fact) in self.options
        if self.operator == "contains":
            return isinstance(fact, (list, tuple, set, frozenset)) and self.value in fact
        if self.operator in "<>":
            return _compared(fact, self.operator, float(self.value))
        return (str(fact) == self.value) == (self.operator == "==")


@dataclass(frozen=True, slots=True)
class Condition:
    """Terms that must all hold; source: as written in the taxonomy."""

    source: str
    terms: tuple[Term, ...]

    def holds(self, facts: Mapping[str, object]) -> bool:
        """Return whether all terms hold."""
        return all(term.holds(facts) for term in self.terms)


def parse(source: str) -> Condition:
    """Return the condition of that text. Raises ConditionError naming what cannot be read."""
    return Condition(source, tuple(_term(part.strip(), source) for part in source.split(" and ")))


def _term(part: str, source: str) -> Term:
    match = _TERM.match(part)
    if match is None or (match["operator"] == "is" and match["value"] not in _STATES):
        raise ConditionError(f'cannot read "{part}" in "{source}"')
    if match["options"]:
        return Term(match["fact"], "in", "", tuple(match["options"].split(",")))
    return Term(match["fact"], match["operator"], match["value"])


def _is(fact: object, state: str) -> bool:
    if state == "unknown":
        return fact is None
    if state == "empty":
        return fact is None or fact in ((), [], "")
    return fact is (state == "true")


def _compared(fact: object, operator: str, bound: float) -> bool:
    if isinstance(fact, bool) or not isinstance(fact, (int, float)):
        return False
    return fact < bound if operator == "<" else fact > bound
