"""What the edits of a change signify, one by one and together."""

from __future__ import annotations

from dataclasses import replace

from .edit import Edit, Ground, Significance, Text
from .meaning import Side, meaning

_WEIGHT = {significance: place for place, significance in enumerate(Significance)}


def weigh(before: Text, after: Text, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Return the edits with their significance and the grounds for it."""
    if not edits:
        return ()
    old, new = Side(before), Side(after)
    return tuple(_weighed(old, new, edit) for edit in edits)


def significance(edits: tuple[Edit, ...]) -> tuple[Significance, tuple[Ground, ...]]:
    """Return the weightiest significance among the edits and its distinct grounds; format when there are none."""
    if not edits:
        return Significance.FORMAT, ()
    top = min((edit.significance for edit in edits), key=_WEIGHT.__getitem__)
    grounds = dict.fromkeys(ground for edit in edits if edit.significance is top for ground in edit.grounds)
    return top, tuple(grounds)


def _weighed(before: Side, after: Side, edit: Edit) -> Edit:
    weight, grounds = meaning(before, after, edit)
    return replace(edit, significance=weight, grounds=grounds)
