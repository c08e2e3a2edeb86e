"""What lies between any two versions of a document, neighbours or not: compared when it is asked for, and kept a while.

The archive holds what neighbours differ in; a contract refers to a version of long ago.
"""

import pickle
import zlib
from dataclasses import dataclass

from django.core.cache import cache

from monitoring import diff, redline
from monitoring.archive import readings
from monitoring.models import Change, Version

MOST_WORDS = 80_000  # of both texts; the longest pair of the GenAI archive has 34,000 (bench/between.py)
KEPT_SECONDS = 3600
FORMAT = 1  # of what is kept: a new one when `Between` changes


class TooLong(Exception):
    """Raised when two texts are too long to be compared while somebody waits."""


@dataclass(frozen=True, slots=True)
class Between:
    """How one version differs from another: weighed and summed up as a Change is, without being one."""

    significance: str
    headline: str
    lines: tuple[tuple[str, int | None], ...]  # a sentence and the place of its edit
    counts: tuple[tuple[str, int], ...]  # edits by kind
    edits: tuple[redline.Marked, ...]
    unchanged: int

    @property
    def loud(self) -> tuple[redline.Marked, ...]:
        return tuple(edit for edit in self.edits if not edit.is_quiet)

    @property
    def quiet(self) -> tuple[redline.Marked, ...]:
        return tuple(edit for edit in self.edits if edit.is_quiet)


def kept(before: Version, after: Version) -> Between | None:
    """Return what an earlier call of `of` found; None when it is too long ago. Needs no text."""
    found = cache.get(_key(before, after))
    return pickle.loads(zlib.decompress(found)) if found else None  # noqa: S301 - written by `of`, in our own cache


def of(before: Version, after: Version) -> Between:
    """Return what turns one version into another of the same document. Raises TooLong past MOST_WORDS.

    A tenth of a second at most for the pairs of bench/between.py; what comes out is kept for an hour.
    """
    if before.size_words + after.size_words > MOST_WORDS:
        raise TooLong(f"Together the two versions have more than {MOST_WORDS:,} words: read their changes one by one.")
    found = _between(before, after)
    cache.set(_key(before, after), zlib.compress(pickle.dumps(found)), KEPT_SECONDS)
    return found


def _between(before: Version, after: Version) -> Between:
    compared = diff.compare(before.text, after.text)
    summary = diff.summary(compared)
    # As today's rules cut both texts, whatever cut them when they were recorded; nothing of this is saved.
    before.outline, after.outline = (readings.outline(side.clauses) for side in (compared.before, compared.after))
    change = Change(before=before, after=after)
    marked = redline.of(change, edits=list(readings.edits(compared, change)))
    kinds = [edit.kind for edit in marked]
    return Between(
        significance=compared.significance.value,
        headline=summary.headline if marked else "",
        lines=tuple((line.text, line.edit) for line in summary.lines),
        counts=tuple((kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)),
        edits=marked,
        unchanged=max(len(after.outline) - sum(edit.kind != "removed" for edit in marked), 0),
    )


def _key(before: Version, after: Version) -> str:
    return f"between:{FORMAT}:{readings.REVISION}:{before.pk}:{after.pk}"
