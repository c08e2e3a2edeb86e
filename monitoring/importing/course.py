"""The course of one document: the moments at which something about it is to be read, in order of time.

Pure: records and eras in, moments out, the same at every run; so a stopped import finds its place again by the clock.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitoring.importing.records import Record
from monitoring.importing.terms import Terms

LOOKS_AFTER = (timedelta(hours=12), timedelta(days=8))
"""When a text that was held back is looked at again, while the collection recorded no other: nothing else was served."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What to read at one moment: captures by position of the era's sources, or a text, or neither.

    Neither: the declaration changed (is_switch) and the captures known are read by the new one, or a text that was held
    back is looked at for the `look`-th time again.
    """

    at: datetime
    era: int
    captures: tuple[tuple[int, Record], ...] = ()
    text: Record | None = None
    is_switch: bool = False
    look: int = 0

    @property
    def records(self) -> tuple[Record, ...]:
        """The records that this moment brings; a look again brings none."""
        if self.look:
            return ()
        return (*(record for _, record in self.captures), *((self.text,) if self.text else ()))


def moments(terms: Terms, records: Callable[[], Iterable[Record]]) -> Iterator[Moment]:
    """Yield the moments of a document; texts count only up to its first capture, since captures can be screened."""
    first = next((record.at for record in records() if not record.is_text and _placed(terms, record)), None)
    texts = (record for record in records() if record.is_text and (first is None or record.at < first))
    yield from _texts(terms, texts)
    yield from _captures(terms, (record for record in records() if not record.is_text))


def unplaced(terms: Terms, records: Iterable[Record]) -> int:
    """Return how many captures fit no source that was declared at their time."""
    return sum(1 for record in records if not record.is_text and not _placed(terms, record))


def look_again(held: Moment, *, next_at: datetime) -> Moment | None:
    """Return the next look at a text that was held back; None when all were taken, or something may have come before."""
    if held.look >= len(LOOKS_AFTER):
        return None
    at = held.at + LOOKS_AFTER[held.look]
    if at >= next_at:
        return None
    return replace(held, at=at, captures=(), is_switch=False, look=held.look + 1)


def _placed(terms: Terms, record: Record) -> bool:
    return terms.position(terms.era_at(record.at), record) is not None


def _texts(terms: Terms, records: Iterable[Record]) -> Iterator[Moment]:
    """Yield one moment a text. A technical upgrade bears the date of the text it repeats: it comes a microsecond later."""
    for at, same in itertools.groupby(records, key=lambda record: record.at):
        for number, record in enumerate(same):
            yield Moment(at + timedelta(microseconds=number), terms.era_at(at), text=record)


def _captures(terms: Terms, records: Iterable[Record]) -> Iterator[Moment]:
    before: int | None = None
    for at, same in itertools.groupby(records, key=lambda record: record.at):
        era = terms.era_at(at)
        placed = {n: record for record in same if (n := terms.position(era, record)) is not None}
        if not placed:
            continue
        if before is not None and before != era:
            yield Moment(terms.begins_at(era), era, is_switch=True)
        before = era
        yield Moment(at, era, captures=tuple(sorted(placed.items())))
