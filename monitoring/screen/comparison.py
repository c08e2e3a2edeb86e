"""What a text betrays beside the text before it: cut short, doubled, in another language, another document altogether."""

from __future__ import annotations

import numpy

from . import sketches
from .verdict import Finding, Reason

_SAME = 0.9
_CUT = 0.7


class Likeness:
    """How two texts in normal form share their five-word shingles."""

    def __init__(self, before: str, after: str) -> None:
        self.before, self.after = sketches.shingles(before), sketches.shingles(after)
        self.kept = sketches.containment(self.before, self.after)
        self.known = sketches.containment(self.after, self.before)

    @property
    def doubling(self) -> float:
        """How often the average shingle of the later text stands there, beside the earlier one's."""
        return _repeats(self.after) / max(1.0, _repeats(self.before))


def findings(before: str, after: str) -> tuple[Finding, ...]:
    """Return why `after` may not be the next version of `before` (both in normal form); the weightiest first."""
    likeness = Likeness(before, after)
    found = []
    if likeness.doubling > 1.7 and len(after) > len(before) * 1.6:
        found.append(Finding(Reason.DOUBLED, "the text stands there twice"))
    if likeness.known > _SAME and likeness.after.size < likeness.before.size * _CUT:
        found.append(Finding(Reason.TRUNCATED, f"{likeness.after.size} of {likeness.before.size} words are left"))
    if likeness.known < 0.02 and likeness.kept < 0.02:
        found.append(Finding(Reason.OTHER_DOCUMENT, "not a sentence of the text before is left"))
    return tuple(found)


def _repeats(shingles: sketches.Hashes) -> float:
    return shingles.size / max(1, numpy.unique(shingles).size)
