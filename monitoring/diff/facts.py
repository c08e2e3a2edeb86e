"""Facts of a change: the periods, amounts, shares, ages, numbers and dates that became others, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitoring.extract.dates import dates

from . import cues, quantities, wording
from .changed_words import MOST_CHARS, plain
from .edit import Change, Edit, Significance

_KINDS = ("period", "amount", "share", "age")


@dataclass(frozen=True, slots=True)
class Fact:
    """A period, amount, share, age or date that changed; "" where one side has none. edit: index in the change."""

    kind: str
    before: str
    after: str
    edit: int


class Facts:
    """The facts of a change, edit by edit; each edit is read once, when first asked for."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._known: dict[int, tuple[Fact, ...]] = {}

    def of_edit(self, index: int) -> tuple[Fact, ...]:
        """Return the facts of one edit: quantities and dates that stand on both sides of it and differ."""
        if index not in self._known:
            self._known[index] = _of_edit(self._change, index)
        return self._known[index]


def _of_edit(change: Change, index: int) -> tuple[Fact, ...]:
    edit = change.edits[index]
    if edit.before is None or edit.after is None or not _has_number(edit):
        return ()
    return tuple(_facts(change, edit, index))


def _facts(change: Change, edit: Edit, index: int) -> Iterator[Fact]:
    old, new = wording.apart(
        plain(change.before.raw(edit.before, edit.further_before)[:MOST_CHARS]),
        plain(change.after.raw(edit.after, edit.further_after)[:MOST_CHARS]),
    )
    if edit.significance is not Significance.HOUSEKEEPING:
        for kind, (pattern, hints) in zip(_KINDS, cues.QUANTITIES, strict=True):
            gone, come = quantities.exchanged(pattern, old, new, hints=hints)
            yield from (Fact(kind, one, other, index) for one, other in zip(gone, come, strict=False))
    gone_days, come_days = (dict.fromkeys(text[start:end] for start, end, _ in dates(text)) for text in (old, new))
    pairs = zip(
        (day for day in gone_days if day not in come_days),
        (day for day in come_days if day not in gone_days),
        strict=False,
    )
    yield from (Fact("date", one, other, index) for one, other in pairs)


def _has_number(edit: Edit) -> bool:
    """Return whether a digit or a written number may be among the changed words."""
    changed = " ".join(f"{words.removed} {words.added}" for words in edit.words)[:MOST_CHARS]
    return any(map(str.isdigit, changed)) or any(cues.COUNTING.fullmatch(word) for word in changed.split())
