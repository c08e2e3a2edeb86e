"""The structured summary of a Change, in plain language, without a model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from . import places
from .changed_words import plain
from .edit import Change, Edit, EditKind, Significance, Why
from .facts import Fact, Facts
from .headline import decisive, headline

_LONGEST_QUOTE = 160
_MOST_LINES = 12
_MOST_FACTS = 100
_COUNTING = (Significance.SUBSTANTIVE, Significance.MINOR, Significance.HOUSEKEEPING)
_SIDES = {EditKind.ADDED: "Added", EditKind.REMOVED: "Removed", EditKind.MOVED: "Moved and reworded"}
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
class Line:
    """One sentence of the summary: `code` and `values` for translation, `text` in English; edit: index or None."""

    code: str
    text: str
    values: tuple[str, ...] = ()
    edit: int | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a Change did, for a person in a hurry.

    lines: one per edit that counts, the weightiest kind first, at most twelve and then how many more; topics: what the
    substantive edits touch; left_out: what was suppressed, counted by kind.
    """

    headline: str
    lines: tuple[Line, ...]
    facts: tuple[Fact, ...]
    topics: tuple[str, ...]
    effective_date: date | None
    first_seen_at: datetime | None
    left_out: tuple[Line, ...] = ()


def summary(change: Change, *, effective_date: date | None = None, first_seen_at: datetime | None = None) -> Summary:
    """Return the structured summary of `change`; within one significance, lines come in the order of the later text."""
    order = {each: place for place, each in enumerate(_COUNTING)}
    counted = [(index, edit) for index, edit in enumerate(change.edits) if edit.significance in order]
    counted.sort(key=lambda row: order[row[1].significance])
    facts = Facts(change)
    return Summary(
        headline=headline(change, facts),
        lines=tuple(_lines(change, counted, facts)),
        facts=tuple(fact for index, _ in counted[:_MOST_FACTS] for fact in facts.of_edit(index)),
        topics=_topics(counted),
        effective_date=effective_date,
        first_seen_at=first_seen_at,
        left_out=_left_out(change),
    )


def _lines(change: Change, counted: list[tuple[int, Edit]], facts: Facts) -> list[Line]:
    lines = [_line(change, index, edit, facts) for index, edit in counted[:_MOST_LINES]]
    more = len(counted) - len(lines)
    if more > 0:
        lines.append(Line("more", f"And {more} more {'edit' if more == 1 else 'edits'}.", (str(more),)))
    return lines


def _line(change: Change, index: int, edit: Edit, facts: Facts) -> Line:
    place = places.place(change, edit)
    found = facts.of_edit(index)
    if found:
        text = "; ".join(f"{fact.before} → {fact.after}" for fact in found[:3])
        if edit.significance is Significance.HOUSEKEEPING:
            return Line("date", f"Date: {text}", (text,), index)
        return Line("fact", f"{place}: {text}" if place else text, (place, text), index)
    old, new = _quote(edit, "removed"), _quote(edit, "added")
    where = f" in “{place}”" if place else ""
    if edit.kind in (EditKind.ADDED, EditKind.REMOVED):
        return Line(edit.kind.value, f"{_SIDES[edit.kind]}{where}: “{new or old}”", (place, new or old), index)
    verb = _SIDES.get(edit.kind, "Reworded")
    words = decisive(change, edit) or " → ".join(f"“{quote}”" for quote in (old, new) if quote)
    return Line(edit.kind.value, f"{verb}{where}: {words}" if words else f"{verb}{where}", (place, old, new), index)


def _quote(edit: Edit, side: str) -> str:
    pieces = (" ".join(plain(str(getattr(words, side))[:400]).split()) for words in edit.words[:8])
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
