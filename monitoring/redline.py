"""A Change as a reader sees it: clause by clause, with the words that went and the words that came."""

import re
from bisect import bisect_left
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
    that with long unchanged runs cut. The positions are those of its clauses in the two outlines.
    """

    kind: str
    significance: str
    number: str
    heading: str
    path: str
    reasons: tuple[str, ...]
    pieces: tuple[Piece, ...]
    before_path: str = ""
    before_number: str = ""
    place: int = 0
    before_positions: tuple[int, ...] = ()
    after_positions: tuple[int, ...] = ()

    @property
    def whereabouts(self) -> str:
        """Where the clause stands, in words: its heading, then its number where the heading does not begin with that."""
        if self.number and self.heading.removeprefix("§").lstrip().startswith(self.number):
            return self.heading
        return ", ".join(filter(None, (self.heading, self.number)))

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


@dataclass(frozen=True, slots=True)
class Run:
    """Clauses that stand unchanged between two edits, in reading order: (path, number, text without Markdown's signs)."""

    clauses: tuple[tuple[str, str, str], ...]


def in_order(change: Change, marked: Sequence[Marked]) -> list[Marked | Run]:
    """Return the loud edits with the unchanged clauses between them; what was removed stands where it stood.

    `marked` is what `of` returned: quiet edits are neither shown nor unchanged.
    """
    touched_before = {position for edit in marked for position in edit.before_positions}
    touched_after = {position for edit in marked for position in edit.after_positions}
    old = [position for position in range(len(change.before.outline)) if position not in touched_before]
    new = [position for position in range(len(change.after.outline)) if position not in touched_after]
    laid: list[Marked | Run] = []
    at = 0
    for edit in (edit for edit in marked if not edit.is_quiet):
        side, positions = (new, edit.after_positions) if edit.after_positions else (old, edit.before_positions)
        until = bisect_left(side, positions[0])
        laid += _run(change.after, new[at:until])
        laid.append(edit)
        at = max(at, until)
    return laid + _run(change.after, new[at:])


def _run(version: Version, positions: Sequence[int]) -> list[Run]:
    clauses = []
    for position in positions:
        _, path, number, _, _, start, end = version.outline[position]
        (piece, *_) = readable([Piece("same", version.text[start:end])]) or (Piece("same", ""),)
        clauses.append((path, number, piece.text.strip()))
    return [Run(tuple(clauses))] if clauses else []


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
        before_number=old[2] if old else "",
        place=edit.position,
        before_positions=_positions(edit.before_position, edit, "before"),
        after_positions=_positions(edit.after_position, edit, "after"),
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
    return max([new[6], *(after.outline[position][6] for position in _further(edit, "after"))])


def _positions(position: int | None, edit: Edit, side: str) -> tuple[int, ...]:
    return () if position is None else (position, *_further(edit, side))


def _further(edit: Edit, side: str) -> Sequence[int]:
    return edit.further.get(side, []) if isinstance(edit.further, dict) else []
