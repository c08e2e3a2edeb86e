"""Dates and versions inside edits: alone they are housekeeping, inside a rule they are the rule."""

from __future__ import annotations

import re
from functools import lru_cache

from monitoring.extract.dates import dates

from . import cues
from .changed_words import ChangedWords, Meaning, bare, because, plain
from .edit import Significance, Why

_VERSION = re.compile(r"\b(?:v|version|rev|revision)\.?\s?\d+(?:\.\d+)*\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTH = re.compile(
    r"\b(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|"
    r"sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\b",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(
    r"\b(?:last|updated?|effective|date|as|of|from|revised|modified|version|published|posted|on|by|in|force|previous|"
    r"previously|versions?|"
    r"archived?|the|and|or|this|policy|terms|is|are|was|were|will|be|becomes?|stand|gültig|ab|mise|à|jour|le|entrée|"
    r"en|vigueur|fecha|"
    r"actualización|el|de|am|pm|utc|gmt|\d{1,2})\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_LONG_DATES = 400
_SHORT_CLAUSE_WORDS = 25


def of_pair(old: str, new: str, words: ChangedWords) -> Meaning | None:
    """Return what it means that only dates or versions differ, None when more does."""
    if not all(_tells_date(word) for word in (*words.gone, *words.come)) or len(words.both) > _LONG_DATES:
        return None
    is_brief = len(old) + len(new) < 2 * _LONG_DATES
    found = dates(old) != () or dates(new) != () or (is_brief and bool(_VERSION.search(f"{old} {new}")))
    if not found or bare(undated(old)) != bare(undated(new)):
        return None
    if len(new.split()) <= _SHORT_CLAUSE_WORDS or cues.DATE_NOTICE.search(new):
        return because(Significance.HOUSEKEEPING, Why.DATE, new)
    return because(Significance.SUBSTANTIVE, Why.NUMBER, new)


def of_line(raw: str) -> Meaning | None:
    """Return what a whole clause means that only tells a date, None when it tells more."""
    if not _tells_day(raw):
        return None
    line = plain(raw)
    if is_date(raw) or (cues.DATE_NOTICE.search(line) and len(line.split()) <= 40):
        return because(Significance.HOUSEKEEPING, Why.DATE, line)
    return None


def is_date(raw: str) -> bool:
    """Return whether a whole clause is a date or version with the words that introduce it, and nothing else."""
    return _tells_day(raw) and not _WORD.search(undated(plain(raw)))


def _tells_day(raw: str) -> bool:
    if len(raw) > _LONG_DATES or not _YEAR.search(raw):
        return False
    line = plain(raw)
    return bool(dates(line) or _MONTH.search(line))


def undated(raw: str) -> str:
    """Return the text without dates, versions and the small words around them."""
    for start, end, _ in reversed(dates(raw)):
        raw = raw[:start] + " " + raw[end:]
    return _DATE_WORDS.sub(" ", _YEAR.sub(" ", _MONTH.sub(" ", _VERSION.sub(" ", raw))))


@lru_cache(maxsize=4096)
def _tells_date(word: str) -> bool:
    return (
        any(map(str.isdigit, word))
        or not word.isascii()
        or bool(_MONTH.search(word) or _DATE_WORDS.fullmatch(word))
        or len(word) > 9
    )
