"""Patterns of the signs, compiled so that they are quick to fail: most that are tried do not match."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from . import macros
from .literals import alternatives

_AT_WORD = r"\b"
_GROUP = "(?:"
_QUANTIFIERS = ("?", "*", "+", "{")
_BEGINNING = re.compile(r"[a-z]+(?![?*+{])")


@dataclass(frozen=True)
class Pattern:
    """A pattern as written in the signs, compiled when it is first tried: most of the thousands are rare."""

    written: str

    @functools.cached_property
    def compiled(self) -> re.Pattern[str]:
        return compiled(self.written)

    def search(self, lower: str) -> re.Match[str] | None:
        return self.compiled.search(lower)


def compiled(written: str) -> re.Pattern[str]:
    r"""Return a pattern as written in the signs, its macros written out.

    Alternatives that begin with letters at a word, as `\b(?:use|train)`, are turned into `(?:use(?<=\buse)|train(?<=\btrain))`:
    the same matches, but the engine looks for the first letters at once instead of for the edge of a word at every letter.
    """
    return re.compile("|".join(map(_letters_first, alternatives(macros.expanded(written)))))


def _letters_first(part: str) -> str:
    if not part.startswith(_AT_WORD):
        return part
    options, rest = _first_group(part.removeprefix(_AT_WORD))
    beginnings = [_BEGINNING.match(option) for option in options]
    if not options or None in beginnings or rest.startswith(_QUANTIFIERS):
        return part
    moved = (
        f"{m[0]}(?<={_AT_WORD}{m[0]}){option[m.end() :]}" for m, option in zip(beginnings, options, strict=True) if m
    )
    return f"{_GROUP}{'|'.join(moved)}){rest}"


def _first_group(part: str) -> tuple[tuple[str, ...], str]:
    """Return the options a pattern begins with, and the rest of it; one option and no rest without a group."""
    if not part.startswith(_GROUP):
        return (part,), ""
    end = _closing(part)
    return alternatives(part[len(_GROUP) : end]), part[end + 1 :]


def _closing(part: str) -> int:
    """Return where the group that a pattern begins with is closed."""
    depth = 0
    for match in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", part):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.start()
    raise ValueError(f"no end of the group in {part!r}")
