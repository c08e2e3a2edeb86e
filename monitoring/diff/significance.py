"""What edits signify, by readable rules on the words that went and came; and what a whole change signifies.

The rules in order: nothing a reader can see (format); what stands around the text or comes from rendering (noise,
format); dates and versions (housekeeping); contacts, names and spelling (minor); words of duty, negation, number,
party, purpose, data, scope and provision (substantive); longer rewording and new or lost rules (substantive).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from monitoring.extract.dates import dates
from monitoring.screen.normal import normal_form
from monitoring.segment import Kind

from . import cues, zones
from .edit import Edit, EditKind, Ground, Significance, Text, Why

_WEIGHT = {significance: place for place, significance in enumerate(Significance)}
_VERSION = re.compile(r"\b(?:v|version|rev|revision)\.?\s?\d+(?:\.\d+)*\b", re.IGNORECASE)
_HEX = re.compile(r"\b(?=\w*\d)(?=\w*[a-f])[0-9a-f]{8,}\b|\b[A-Za-z0-9_-]{24,}\b")
_DATE_WORDS = re.compile(
    r"\b(?:last|updated?|effective|date|as|of|from|revised|modified|version|published|posted|on|by|in force|previous|versions?|archived?|the|and|or|"
    r"this|policy|terms|is|are|was|were|will|be|become|becomes|stand|gültig|ab|mise|à|jour|le|entrée|en|vigueur|fecha|actualización|el|de)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"\]\([^)]*\)|[\[\]*_#|>`-]+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Words:
    """What went and what came in one edit, without markup, links or shared words."""

    removed: str
    added: str

    @property
    def bags(self) -> tuple[Counter[str], Counter[str]]:
        return Counter(normal_form(self.removed).split()), Counter(normal_form(self.added).split())


def weigh(before: Text, after: Text, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Return the edits with their significance and the grounds for it."""
    old_zone, new_zone = zones.chrome(before), zones.chrome(after)
    return tuple(_weighed(before, after, edit, old_zone, new_zone) for edit in edits)


def significance(edits: tuple[Edit, ...]) -> tuple[Significance, tuple[Ground, ...]]:
    """Return the weightiest significance among the edits and its distinct grounds; format when there are none."""
    if not edits:
        return Significance.FORMAT, ()
    top = min((edit.significance for edit in edits), key=_WEIGHT.__getitem__)
    grounds = dict.fromkeys(ground for edit in edits if edit.significance is top for ground in edit.grounds)
    return top, tuple(grounds)


def _weighed(before: Text, after: Text, edit: Edit, old_zone: frozenset[int], new_zone: frozenset[int]) -> Edit:
    meaning, grounds = _meaning(before, after, edit, old_zone, new_zone)
    return replace(edit, significance=meaning, grounds=grounds)


def _meaning(
    before: Text, after: Text, edit: Edit, old_zone: frozenset[int], new_zone: frozenset[int]
) -> tuple[Significance, tuple[Ground, ...]]:
    old, new = _of(before, edit.before, edit.further_before), _of(after, edit.after, edit.further_after)
    plain_old, plain_new = normal_form(old), normal_form(new)
    if "".join(plain_old.split()) == "".join(plain_new.split()):
        return _format(old, new, edit)
    if _stripped(old) == _stripped(new):
        return Significance.FORMAT, (Ground(Why.RENDERING),)
    if _is_chrome(edit, old_zone, new_zone):
        return Significance.NOISE, (Ground(Why.CHROME, _short(new or old)),)
    changed = _changed(edit, old, new)
    if _only_tokens(changed):
        return Significance.NOISE, (Ground(Why.TOKEN, _short(changed.added or changed.removed)),)
    if _only_dates(changed):
        return Significance.HOUSEKEEPING, (Ground(Why.DATE, _short(changed.added or changed.removed)),)
    if edit.kind in (EditKind.ADDED, EditKind.REMOVED):
        return _of_whole_clause(edit, new or old, before, after)
    return _of_words(changed, old, new, is_heading=_kind(before, after, edit) is Kind.HEADING)


def _of(text: Text, index: int | None, further: tuple[int, ...]) -> str:
    if index is None:
        return ""
    last = max((index, *further))
    return text.markdown[text.clauses[index].start : text.clauses[last].end]


def _kind(before: Text, after: Text, edit: Edit) -> Kind:
    return after.clauses[edit.after].kind if edit.after is not None else before.clauses[edit.before or 0].kind


def _format(old: str, new: str, edit: Edit) -> tuple[Significance, tuple[Ground, ...]]:
    if edit.kind is EditKind.RENUMBERED:
        return Significance.FORMAT, (Ground(Why.NUMBERING),)
    if edit.kind is EditKind.MOVED:
        return Significance.FORMAT, (Ground(Why.PLACE),)
    targets = re.findall(r"\]\(([^)]*)\)", old) != re.findall(r"\]\(([^)]*)\)", new)
    return Significance.FORMAT, (Ground(Why.LINK if targets else Why.MARKUP),)


