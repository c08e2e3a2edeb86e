"""Lists and the markers of their items: the numbers that a reader sees are kept."""

from __future__ import annotations

from dataclasses import dataclass

from . import tags

_LETTERS = {"a": (97, 26), "A": (65, 26)}


@dataclass(slots=True)
class List:
    """One open list: ordered is the type attribute ("1", "a", "I") or "" for bullets."""

    ordered: str
    number: int
    marker: str = ""
    is_pending: bool = False


def begun(tag: str, attributes: str) -> List:
    """Return the list that a <ul> or <ol> opens."""
    if tag == "ul":
        return List("", 0)
    start = tags.number(attributes, "start")
    return List(tags.attribute(attributes, "type") or "1" if attributes else "1", 0 if start is None else start - 1)


def marker(current: List) -> str:
    """Return what stands before the present item."""
    if not current.ordered:
        return "-"
    if current.ordered in _LETTERS and 0 < current.number <= 26:
        return chr(_LETTERS[current.ordered][0] + current.number - 1) + "."
    if current.ordered in ("i", "I") and 0 < current.number < 40:
        roman = _roman(current.number)
        return (roman if current.ordered == "i" else roman.upper()) + "."
    return f"{current.number}."


def _roman(number: int) -> str:
    return "x" * (number // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]
