"""How an exposure moved: where it stood, where it stands, on the scale of its levels."""

from collections.abc import Sequence

from .picture import Cell, Picture, at, drawn, line, percent, rect, text

TRACK = 22


def movement(
    before: int | None, after: int | None, *, levels: Sequence[tuple[str, int, int]], title: str, head: tuple[str, str]
) -> Picture:
    """Return the scale with a hollow mark where it stood and a full one where it stands; None where there was none.

    levels: name, lowest and highest score of each, from the lowest. head: the table's names for before and after.
    """
    parts = []
    for number, (name, lowest, highest) in enumerate(levels):
        parts.append(rect(x=percent(lowest), y=TRACK - 4, width=percent(highest - lowest + 1), height=8,
                          class_=f"band {'even' if number % 2 else 'odd'}"))  # fmt: skip
        parts.append(at(lowest, TRACK + 20, text(name, class_="when")))
    if before is not None and after is not None and before != after:
        parts.append(line(x1=percent(before), x2=percent(after), y1=TRACK, y2=TRACK, class_="path"))
    if before is not None:
        parts.append(at(before, TRACK, '<circle r="6" class="was"/>'))
    if after is not None:
        parts.append(at(after, TRACK, '<circle r="6" class="is"/>'))
        parts.append(at(after, TRACK - 10, text(str(after), class_="sum", text_anchor=_anchor(after))))
    figures = tuple(Cell("–" if value is None else str(value)) for value in (before, after))
    return Picture(drawn(parts, title=title, height=TRACK + 26, kind="movement"), title, head, (figures,))


def _anchor(score: int) -> str:
    return "start" if score < 4 else "end" if score > 96 else "middle"