def _stripped(raw: str) -> str:
    return "".join(normal_form(cues.RENDERING.sub(" ", raw)).split())


def _is_chrome(edit: Edit, old_zone: frozenset[int], new_zone: frozenset[int]) -> bool:
    sides = [edit.before in old_zone] if edit.before is not None else []
    sides += [edit.after in new_zone] if edit.after is not None else []
    return all(sides)


def _changed(edit: Edit, old: str, new: str) -> _Words:
    removed = " ".join(_plain(words.removed) for words in edit.words)
    added = " ".join(_plain(words.added) for words in edit.words)
    return _Words(cues.RENDERING.sub(" ", removed), cues.RENDERING.sub(" ", added))


def _plain(raw: str) -> str:
    return _MARKUP.sub(" ", raw)


def _only_tokens(changed: _Words) -> bool:
    left = _HEX.sub(" ", f"{changed.removed} {changed.added}")
    return bool(_HEX.search(f"{changed.removed} {changed.added}")) and not _WORD.search(left)


def _only_dates(changed: _Words) -> bool:
    both = f"{changed.removed} | {changed.added}"
    rest = both
    for start, end, _ in reversed(dates(both)):
        rest = rest[:start] + " " + rest[end:]
    rest = _VERSION.sub(" ", rest)
    had_date = rest != both or bool(re.fullmatch(r"[\s|,.]*(?:\w{3,10})?[\s|,.]*(?:\d{1,2}|(?:19|20)\d\d)?[\s|,.\w]*", both)) and bool(_MONTH.search(both) or _YEAR.search(both))
    rest = _YEAR.sub(" ", _MONTH.sub(" ", rest))
    rest = re.sub(r"\b\d{1,2}\b", " ", rest) if had_date else rest
    return had_date and not _WORD.search(_DATE_WORDS.sub(" ", rest))


_MONTH = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    r"januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def _of_whole_clause(edit: Edit, raw: str, before: Text, after: Text) -> tuple[Significance, tuple[Ground, ...]]:
    words = normal_form(raw).split()
    kind = _kind(before, after, edit)
    why = Why.RULES_ADDED if edit.kind is EditKind.ADDED else Why.RULES_REMOVED
    if kind is Kind.HEADING or len(words) < 4:
        return Significance.MINOR, (Ground(Why.WORDING, _short(raw)),)
    if zones.is_label(raw):
        return Significance.MINOR, (Ground(Why.WORDING, _short(raw)),)
    grounds = _grounds(words)
    return Significance.SUBSTANTIVE, (Ground(why, _short(raw)), *grounds)


def _of_words(changed: _Words, old: str, new: str, *, is_heading: bool) -> tuple[Significance, tuple[Ground, ...]]:
    removed, added = changed.bags
    gone, come = removed - added, added - removed
    if not gone and not come:
        return Significance.FORMAT, (Ground(Why.PLACE),)
    if is_heading:
        return Significance.MINOR, (Ground(Why.WORDING, _short(new)),)
    facts = _facts(changed)
    if facts:
        return Significance.SUBSTANTIVE, facts
    words = [*gone, *come]
    if cues.CONTACT.search(f"{changed.removed} {changed.added}") and len(words) <= 12:
        return Significance.MINOR, (Ground(Why.CONTACT, _short(changed.added or changed.removed)),)
    grounds = _grounds(words)
    if grounds:
        return Significance.SUBSTANTIVE, grounds
    if sum(gone.values()) + sum(come.values()) > 10:
        return Significance.SUBSTANTIVE, (Ground(Why.WORDING, _short(changed.added or changed.removed)),)
    return Significance.MINOR, (Ground(Why.WORDING, _short(changed.added or changed.removed)),)


def _facts(changed: _Words) -> tuple[Ground, ...]:
    found = []
    for pattern in (cues.PERIOD, cues.AMOUNT, cues.SHARE, cues.AGE):
        old, new = pattern.findall(changed.removed), pattern.findall(changed.added)
        if old != new:
            found.append(Ground(Why.NUMBER, _short(f"{' '.join(map(str, old))} -> {' '.join(map(str, new))}")))
    return tuple(found)


def _grounds(words: list[str]) -> tuple[Ground, ...]:
    by_why: dict[Why, list[str]] = {}
    for word in words:
        why = cues.why(word)
        if why is not None and word not in by_why.get(why, []):
            by_why.setdefault(why, []).append(word)
    return tuple(Ground(why, ", ".join(found[:4])) for why, found in by_why.items())


def _short(raw: str) -> str:
    text = " ".join(_plain(raw).split())
    return text if len(text) <= 80 else text[:77] + "..."
