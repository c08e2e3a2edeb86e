"""Timeline lanes: one lane a document or provision, a mark for each thing that happened, all over one scale of time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from .marks import mark
from .picture import Cell, Picture, at, drawn, line, place, tag, text
from .scale import axis

ROOM = 3.5  # percent between two marks of a row: 24 px, what a finger hits, at the width of a small window
ROW, NAME = 26, 20


@dataclass(frozen=True, slots=True)
class Point:
    """What happened on a day. mark: a key of marks.MARKS; label: the same in words; url: where it is told in full."""

    day: date
    mark: str
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    points: tuple[Point, ...]
    url: str = ""


def lanes(
    rows: Sequence[Lane],
    *,
    start: date,
    end: date,
    title: str,
    head: tuple[str, str, str],
    name_day: Callable[[date], str],
    name_month: Callable[[date], str],
) -> Picture:
    """Return the lanes in the order given. head: the names of the table's columns (day, lane, what happened).

    Marks that would touch stand below each other. Points outside `start` to `end` are left out.
    """
    parts, y = [], 0
    shown = [Lane(row.name, tuple(p for p in row.points if start <= p.day <= end), row.url) for row in rows]
    for row in shown:
        levels = _levels([place(point.day, start, end) for point in row.points])
        label = text(row.name, x=0, y=y + 14, class_="lane")
        parts.append(tag("a", {"href": row.url}, label) if row.url else label)
        middle = y + NAME + ROW // 2
        parts.append(line(x1="0%", x2="100%", y1=middle, y2=middle, class_="rail"))
        for point, level in zip(row.points, levels, strict=True):
            parts.append(_point(point, place(point.day, start, end), middle + level * ROW, name_day))
        y += NAME + ROW * (max(levels, default=0) + 1) + 6
    svg = drawn(
        [axis(start, end, top=0, bottom=y, name=name_month), *parts],
        title=title, height=y + 22, kind="lanes", is_interactive=True,
    )  # fmt: skip
    return Picture(svg, title, head, _table(shown, name_day))


def _point(point: Point, x: float, y: int, name_day: Callable[[date], str]) -> str:
    words = f"{name_day(point.day)}: {point.label}"
    inside = tag("title", {}, _plain(words)) + '<circle r="12" class="reach"/>' + mark(point.mark)
    if not point.url:
        return at(x, y, tag("g", {"class": "point", "role": "img", "aria-label": words}, inside))
    return at(x, y, tag("a", {"href": point.url, "class": "point", "aria-label": words}, inside))


def _levels(places: Sequence[float]) -> list[int]:
    """Return for each place the first row below the rail on which it touches nothing; places need no order."""
    rows: list[list[float]] = []
    levels = []
    for x in places:
        level = next(
            (n for n, row in enumerate(rows) if all(abs(x - other) >= ROOM for other in row)),
            len(rows),
        )
        if level == len(rows):
            rows.append([])
        rows[level].append(x)
        levels.append(level)
    return levels


def _table(rows: Sequence[Lane], name_day: Callable[[date], str]) -> tuple[tuple[Cell, ...], ...]:
    told = sorted(((point, row) for row in rows for point in row.points), key=lambda each: each[0].day, reverse=True)
    return tuple((Cell(name_day(point.day)), Cell(row.name), Cell(point.label, point.url)) for point, row in told)


def _plain(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")
