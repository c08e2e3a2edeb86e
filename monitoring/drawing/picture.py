"""A Picture and the few strokes that all of them are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a picture's table; `url` is "" where it leads nowhere."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing and the same in words: `head` and `rows` are its table. `svg` is safe: everything in it was escaped."""

    svg: str
    title: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


def tag(name: str, attributes: Mapping[str, object], *inside: str) -> str:
    """Return one element; values are escaped, `inside` is markup already. None and "" leave an attribute out."""
    written = "".join(
        f' {key}="{escape(str(value))}"' for key, value in attributes.items() if value is not None and value != ""
    )
    return f"<{name}{written}>{''.join(inside)}</{name}>"


def text(words: str, **attributes: object) -> str:
    return tag("text", _named(attributes), escape(words))


def line(**attributes: object) -> str:
    return tag("line", _named(attributes))


def rect(**attributes: object) -> str:
    return tag("rect", _named(attributes))


def at(x: float, y: float, *inside: str) -> str:
    """Return a drawing of its own whose origin is `x` percent along and `y` pixels down."""
    return tag("svg", {"x": percent(x), "y": y, "overflow": "visible"}, *inside)


def percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def drawn(inside: Iterable[str], *, title: str, height: int, kind: str, is_interactive: bool = False) -> str:
    """Return the whole SVG. One with links in it is a group of things, any other is one image."""
    head = {
        "class": f"drawing {kind}",
        "width": "100%",
        "height": height,
        "role": "group" if is_interactive else "img",
        "aria-label": title,
        "focusable": "false",
    }
    return tag("svg", head, *inside)


def place(day: date, start: date, end: date) -> float:
    """Return how far along `day` lies between `start` and `end`, 0 to 100."""
    return 100 * min(max((day - start) / max(end - start, timedelta(days=1)), 0.0), 1.0)


def _named(attributes: Mapping[str, object]) -> dict[str, object]:
    return {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
