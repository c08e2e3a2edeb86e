"""The proof of a diff: the edits applied to the earlier clauses give the later ones."""

from __future__ import annotations

from collections.abc import Sequence

from .edit import Edit, Text


def apply(before: Text, edits: Sequence[Edit]) -> str:
    """Return the clauses of the later text, one blank line between them, from the earlier text and the edits alone."""
    gone = {index for edit in edits for index in (edit.before, *edit.further_before) if index is not None}
    unchanged = [before.raw(index) for index in range(len(before.clauses)) if index not in gone]
    placed = {edit.after: edit for edit in edits if edit.after is not None}
    covered = {index for edit in edits for index in edit.further_after}
    pieces: list[str] = []
    place = 0
    while unchanged or placed:
        if place in placed:
            pieces.append(_edited(before, placed.pop(place)))
        elif place not in covered:
            if not unchanged:
                raise ValueError(f"the edits leave no clause for place {place}")
            pieces.append(unchanged.pop(0))
        place += 1
    return "\n\n".join(pieces)


def _edited(before: Text, edit: Edit) -> str:
    if edit.before is None:
        return "".join(words.added for words in edit.words)
    start = before.clauses[edit.before].start
    end = before.clauses[max((edit.before, *edit.further_before))].end
    pieces: list[str] = []
    for words in edit.words:
        pieces += [before.markdown[start : words.before_start], words.added]
        start = words.before_end
    return "".join([*pieces, before.markdown[start:end]])
