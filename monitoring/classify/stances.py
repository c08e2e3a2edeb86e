"""Stance, carve-outs and parameters of a type in a passage, by the patterns of the signs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from monitoring import knowledge

from . import jurisdictions, macros, numbers, words
from .candidates import Candidates
from .finding import CarveOut, Parameter, Span, Value
from .patterns import Pattern
from .plain import Plain
from .words import Words

_COUNTRIES = {
    "united states": "US",
    "u.s.": "US",
    "usa": "US",
    "china": "CN",
    "singapore": "SG",
    "india": "IN",
    "ireland": "IE",
    "france": "FR",
    "united kingdom": "GB",
    "canada": "CA",
    "japan": "JP",
    "australia": "AU",
    "brazil": "BR",
    "hong kong": "HK",
}
_UNITS = {"days": "days", "hours": "hours", "months": "months", "percent": "percent", "age": "years"}


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern of the signs; number: its place among all."""

    number: int
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class _Rules:
    stances: tuple[tuple[str, _Pattern], ...]
    carveouts: tuple[tuple[str, _Pattern], ...]
    parameters: tuple[tuple[str, str, tuple[_Pattern, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Passage:
    """The words of a passage. possible: a byte a pattern, 0 where it cannot match."""

    plain: Plain
    possible: bytes

    def search(self, pattern: _Pattern) -> re.Match[str] | None:
        return pattern.pattern.search(self.plain.lower) if self.possible[pattern.number] else None

    def span(self, match: re.Match[str], group: int | str = 0) -> Span:
        start, end = match.span(group)
        return Span(*(self.plain.span(start, end) if end > start else self.plain.span(0, len(self.plain.lower))))


@dataclass(frozen=True, slots=True)
class Position:
    """What a passage says: a stance with the words that settled it (None for "unclear"), exceptions, numbers and names."""

    stance: str
    span: Span | None
    carveouts: tuple[CarveOut, ...]
    parameters: tuple[Parameter, ...]

    def moved(self, offset: int) -> Position:
        """Return the position that many code points later."""
        return Position(
            self.stance,
            self.span and self.span.moved(offset),
            tuple(carveout.moved(offset) for carveout in self.carveouts),
            tuple(parameter.moved(offset) for parameter in self.parameters),
        )


@cache
def _rules() -> dict[str, _Rules]:
    number = itertools.count()

    def numbered(written: str) -> _Pattern:
        return _Pattern(next(number), Pattern(written))

    return {
        key: _Rules(
            tuple((name, numbered(written)) for name, written in rule.stances),
            tuple((name, numbered(written)) for name, written in rule.carveouts),
            tuple((name, kind, tuple(map(numbered, written))) for name, kind, written in rule.parameters),
        )
        for key, rule in knowledge.signs().items()
    }


@cache
def _candidates() -> Candidates:
    """Return the patterns in the order of their numbers."""
    rules = knowledge.signs().values()
    return Candidates([macros.expanded(written) for rule in rules for written in _written(rule)])


def _written(rule: knowledge.Signs) -> Iterator[str]:
    for _, written in (*rule.stances, *rule.carveouts):
        yield written
    for *_, some in rule.parameters:
        yield from some


def position(provision_type: str, passage: Plain) -> Position:
    """Return what one passage says on a type that it speaks to."""
    return positions(words.split([passage]), [(0, provision_type)])[0]


def positions(read: Words, wanted: Sequence[tuple[int, str]]) -> list[Position]:
    """Return what passages say on types that they speak to; wanted: (number of the passage, type).

    Spans count from the start of the passage.
    """
    if not wanted:
        return []
    possible = [row.tobytes() for row in _candidates().possible(read).T]
    return [_position(_rules()[key], _Passage(read.passages[row], possible[row])) for row, key in wanted]


def _position(rules: _Rules, passage: _Passage) -> Position:
    stance, match = _stance(rules, passage)
    return Position(
        stance=stance,
        span=passage.span(match) if match else None,
        carveouts=tuple(
            CarveOut(key, passage.span(found))
            for key, pattern in rules.carveouts
            if (found := passage.search(pattern)) is not None
        ),
        parameters=tuple(_parameters(rules, passage)),
    )


def _stance(rules: _Rules, passage: _Passage) -> tuple[str, re.Match[str] | None]:
    for stance, pattern in rules.stances:
        match = passage.search(pattern)
        if match is not None:
            return stance, match
    return "unclear", None


def _parameters(rules: _Rules, passage: _Passage) -> Iterator[Parameter]:
    for name, kind, patterns in rules.parameters:
        read = _read(kind, patterns, passage)
        if read is not None:
            value, match, group = read
            yield Parameter(name, value, _UNITS.get(kind, ""), passage.span(match, group))


def _read(kind: str, patterns: tuple[_Pattern, ...], passage: _Passage) -> tuple[Value, re.Match[str], int] | None:
    """Return value, match and the group that holds the value; None where the wording does not state it."""
    if kind == "flag":
        return _flag(patterns, passage)
    match = passage.search(patterns[0])
    if match is None:
        return None
    lower = passage.plain.lower
    if kind == "list":
        names = (found.group(1) for found in patterns[0].pattern.compiled.finditer(lower))
        return tuple(dict.fromkeys(_COUNTRIES.get(name, name) for name in names)), match, 1
    if kind in ("days", "hours", "months"):
        return _period(kind, match, lower)
    if kind == "money":
        money = numbers.MONEY.search(lower, match.start())
        return (numbers.money(money), money, 0) if money else None
    group = next(index for index, text in enumerate(match.groups(), 1) if text)
    if kind == "place":
        return jurisdictions.named(match.group(group)), match, group
    if kind == "age":
        return numbers.value(match.group(group)), match, group
    if kind == "percent":
        return float(match.group(group)), match, group
    return match.group(group).strip(), match, group


def _flag(patterns: tuple[_Pattern, ...], passage: _Passage) -> tuple[Value, re.Match[str], int] | None:
    """Return False where the second pattern denies it, True where the first states it."""
    for said, some in ((False, patterns[1:]), (True, patterns[:1])):
        for one in some:
            match = passage.search(one)
            if match is not None:
                return said, match, 0
    return None


def _period(kind: str, match: re.Match[str], lower: str) -> tuple[Value, re.Match[str], int] | None:
    period = numbers.PERIOD.search(lower, match.start(), match.end())
    if period is None:
        return None
    if kind == "hours":
        return round(numbers.hours(period)), period, 0
    return (numbers.days if kind == "days" else numbers.months)(period), period, 0
