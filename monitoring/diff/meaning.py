"""What one edit signifies, by readable rules on what went and what came; the first rule that fits decides.

1. nothing a reader can see: link targets, markup, numbering, place (format; rotating tokens: noise)
2. what rendering adds, what stands around the text (format, noise)
3. dates and versions (housekeeping); a date inside a rule is a rule (substantive)
4. headings, pointers, contacts, names, spelling (minor)
5. words of duty, negation, number, party, purpose, data, scope, provision, place; rules that come or go; long rewording
   (substantive); any other rewording (minor)
"""

from __future__ import annotations

import re
from functools import cached_property

from monitoring.extract import language
from monitoring.segment import Kind

from . import dating, lexicon, rewording, whole_clauses, zones
from .changed_words import ChangedWords, Meaning, bare, because, without_rendering
from .edit import Edit, EditKind, Significance, Text, Why

_TARGET = re.compile(r"\]\(([^)\n]*)\)")
_ADDRESS = re.compile(r"https?://[^\s\])>,;]*[^\s\])>,;.]")
_NUMBER = re.compile(r"^\W*(?:[A-Za-z]\.)?[\dA-Za-z]{1,4}[.)]\s+")
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{12,}(?![\w-])")
_POLICY = re.compile(r"terms|polic|privacy|agreement|addendum|notice|eula|dpa|legal", re.IGNORECASE)
_PLAIN_NAMES = frozenset({"policy", "policies", "terms", "legal", "of", "and", "the", "en", "us"})


class Side:
    """One text and what its edits may ask of it, each worked out when first asked for."""

    def __init__(self, text: Text) -> None:
        self.text = text

    @cached_property
    def chrome(self) -> zones.Chrome:
        """Which clauses are page chrome."""
        return zones.Chrome(self.text)

    @cached_property
    def digests(self) -> frozenset[bytes]:
        """The digests of all clauses."""
        return frozenset(clause.digest for clause in self.text.clauses)

    @cached_property
    def is_covered(self) -> bool:
        """Whether the lexicon knows the language of the text."""
        return language.guess(self.text.markdown) in lexicon.LANGUAGES


def meaning(before: Side, after: Side, edit: Edit) -> Meaning:
    """Return what an edit signifies and the grounds for it."""
    old = before.text.raw(edit.before, edit.further_before)
    new = after.text.raw(edit.after, edit.further_after)
    if before.text.bare(edit.before, edit.further_before) == after.text.bare(edit.after, edit.further_after):
        return _unseen(old, new, edit)
    words = _changed(before.text, after.text, edit) if old and new else None
    if words is not None and words.are_rendered and _is_rendering(old, new):
        return because(Significance.FORMAT, Why.RENDERING)
    if words is not None and _ADDRESS.search(old) and _without_addresses(old) == _without_addresses(new):
        return _linked(_ADDRESS.findall(old), _ADDRESS.findall(new))
    dated = dating.of_pair(old, new, words) if words is not None else dating.of_line(old or new)
    if dated is not None:
        return dated
    if _is_chrome(before, after, edit):
        return because(Significance.NOISE, Why.CHROME, new or old)
    if _is_repeat(before, after, edit):
        return because(Significance.NOISE, Why.REPEATED, new or old)
    if words is None:
        side, index = (after, edit.after) if edit.after is not None else (before, edit.before)
        return whole_clauses.of_clause(side.text, index or 0, edit.kind, new or old)
    kind = after.text.clauses[edit.after or 0].kind
    return rewording.of_words(words, old, new, is_heading=kind is Kind.HEADING, is_covered=lambda: after.is_covered)


def _changed(before: Text, after: Text, edit: Edit) -> ChangedWords:
    old = " ".join(before.normals[index] for index in (edit.before, *edit.further_before) if index is not None)
    new = " ".join(after.normals[index] for index in (edit.after, *edit.further_after) if index is not None)
    return ChangedWords(edit, old, new)


def _unseen(old: str, new: str, edit: Edit) -> Meaning:
    if edit.kind in (EditKind.RENUMBERED, EditKind.MOVED):
        return because(Significance.FORMAT, Why.NUMBERING if edit.kind is EditKind.RENUMBERED else Why.PLACE)
    targets, others = _TARGET.findall(old), _TARGET.findall(new)
    return because(Significance.FORMAT, Why.MARKUP) if targets == others else _linked(targets, others)


def _linked(targets: list[str], others: list[str]) -> Meaning:
    """Return what it signifies that links lead elsewhere."""
    pairs = [(one, other) for one, other in zip(targets, others, strict=False) if one != other]
    if len(targets) == len(others) and all(_without_tokens(one) == _without_tokens(other) for one, other in pairs):
        return because(Significance.NOISE, Why.ROTATING, pairs[0][1])
    for one, other in pairs:
        if len(targets) == len(others) and _is_other_document(one, other):
            return because(Significance.MINOR, Why.LINKED_DOCUMENT, f"{one} → {other}")
    return because(Significance.FORMAT, Why.LINK)


def _without_addresses(raw: str) -> str:
    """Return the letters of a text without the addresses that it spells out, and without its number."""
    return bare(_NUMBER.sub("", _ADDRESS.sub(" ", raw)))


def _without_tokens(target: str) -> str:
    return _TOKEN.sub("*", re.split(r"[?#]", target, maxsplit=1)[0])


def _is_other_document(one: str, other: str) -> bool:
    """Return whether a link now leads to another set of rules: both ends are named as rules, by different words."""
    old, new = (
        frozenset(_WORD.findall(re.split(r"[?#]", each)[0].rstrip("/").rsplit("/", 1)[-1].lower()))
        for each in (one, other)
    )
    named = all(_POLICY.search(" ".join(words)) for words in (old, new))
    return named and not (old & new) - _PLAIN_NAMES and bool((old | new) - _PLAIN_NAMES)


def _is_rendering(old: str, new: str) -> bool:
    """Return whether the two differ only in words that a renderer adds to links."""
    one, other = without_rendering(old), without_rendering(new)
    return (one is not old or other is not new) and bare(one) == bare(other)


def _is_chrome(before: Side, after: Side, edit: Edit) -> bool:
    sides = [edit.before in before.chrome] if edit.before is not None else []
    sides += [edit.after in after.chrome] if edit.after is not None else []
    return all(sides)


def _is_repeat(before: Side, after: Side, edit: Edit) -> bool:
    """Return whether a clause comes that was there already, or goes and is still there: a rendering in two copies."""
    if edit.before is None and edit.after is not None:
        return after.text.clauses[edit.after].digest in before.digests
    if edit.after is None and edit.before is not None:
        return before.text.clauses[edit.before].digest in after.digests
    return False
