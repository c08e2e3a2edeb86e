"""The structured summary of a Change, in plain language, without a model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitoring.extract.dates import dates

from . import cues
from .edit import Change, Edit, EditKind, Significance, Text, Why

_LONGEST_QUOTE = 160
_VERBS = {
    EditKind.ADDED: "Added",
    EditKind.REMOVED: "Removed",
    EditKind.REWORDED: "Reworded",
    EditKind.MOVED: "Moved",
    EditKind.RENUMBERED: "Renumbered",
    EditKind.SPLIT: "Split",
    EditKind.MERGED: "Merged",
}
_FACT_KINDS = (("period", cues.PERIOD), ("amount", cues.AMOUNT), ("share", cues.SHARE), ("age", cues.AGE))
_COUNTED = {
    Why.LINK: ("link update", "link updates"),
    Why.MARKUP: ("markup difference", "markup differences"),
    Why.CHROME: ("difference of the page around the text", "differences of the page around the text"),
    Why.ROTATING: ("rotating token", "rotating tokens"),
    Why.RENDERING: ("difference of rendering", "differences of rendering"),
    Why.NUMBERING: ("renumbered clause", "renumbered clauses"),
    Why.PLACE: ("moved clause", "moved clauses"),
    Why.DATE: ("date or version", "dates or versions"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A period, amount, date, share or age that changed; "" where one side has none."""

    kind: str
    before: str
    after: str
    edit: int


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of the summary: `code` and `values` for translation, `text` in English; edit: index or None."""

    code: str
    text: str
    values: tuple[str, ...] = ()
    edit: int | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a Change did, for a person in a hurry: the headline, one line per edit that counts, and what was left "
    "out."""

    headline: str
    lines: tuple[Line, ...]
    facts: tuple[Fact, ...]
    topics: tuple[str, ...]
    effective_date: date | None
    first_seen_at: datetime | None
    left_out: tuple[Line, ...] = ()


def summary(change: Change, *, effective_date: date | None = None, first_seen_at: datetime | None = None) -> Summary:
    """Return the structured summary of `change`; lines come in the order of the later text."""
    counted = [
        (index, edit)
        for index, edit in enumerate(change.edits)
        if edit.significance in (Significance.SUBSTANTIVE, Significance.MINOR, Significance.HOUSEKEEPING)
    ]
    facts = tuple(fact for index, edit in counted for fact in _facts(index, edit))
    return Summary(
        headline=_headline(change, facts),
        lines=tuple(_line(change, index, edit) for index, edit in counted),
        facts=facts,
        topics=_topics(counted),
        effective_date=effective_date,
        first_seen_at=first_seen_at,
        left_out=_left_out(change),
    )


def _facts(index: int, edit: Edit) -> list[Fact]:
    found = []
    for words in edit.words:
        for kind, pattern in _FACT_KINDS:
            old = [match[0] for match in pattern.finditer(words.removed)]
            new = [match[0] for match in pattern.finditer(words.added)]
            found += [Fact(kind, one, other, index) for one, other in _zipped(old, new) if one != other]
        old = [words.removed[start:end] for start, end, _ in dates(words.removed)]
        new = [words.added[start:end] for start, end, _ in dates(words.added)]
        found += [Fact("date", one, other, index) for one, other in _zipped(old, new) if one != other]
    return found


def _zipped(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    longest = max(len(old), len(new))
    return list(zip(old + [""] * (longest - len(old)), new + [""] * (longest - len(new)), strict=True))


def _headline(change: Change, facts: tuple[Fact, ...]) -> str:
    if facts and facts[0].before and facts[0].after:
        return f"{facts[0].before} → {facts[0].after}"
    kinds = [edit.kind for edit in change.edits if edit.significance is change.significance]
    counts = [(kind, kinds.count(kind)) for kind in EditKind if kind in kinds]
    return ", ".join(f"{count} {'clause' if count == 1 else 'clauses'} {kind.value}" for kind, count in counts)


def _line(change: Change, index: int, edit: Edit) -> Line:
    place = _place(change, edit)
    old, new = _quote(edit, "removed"), _quote(edit, "added")
    verb = _VERBS[edit.kind]
    where = f" in “{place}”" if place else ""
    if old and new:
        return Line(f"{edit.kind.value}.both", f"{verb}{where}: “{old}” → “{new}”", (place, old, new), index)
    if new:
        code = "added" if edit.kind is EditKind.ADDED else f"{edit.kind.value}.new"
        return Line(
            code,
            f"{verb}{where}: + “{new}”" if edit.before is not None else f"{verb}{where}: “{new}”",
            (place, new),
            index,
        )
    if old:
        code = "removed" if edit.kind is EditKind.REMOVED else f"{edit.kind.value}.gone"
        return Line(
            code,
            f"{verb}{where}: − “{old}”" if edit.after is not None else f"{verb}{where}: “{old}”",
            (place, old),
            index,
        )
    return Line(edit.kind.value, f"{verb}{where}", (place,), index)


def _place(change: Change, edit: Edit) -> str:
    side: Text = change.after if edit.after is not None else change.before
    index = edit.after if edit.after is not None else edit.before
    return side.clauses[index].heading if index is not None else ""


def _quote(edit: Edit, side: str) -> str:
    pieces = [" ".join(str(getattr(words, side)).split()) for words in edit.words]
    quote = " … ".join(piece for piece in pieces if piece)
    return quote if len(quote) <= _LONGEST_QUOTE else quote[: _LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + "…"


def _topics(counted: list[tuple[int, Edit]]) -> tuple[str, ...]:
    topics = dict.fromkeys(
        ground.why.value
        for _, edit in counted
        if edit.significance is Significance.SUBSTANTIVE
        for ground in edit.grounds
    )
    return tuple(topics)


def _left_out(change: Change) -> tuple[Line, ...]:
    counts: dict[Why, int] = {}
    for edit in change.edits:
        if edit.significance in (Significance.FORMAT, Significance.NOISE) and edit.grounds:
            counts[edit.grounds[0].why] = counts.get(edit.grounds[0].why, 0) + 1
    return tuple(_counted(why, count) for why, count in counts.items())


def _counted(why: Why, count: int) -> Line:
    one, many = _COUNTED.get(why, (why.value, why.value))
    return Line(f"left_out.{why.value}", f"{count} {one if count == 1 else many} suppressed", (str(count), why.value))
