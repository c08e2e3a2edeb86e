"""The headline of a change: what happened, in the words of the text, the weightiest first, no adjectives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitoring.screen.normal import normal_form
from monitoring.segment import Kind

from . import lexicon, places
from .changed_words import plain
from .edit import Change, Edit, EditKind, Significance, Why
from .facts import Facts
from .zones import plain_of

_LONGEST = 120
_MOST_PARTS = 3
_MOST_READ = 60
_SHORT_WORDS = 44
_APART = re.compile(r"\||<br ?/?>|•|\s[–—-]\s")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_WORDS_THAT_TURN = (Why.NEGATION, Why.DUTY)


def headline(change: Change, facts: Facts) -> str:
    """Return one line of at most 120 characters that says what the change did."""
    if change.significance is Significance.HOUSEKEEPING:
        return _dated(change, facts)
    parts, told = _chosen(change, facts)
    counted = [i for i, edit in enumerate(change.edits) if edit.significance is change.significance]
    rest = sum(1 for index in counted if index not in told)
    more = f"and {rest} more {'clause' if rest == 1 else 'clauses'}" if rest else ""
    return "; ".join([*parts, more] if more else parts)


def decisive(change: Change, edit: Edit) -> str:
    """Return the words that decide a rewording, before and after, or "" when they are too long to quote."""
    for words in edit.words:
        old, new = _quoted(words.removed), _quoted(words.added)
        if not old and not new:
            continue
        if not old or not new:
            context = _last_word(change.before.markdown[: words.before_start])
            old, new = f"{context} {old}".strip(), f"{context} {new}".strip()
        if len(edit.words) <= 2 and len(old) + len(new) <= _SHORT_WORDS and old != new:
            says = f"“{old}” → “{new}”" if old and new else f"“{new or old}”"
            return says if _tells(old, new) else ""
        return ""
    return ""


def _tells(old: str, new: str) -> bool:
    """Return whether the words that differ say something by themselves, and are not only "and" or "the"."""
    differing = set(normal_form(old).split()) ^ set(normal_form(new).split())
    return any(len(word) > 4 or lexicon.why(word) or any(map(str.isdigit, word)) for word in differing)


def _chosen(change: Change, facts: Facts) -> tuple[list[str], set[int]]:
    """Return the parts that fit, and the edits they tell of."""
    parts: list[str] = []
    told: set[int] = set()
    for part, indexes in _parts(change, facts):
        if part in parts or indexes <= told:
            told |= indexes
        elif len(parts) < _MOST_PARTS and sum(map(len, parts)) + len(part) <= _LONGEST - 24 - 2 * len(parts):
            parts.append(part)
            told |= indexes
    return parts or [_shortest(change)], told


def _parts(change: Change, facts: Facts) -> Iterator[tuple[str, set[int]]]:
    """Yield what could be said, the weightiest first, with the edits each part tells of."""
    counted = [(i, edit) for i, edit in enumerate(change.edits) if edit.significance is change.significance][
        :_MOST_READ
    ]
    for index, edit in counted:
        for fact in facts.of_edit(index):
            yield f"{_named(change, edit)}{fact.before} → {fact.after}", {index}
    both = [(i, edit) for i, edit in counted if edit.before is not None and edit.after is not None]
    turning = [row for row in both if any(ground.why in _WORDS_THAT_TURN for ground in row[1].grounds)]
    yield from _turns(change, turning)
    yield from _parties(change, counted)
    yield from _whole_clauses(change, counted)
    yield from _turns(change, both)
    for index, edit in both:
        yield f"Reworded: {places.place(change, edit) or _beginning(change, edit)}", {index}


def _whole_clauses(change: Change, edits: list[tuple[int, Edit]]) -> Iterator[tuple[str, set[int]]]:
    """Yield where clauses came or went; where some came and others went, that part was rewritten."""
    whole = [row for row in edits if row[1].kind in (EditKind.ADDED, EditKind.REMOVED)]
    at = {index: places.place(change, edit) for index, edit in whole}
    came, went = ({at[i] for i, edit in whole if edit.kind is kind} for kind in (EditKind.ADDED, EditKind.REMOVED))
    for place in dict.fromkeys(place for place in at.values() if place and place in came and place in went):
        yield f"Rewritten: {place}", {index for index in at if at[index] == place}
    for kind, verb in ((EditKind.ADDED, "Added"), (EditKind.REMOVED, "Removed")):
        for index, edit in whole:
            if edit.kind is kind:
                yield f"{verb}: {at[index] or _beginning(change, edit)}", {index}


def _parties(change: Change, edits: list[tuple[int, Edit]]) -> Iterator[tuple[str, set[int]]]:
    """Yield who joined or left a list of parties; of lines that came or went together the first names them."""
    for kind, verb in ((EditKind.ADDED, "Added"), (EditKind.REMOVED, "Removed")):
        entries = [(i, edit) for i, edit in edits if edit.kind is kind and edit.grounds[0].why is Why.PARTY]
        together = {_clause(edit, kind) for edit in change.edits if edit.kind in (kind, EditKind.MOVED)}
        first = [e for _, e in entries if not _hangs_on(change, e) or _clause(e, kind) - 1 not in together]
        names = [name for edit in first if (name := _name(change, edit))]
        if names:
            place = places.place(change, first[0])
            told = f"{verb}: " if place in ("", names[0]) else f"{place}: {verb.lower()} "
            yield told + _some(list(dict.fromkeys(names))), {index for index, _ in entries}


def _clause(edit: Edit, kind: EditKind) -> int:
    index = edit.after if kind is EditKind.ADDED else edit.before
    return -1 if index is None else index


def _hangs_on(change: Change, edit: Edit) -> bool:
    """Return whether a line may belong to the one above, as on a card; items, rows and headings stand for themselves."""
    text, index = places.side(change, edit)
    return text.clauses[index].kind is Kind.PARAGRAPH


def _name(change: Change, edit: Edit) -> str:
    """Return how an entry of a list begins: a cell, or what stands before a dash; "" where that is more than a name."""
    text, index = places.side(change, edit)
    raw = text.raw(index)
    begins = (_quoted(part) for part in _APART.split(plain_of(_IMAGE.sub("", raw))))
    name = next(filter(None, begins), "")
    return name if len(name) <= _SHORT_WORDS else ""


def _some(names: list[str]) -> str:
    """Return as many names as fit, and how many more there are."""
    shown = names[:_MOST_PARTS]
    while len(shown) > 1 and sum(map(len, shown)) > _SHORT_WORDS:
        shown.pop()
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _turns(change: Change, edits: list[tuple[int, Edit]]) -> Iterator[tuple[str, set[int]]]:
    for index, edit in edits:
        words = decisive(change, edit)
        if words:
            yield f"{_named(change, edit)}{words}", {index}


def _dated(change: Change, facts: Facts) -> str:
    found = [fact for index in range(len(change.edits)) for fact in facts.of_edit(index) if fact.kind == "date"]
    return f"Date only: {found[0].before} → {found[0].after}" if found else "Date or version only"


def _named(change: Change, edit: Edit) -> str:
    place = places.place(change, edit)
    return f"{place}: " if place else ""


def _beginning(change: Change, edit: Edit) -> str:
    """Return the first words of a clause that stands under no heading."""
    raw = change.after.raw(edit.after) if edit.after is not None else change.before.raw(edit.before)
    text = _quoted(raw)
    return f"“{text}”" if len(text) <= _SHORT_WORDS else f"“{text[:_SHORT_WORDS].rsplit(' ', 1)[0]}…”"


def _shortest(change: Change) -> str:
    count = sum(1 for edit in change.edits if edit.significance is change.significance)
    return f"{count} {'clause' if count == 1 else 'clauses'} changed"


def _quoted(raw: str) -> str:
    return " ".join(plain(raw[:400]).split()).strip(" ,;")


def _last_word(before: str) -> str:
    words = _quoted(before[-60:]).split()
    return words[-1] if words else ""
