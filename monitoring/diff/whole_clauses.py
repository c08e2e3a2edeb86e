"""What it signifies that a whole clause came or went."""

from __future__ import annotations

import re

from monitoring.screen.normal import word_count
from monitoring.segment import Kind

from . import cues, lexicon, zones
from .changed_words import Meaning, because, short
from .edit import EditKind, Ground, Significance, Text, Why
from .rewording import grounds_of

_ABOUT_PARTIES = re.compile(
    r"sub-?\s?processor|vendor|service provider|third[- ]part|partner|affiliate|recipient", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_ANNOUNCEMENT_WORDS = 60
_CONTACT_WORDS = 45
_TITLE_WORDS = 8


def of_clause(text: Text, index: int, kind: EditKind, raw: str) -> Meaning:
    """Return what it signifies that the clause at `index` of `text` (`raw`) was added or removed."""
    clause = text.clauses[index]
    words = text.normals[index].split()
    count = word_count(text.normals[index])
    why = Why.RULES_ADDED if kind is EditKind.ADDED else Why.RULES_REMOVED
    if words and zones.is_subprocessor(text, index):
        return Significance.SUBSTANTIVE, (Ground(Why.PARTY, short(raw)), Ground(why))
    is_title = clause.kind is Kind.HEADING and (
        len(words) <= _TITLE_WORDS or not lexicon.RULE_WORDS.intersection(words)
    )
    if is_title or zones.is_label(raw):
        return because(Significance.MINOR, Why.WORDING, raw)
    if _names_a_party(text, index) and words:
        return Significance.SUBSTANTIVE, (Ground(Why.PARTY, short(raw)), Ground(why))
    if count < (2 if clause.kind is Kind.ROW else 4):
        return because(Significance.MINOR, Why.WORDING, raw)
    if count <= _ANNOUNCEMENT_WORDS and _is_any(cues.ANNOUNCEMENT_HINTS, raw) and cues.ANNOUNCEMENT.search(raw):
        return because(Significance.HOUSEKEEPING if kind is EditKind.REMOVED else Significance.MINOR, Why.DATE, raw)
    if (
        count <= _CONTACT_WORDS
        and _is_any(cues.REACH_HINTS, raw)
        and cues.REACH.search(raw)
        and cues.CONTACT.search(raw)
    ):
        return because(Significance.MINOR, Why.CONTACT, raw)
    grounds = grounds_of(words)
    if not grounds and cues.COMPANY.search(raw):
        grounds = (Ground(Why.PARTY, short(raw)),)
    if _is_lead_in(raw, words) or (not grounds and _is_fragment(clause.kind, raw, words)):
        return because(Significance.MINOR, Why.WORDING, raw)
    return Significance.SUBSTANTIVE, (Ground(why, short(raw)), *grounds)


def _names_a_party(text: Text, index: int) -> bool:
    """Return whether a clause is an entry of a list of subprocessors, vendors, partners."""
    clause = text.clauses[index]
    return (
        clause.kind in (Kind.ROW, Kind.ITEM)
        and bool(_ABOUT_PARTIES.search(clause.heading))
        and clause.end - clause.start < 600
    )


def _is_fragment(kind: Kind, raw: str, words: list[str]) -> bool:
    """Return whether a clause is a few words without a sentence, a number or a place in a table."""
    return (
        kind is not Kind.ROW
        and word_count(raw) < 12
        and not zones.ends_sentence(zones.plain_of(raw))
        and not _DIGIT.search(raw)
    )


def _is_lead_in(raw: str, words: list[str]) -> bool:
    """Return whether a sentence only leads on to others: it points elsewhere or ends in a colon, and rules nothing."""
    if len(words) > 35 or lexicon.RULE_WORDS.intersection(words):
        return False
    return raw.rstrip(" *_").endswith(":") or bool(cues.POINTER.search(raw))


def _is_any(hints: tuple[str, ...], raw: str) -> bool:
    return any(hint in raw for hint in hints)
