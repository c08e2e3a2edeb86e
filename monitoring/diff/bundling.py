"""Documents that share one page: what came or went with a second document is no edit of the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitoring.screen.normal import normal_form
from monitoring.segment import Kind

from .edit import Edit, Ground, Significance, Text, Why


def quieted(before: Text, after: Text, edits: Sequence[Edit], title: str) -> tuple[Edit, ...]:
    """Return the edits, those inside the document called `title` as noise."""
    old, new = _extent(before, after, title), _extent(after, before, title)
    return tuple(
        _quiet(edit, title) if edit.after in new or (edit.after is None and edit.before in old) else edit
        for edit in edits
    )


def _quiet(edit: Edit, title: str) -> Edit:
    return replace(edit, significance=Significance.NOISE, grounds=(Ground(Why.BUNDLED, title),))


def _extent(text: Text, other: Text, title: str) -> range:
    """Return the clauses from the heading `title` to the next top heading that the other text has too."""
    wanted = normal_form(title)
    begins = next((i for i, clause in enumerate(text.clauses) if _is_top(text, i) and text.normals[i] == wanted), None)
    if begins is None:
        return range(0)
    shared = {other.normals[i] for i in range(len(other.clauses)) if _is_top(other, i)}
    ends = (i for i in range(begins + 1, len(text.clauses)) if _is_top(text, i) and text.normals[i] in shared)
    return range(begins, next(ends, len(text.clauses)))


def _is_top(text: Text, index: int) -> bool:
    return text.clauses[index].kind is Kind.HEADING and text.clauses[index].level == 1
