"""Stance, carve-outs and parameters of a type in a passage, by the patterns of the signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from monitoring import knowledge

from . import numbers
from .finding import CarveOut, Parameter, Span, Value
from .patterns import Pattern, pattern
from .plain import Plain

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
class _Rules:
    stances: tuple[tuple[str, Pattern], ...]
    carveouts: tuple[tuple[str, Pattern], ...]
    parameters: tuple[tuple[str, str, tuple[Pattern, ...]], ...]


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
    return {
        key: _Rules(
            tuple((name, pattern(written)) for name, written in rule.stances),
            tuple((name, pattern(written)) for name, written in rule.carveouts),
            tuple((name, kind, tuple(map(pattern, written))) for name, kind, written in rule.parameters),
        )
        for key, rule in knowledge.signs().items()
    }


def position(provision_type: str, plain: Plain) -> Position:
    """Return what a passage says on a type that it speaks to; spans count from the start of the passage."""
    rules = _rules()[provision_type]
    stance, match = _stance(rules, plain.lower)
    return Position(
        stance=stance,
        span=_span(plain, match) if match else None,
        carveouts=carveouts(provision_type, plain),
        parameters=tuple(_parameters(rules, plain)),
    )


def carveouts(provision_type: str, plain: Plain) -> tuple[CarveOut, ...]:
    """Return the exceptions to a type that a passage states."""
    return tuple(
        CarveOut(key, _span(plain, found))
        for key, rule in _rules()[provision_type].carveouts
        if (found := rule.search(plain.lower)) is not None
    )


def _stance(rules: _Rules, lower: str) -> tuple[str, re.Match[str] | None]:
    for stance, rule in rules.stances:
        match = rule.search(lower)
        if match is not None:
            return stance, match
    return "unclear", None


def _span(plain: Plain, match: re.Match[str], group: int | str = 0) -> Span:
    start, end = match.span(group)
    return Span(*(plain.span(start, end) if end > start else plain.span(0, len(plain.lower))))


def _parameters(rules: _Rules, plain: Plain) -> Iterator[Parameter]:
    for name, kind, patterns in rules.parameters:
        read = _read(kind, patterns, plain.lower)
        if read is not None:
            value, match, group = read
            yield Parameter(name, value, _UNITS.get(kind, ""), _span(plain, match, group))


def _read(kind: str, patterns: tuple[Pattern, ...], lower: str) -> tuple[Value, re.Match[str], int] | None:
    """Return value, match and the group that holds the value; None where the wording does not state it."""
    if kind == "flag":
        return _flag(patterns, lower)
    match = patterns[0].search(lower)
    if match is None:
        return None
    if kind == "list":
        names = (found.group(1) for found in patterns[0].compiled.finditer(lower))
        return tuple(dict.fromkeys(_COUNTRIES.get(name, name) for name in names)), match, 1
    if kind in ("days", "hours", "months"):
        return _period(kind, match, lower)
    if kind == "money":
        money = numbers.MONEY.search(lower, match.start())
        return (numbers.money(money), money, 0) if money else None
    group = next(index for index, text in enumerate(match.groups(), 1) if text)
    if kind == "age":
        return numbers.value(match.group(group)), match, group
    if kind == "percent":
        return float(match.group(group)), match, group
    return match.group(group).strip(), match, group


def _flag(patterns: tuple[Pattern, ...], lower: str) -> tuple[Value, re.Match[str], int] | None:
    """Return False where the second pattern denies it, True where the first states it."""
    for said, some in ((False, patterns[1:]), (True, patterns[:1])):
        for one in some:
            match = one.search(lower)
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
