"""Adoption bars: of all that say something, how many take each position."""

from collections.abc import Sequence
from dataclasses import dataclass

from .cells import pattern
from .picture import Cell, Picture, at, drawn, line, percent, rect, tag, text

ROW = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """One position: its name, how many take it, its rank (1 is best for users, None where there is none)."""

    name: str
    count: int
    rank: int | None = None
    url: str = ""


def bars(rows: Sequence[Bar], *, title: str, head: tuple[str, str, str]) -> Picture:
    """Return a bar for each row in the order given. head: the table's columns (position, how many, share)."""
    total = sum(row.count for row in rows) or 1
    top = max((row.count for row in rows), default=0) or 1
    parts = []
    for number, row in enumerate(rows):
        y = number * ROW
        words = text(row.name, x=0, y=y + 13, class_="lane")
        parts.append(tag("a", {"href": row.url}, words) if row.url else words)
        wide = 92 * row.count / top
        if row.count:
            parts.append(rect(x=0, y=y + 19, width=percent(wide), height=12, class_=f"bar {pattern(row.rank)}"))
        parts.append(line(x1="0%", x2="0%", y1=y + 18, y2=y + 32, class_="rail"))
        parts.append(at(wide, y + 29, text(str(row.count), x=6, class_="sum")))
    svg = drawn(parts, title=title, height=ROW * len(rows), kind="bars", is_interactive=any(row.url for row in rows))
    table = tuple(
        (Cell(row.name, row.url), Cell(str(row.count)), Cell(f"{round(100 * row.count / total)} %")) for row in rows
    )
    return Picture(svg, title, head, table)
