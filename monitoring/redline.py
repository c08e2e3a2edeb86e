"""A Change as a reader sees it: clause by clause, with the words that went and the words that came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitoring.models import Change, Edit, Significance, Version

CONTEXT_WORDS = 14


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: `mark` is "same", "removed", "added", or "gap" where unchanged words are left out."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Marked:
    """One edit, ready to show. `pieces` in reading order; a moved clause is one "same" piece."""

    kind: str
    significance: str
    number: str
    heading: str
    path: str
    reasons: tuple[str, ...]
    pieces: tuple[Piece, ...]
    before_path: str = ""

    @property
    def before(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.mark != "added")

    @property
    def after(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.mark != "removed")


def of(change: Change, *, edits: Iterable[Edit] | None = None) -> tuple[Marked, ...]:
    """Return the edits of `change` in reading order; format and noise come last. Two queries unless loaded before."""
    rows = list(change.edits.all() if edits is None else edits)
    marked = [_marked(edit, change.before, change.after) for edit in rows]
    quiet = (Significance.FORMAT, Significance.NOISE)
    return tuple(sorted(marked, key=lambda edit: edit.significance in quiet))


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
        reasons=tuple(f"{reason['why']}: {reason['detail']}" if reason["detail"] else reason["why"] for reason in edit.reasons),
        pieces=_pieces(edit, before.text, after.text, old, new),
        before_path=old[1] if old else "",
    )


def _clause(version: Version, position: int | None) -> list | None:  # type: ignore[type-arg]
    return None if position is None else version.outline[position]


def _pieces(edit: Edit, before: str, after: str, old: list | None, new: list | None) -> tuple[Piece, ...]:  # type: ignore[type-arg]
    if new is None:
        return (Piece("removed", before[old[5] : old[6]]),) if old else ()
    if old is None:
        return (Piece("added", after[new[5] : new[6]]),)
    pieces, at, end = [], new[5], new[6]
    for before_start, before_end, after_start, after_end in edit.words:
        pieces += [
            Piece("same", after[at:after_start]),
            Piece("removed", before[before_start:before_end]),
            Piece("added", after[after_start:after_end]),
        ]
        at = after_end
    pieces.append(Piece("same", after[at : max(at, end)]))
    return tuple(piece for piece in pieces if piece.text)
