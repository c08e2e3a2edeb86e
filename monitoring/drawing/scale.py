"""Time along the bottom of a picture: years, and months where there is room."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from .picture import at, line, percent, place, text

MOST_TICKS = 8


def ticks(start: date, end: date) -> tuple[date, ...]:
    """Return the firsts of months to name between `start` and `end`, evenly spaced, at most eight of them."""
    months = list(_months(start, end))
    step = next((each for each in (1, 2, 3, 6, 12, 24, 60, 120) if len(months) / each <= MOST_TICKS), 240)
    return tuple(day for day in months if _number(day) % step == 0)


def axis(start: date, end: date, *, top: int, bottom: int, name: Callable[[date], str]) -> str:
    """Return the hairlines and names of the ticks; names stand under `bottom`, every other one as `second` to a narrow page."""
    days, drawn = ticks(start, end), []
    step = _number(days[1]) - _number(days[0]) if len(days) > 1 else 1
    for day in days:
        x = place(day, start, end)
        drawn.append(line(x1=percent(x), x2=percent(x), y1=top, y2=bottom + 4, class_="tick"))
        anchor = "start" if x < 4 else "end" if x > 96 else "middle"
        kind = "when second" if _number(day) // step % 2 else "when"
        drawn.append(at(x, bottom + 16, text(name(day), class_=kind, text_anchor=anchor)))
    return "".join(drawn)


def _number(day: date) -> int:
    """Return how many months the day's month is from the year 0."""
    return day.year * 12 + day.month - 1


def _months(start: date, end: date) -> Iterator[date]:
    day = start.replace(day=1) if start.day == 1 else (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    while day <= end:
        yield day
        day = (day + timedelta(days=32)).replace(day=1)
