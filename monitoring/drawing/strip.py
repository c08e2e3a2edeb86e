"""The stability strip of a document: how long each of its versions stood, side by side in time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from .picture import Cell, Picture, drawn, percent, place, rect, tag
from .scale import axis

HEIGHT = 18


@dataclass(frozen=True, slots=True)
class Stood:
    """One version: from which day to which it stood, how it is called, and by which mark it came."""

    start: date
    end: date
    label: str
    mark: str = "first"
    url: str = ""


def strip(
    rows: Sequence[Stood],
    *,
    start: date,
    end: date,
    title: str,
    head: tuple[str, str, str],
    name_day: Callable[[date], str],
    name_month: Callable[[date], str],
    name_days: Callable[[int], str],
) -> Picture:
    """Return the strip, oldest version first. head: the table's columns (from, how long, version).

    Neighbours differ by shade; the edge between two is as heavy as the change is significant.
    """
    parts = []
    for number, row in enumerate(rows):
        left, right = place(row.start, start, end), place(row.end, start, end)
        words = f"{row.label}, {name_day(row.start)}, {name_days((row.end - row.start).days)}"
        box = rect(x=percent(left), y=0, width=percent(max(right - left, 0.15)), height=HEIGHT,
                   class_=f"stood {'even' if number % 2 else 'odd'}")  # fmt: skip
        edge = rect(x=percent(left), y=0, width=3 if row.mark == "substantive" else 1, height=HEIGHT, class_="edge")
        parts.append(tag("g", {}, tag("title", {}, words.replace("&", "&amp;").replace("<", "&lt;")), box, edge))
    parts.append(axis(start, end, top=0, bottom=HEIGHT, name=name_month))
    table = tuple(
        (Cell(name_day(row.start)), Cell(name_days((row.end - row.start).days)), Cell(row.label, row.url))
        for row in reversed(rows)
    )
    return Picture(drawn(parts, title=title, height=HEIGHT + 22, kind="strip"), title, head, table)
