"""A passage as its words: markup and link targets left out, typographic signs made plain, with the way back to the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_PLAIN = (
    ("\n", " "),
    ("\t", " "),
    ("’", "'"),
    ("‘", "'"),
    ("“", '"'),
    ("”", '"'),
    ("\u00a0", " "),
    ("\u2011", "-"),
    ("\u2060", " "),
    ("\u200b", " "),
)
_MARKS = ("](", "**", "_", "#")
# A clause is looked at again for the exceptions to what its neighbours say; a document has some hundreds.
_KEPT = 300
_MARKUP = re.compile(
    r"(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)|\*\*|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|(?m:^[ \t>]*#{1,6}[ \t]+)"
)
_SENTENCE = re.compile(r"(?<=[.!?;])[\"')\]]*\s+(?=[\"'(]?[A-Z])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|inc|ltd|co|no|art|sec|u\.s|vs|etc|corp)|\b\w|(?:^|\s)\(?\d+(?:\.\d+)*)\.[\"')\]]*$", re.I
)


@dataclass(frozen=True, slots=True)
class Plain:
    """The words of a passage. cased: as written; lower: the same length; offsets: place in the passage, None when the same."""

    cased: str
    lower: str
    offsets: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span of the passage for a half-open span of the words."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1

    def sentence_starts(self) -> tuple[int, ...]:
        """Return where sentences begin, the first at 0; clause numbers and abbreviations end none."""
        starts = [0]
        for match in _SENTENCE.finditer(self.cased):
            if not _ABBREVIATION.search(self.cased[max(starts[-1], match.start() - 12) : match.start()]):
                starts.append(match.end())
        return tuple(starts)


@lru_cache(maxsize=_KEPT)
def plain(passage: str) -> Plain:
    """Return the words of a Markdown passage; its length in code points is kept but for markup."""
    cased = passage
    for sign, spelled in _PLAIN[: 2 if passage.isascii() else None]:
        cased = cased.replace(sign, spelled)
    if not any(mark in cased for mark in _MARKS) or not _MARKUP.search(cased):
        return Plain(cased, _lower(cased), None)
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    for match in _MARKUP.finditer(cased):
        pieces.append(cased[position : match.start()])
        offsets.extend(range(position, match.start()))
        position = match.end()
    pieces.append(cased[position:])
    offsets.extend(range(position, len(cased)))
    bare = "".join(pieces)
    return Plain(bare, _lower(bare), tuple(offsets))


def _lower(text: str) -> str:
    """Return the text in lower case, of the very same length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
