"""A Clause: one numbered or headed unit of a Version."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of unit a clause is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    QUOTE = "quote"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True)
class Clause:
    """One unit of a text: about a paragraph, a list item, a table row.

    path: stable address, unique in its text ("4.2", "privacy/your-rights/3"). number: as printed ("4.2", "(a)"), or "".
    heading: the nearest heading above, without markup ("" above the first). level: of the heading above, 0 none.
    start, end: half-open code points of the text. digest: 16 bytes over the normal form of the words, number left out.
    """

    path: str
    number: str
    heading: str
    kind: Kind
    start: int
    end: int
    digest: bytes
    level: int = 0
