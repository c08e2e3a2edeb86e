"""A Change as a reader sees it: clause by clause, with the words that went and the words that came."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from monitoring.models import Change, Edit, Significance, Version

CONTEXT_WORDS = 14
QUIET = (Significance.FORMAT, Significance.NOISE)
_MARKUP = re.compile(
    r"(?P<target>\]\([^)\s]*\))|(?P<open>(?<!\\)\[)|"
    r"(?P<lead>(?m:^[ \t>]*(?:#{1,6}|[-*+•])[ \t]+))|(?P<other>\*\*|__|\\(?=[\[\]|*_\\]))"
)
_PIPE = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: `mark` is "same", "removed", "added", or "gap" where unchanged words are left out."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Marked:
    """One edit, ready to show. `pieces` in reading order; a moved clause is one "same" piece.

    `pieces` are the very characters of the two texts; `shown` is the same without Markdown's own signs, and `short`
    that with long unchanged runs cut.
    """

    kind: str
    significance: str
    number: str
    heading: str
    path: str
    reasons: tuple[str, ...]
    pieces: tuple[Piece, ...]
    before_path: str = ""
    place: int = 0

    @property
    def before(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.mark != "added")

    @property
    def after(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.mark != "removed")

    @property
    def shown(self) -> tuple[Piece, ...]:
        return readable(self.pieces)

    @property
    def short(self) -> tuple[Piece, ...]:
        return shortened(self.shown)

    @property
    def shown_before(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.shown if piece.mark != "added")

    @property
    def shown_after(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.shown if piece.mark != "removed")

    @property
    def is_quiet(self) -> bool:
        return self.significance in QUIET


def of(change: Change, *, edits: Iterable[Edit] | None = None) -> tuple[Marked, ...]:
    """Return the edits of `change` in reading order; format and noise come last. Two queries unless loaded before."""
    rows = list(change.edits.all() if edits is None else edits)
    marked = [_marked(edit, change.before, change.after) for edit in rows]
    return tuple(sorted(marked, key=lambda edit: edit.is_quiet))


def readable(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return `pieces` without the signs of Markdown: #, bullets, **, [ ]( ), and | as a point between cells.

    Where nothing but such signs changed (a link's target), the pieces come back as they are: there it is what to show.
    """
    text = "".join(piece.text for piece in pieces)
    gone = _signs(text)
    plain, at = [], 0
    for piece in pieces:
        kept = "".join(sign for index, sign in enumerate(piece.text, at) if index not in gone)
        plain.append(Piece(piece.mark, _PIPE.sub("·", kept).replace("&lt;", "<")))
        at += len(piece.text)
    merged = _merged(plain)
    had_change = any(piece.mark in ("removed", "added") for piece in pieces)
    return merged if not had_change or any(piece.mark in ("removed", "added") for piece in merged) else tuple(pieces)


def shortened(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return `pieces` with long unchanged runs cut to some words around what changed."""
    short: list[Piece] = []
    for index, piece in enumerate(pieces):
        words = piece.text.split(" ")
        if piece.mark != "same" or len(words) <= 2 * CONTEXT_WORDS:
            short.append(piece)
            continue
        if index > 0:
            short.append(Piece("same", " ".join(words[:CONTEXT_WORDS])))
        short.append(Piece("gap", " … "))
        if index < len(pieces) - 1:
            short.append(Piece("same", " ".join(words[-CONTEXT_WORDS:])))
    return tuple(short)


def _signs(text: str) -> set[int]:
    """Return the places of Markdown's own signs in `text`, whose changed words stand one behind the other."""
    gone: set[int] = set()
    opened: list[int] = []
    for found in _MARKUP.finditer(text):
        if found["open"]:
            opened.append(found.start())
            continue
        if found["target"] and opened:
            gone.add(opened.pop())
        gone.update(range(found.start(), found.end()))
    gone.update(place.start() for place in re.finditer(r"^[ \t]*\||\|[ \t]*$", text, re.MULTILINE))
    return gone


def _merged(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    runs = groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.mark)
    return tuple(Piece(mark, "".join(piece.text for piece in run)) for mark, run in runs)


def _marked(edit: Edit, before: Version, after: Version) -> Marked:
    old = _clause(before, edit.before_position)
    new = _clause(after, edit.after_position)
    _, path, number, heading, *_ = new or old or ("", "", "", "", "", 0, 0)
    return Marked(
        kind=edit.kind,
        significance=edit.significance,
        number=number,
        heading=heading,
        path=path,
        reasons=tuple(
            f"{reason['why']}: {reason['detail']}" if reason["detail"] else reason["why"] for reason in edit.reasons
        ),
        pieces=_pieces(edit, before, after, old, new),
        before_path=old[1] if old else "",
        place=edit.position,
    )


def _clause(version: Version, position: int | None) -> list | None:
    return None if position is None else version.outline[position]


def _pieces(edit: Edit, before: Version, after: Version, old: list | None, new: list | None) -> tuple[Piece, ...]:
    if new is None:
        return (Piece("removed", before.text[old[5] : old[6]]),) if old else ()
    if old is None:
        return (Piece("added", after.text[new[5] : new[6]]),)
    pieces, at, end = [], new[5], _end(edit, after, new)
    for before_start, before_end, after_start, after_end in edit.words:
        pieces += [
            Piece("same", after.text[at:after_start]),
            Piece("removed", before.text[before_start:before_end]),
            Piece("added", after.text[after_start:after_end]),
        ]
        at = after_end
    pieces.append(Piece("same", after.text[at : max(at, end)]))
    return tuple(piece for piece in pieces if piece.text)


def _end(edit: Edit, after: Version, new: list) -> int:
    """Return where the clause ends in the later text; the last of them where it was split."""
    further = edit.further.get("after", []) if isinstance(edit.further, dict) else []
    return max([new[6], *(after.outline[position][6] for position in further)])
