"""Columns over equal spans of time, stacked by significance: a year of changes; and the same as a sparkline in a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from .picture import Cell, Picture, at, drawn, line, percent, rect, tag, text

KINDS = ("substantive", "minor", "housekeeping")  # from the bottom up, the weightiest on the ground
HEIGHT = 72


@dataclass(frozen=True, slots=True)
class Column:
    """One span: its name, and how many there were of each of KINDS, in their order."""

    name: str
    counts: tuple[int, ...]


def columns(rows: Sequence[Column], *, title: str, head: tuple[str, ...]) -> Picture:
    """Return one column a span, oldest first. head: the table's columns: the span, then each of KINDS."""
    top = max((sum(row.counts) for row in rows), default=0) or 1
    width = 100 / max(len(rows), 1)
    parts = []
    for number, row in enumerate(rows):
        x, y = number * width, float(HEIGHT)
        stack = []
        for kind, count in zip(KINDS, row.counts, strict=True):
            tall = (HEIGHT - 14) * count / top
            y -= tall
            if count:
                stack.append(rect(x=percent(x + width * 0.15), y=f"{y:.1f}", width=percent(width * 0.7),
                                  height=f"{tall:.1f}", class_=f"column {kind}"))  # fmt: skip
        if sum(row.counts):
            stack.append(at(x + width / 2, int(y) - 4, text(str(sum(row.counts)), class_="sum", text_anchor="middle")))
        words = f"{row.name}: {sum(row.counts)}".replace("&", "&amp;").replace("<", "&lt;")
        parts.append(tag("g", {}, tag("title", {}, words), *stack))
        if number % 3 == (len(rows) - 1) % 3 or len(rows) <= 6:
            parts.append(at(x + width / 2, HEIGHT + 16, text(row.name, class_="when", text_anchor="middle")))
    parts.append(line(x1="0%", x2="100%", y1=HEIGHT, y2=HEIGHT, class_="rail"))
    table = tuple((Cell(row.name), *(Cell(str(count)) for count in row.counts)) for row in rows)
    return Picture(drawn(parts, title=title, height=HEIGHT + 22, kind="columns"), title, head, table)


def sparkline(values: Sequence[int], *, title: str) -> Picture:
    """Return a line's worth of columns, without names or table: the words beside it are its text."""
    top, width = max(values, default=0) or 1, 100 / max(len(values), 1)
    parts = [
        rect(x=percent(n * width), y=f"{16 - 15 * value / top:.1f}", width=percent(width * 0.75),
             height=f"{15 * value / top:.1f}", class_="column substantive")
        for n, value in enumerate(values) if value
    ]  # fmt: skip
    parts.append(line(x1="0%", x2="100%", y1=16, y2=16, class_="rail"))
    return Picture(drawn(parts, title=title, height=17, kind="sparkline"), title)
