"""A passage as its words: markup and link targets left out, typographic signs made plain, short forms written out
("won't": "will not"), with the way back to the text."""

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
_MARKS = ("](", "**", "_", "#", "n't", "N'T")
# A clause is looked at again for the exceptions to what its neighbours say; a document has some hundreds.
_KEPT = 300
_MARKUP = r"(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)|\*\*|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|(?m:^[ \t>]*#{1,6}[ \t]+)"
_SHORT_FORM = r"(?P<short>(?i:\b(?:wo|ca|sha)n't\b|(?<=\w)n't\b))"
_CHANGED = re.compile(f"{_MARKUP}|{_SHORT_FORM}")
_WRITTEN_OUT = {"won't": "will not", "can't": "cannot", "shan't": "shall not", "n't": " not"}
_SENTENCE = re.compile(r"(?<=[.!?;])[\"')\]]*\s+(?=[\"'(]?[A-Z])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|inc|ltd|co|no|art|sec|u\.s|vs|etc|corp)|\b\w|(?:^|\s)\(?\d+(?:\.\d+)*)\.[\"')\]]*$", re.I
)


@dataclass(frozen=True, slots=True)
class Plain:
    """The words of a passage. cased: as written; lower: the same length.

    starts, ends: where each sign of the words begins and ends in the passage, None when at the same place.
    """

    cased: str
    lower: str
    starts: tuple[int, ...] | None
    ends: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span of the passage for a half-open span of the words; a short form is taken whole."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def sentence_starts(self) -> tuple[int, ...]:
        """Return where sentences begin, the first at 0; clause numbers and abbreviations end none."""
        starts = [0]
        for match in _SENTENCE.finditer(self.cased):
            if not _ABBREVIATION.search(self.cased[max(starts[-1], match.start() - 12) : match.start()]):
                starts.append(match.end())
        return tuple(starts)


@lru_cache(maxsize=_KEPT)
def plain(passage: str) -> Plain:
    """Return the words of a Markdown passage."""
    cased = passage
    for sign, spelled in _PLAIN[: 2 if passage.isascii() else None]:
        cased = cased.replace(sign, spelled)
    if not any(mark in cased for mark in _MARKS) or not _CHANGED.search(cased):
        return Plain(cased, _lower(cased), None, None)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for match in _CHANGED.finditer(cased):
        written_out = _written_out(match["short"] or "")
        pieces += (cased[position : match.start()], written_out)
        starts += (*range(position, match.start()), *(match.start() for _ in written_out))
        ends += (*range(position + 1, match.start() + 1), *(match.end() for _ in written_out))
        position = match.end()
    pieces.append(cased[position:])
    starts += range(position, len(cased))
    ends += range(position + 1, len(cased) + 1)
    bare = "".join(pieces)
    return Plain(bare, _lower(bare), tuple(starts), tuple(ends))


def _written_out(short: str) -> str:
    """Return a short form written out in the same case, "" for none."""
    long = _WRITTEN_OUT.get(short.lower(), "")
    if short[:1].isupper():
        return long.upper() if short.isupper() else long.capitalize()
    return long


def _lower(text: str) -> str:
    """Return the text in lower case, of the very same length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
