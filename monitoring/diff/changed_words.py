"""What went and what came in one edit, as text and as bags of words, without markup and what rendering adds."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from monitoring.screen.normal import normal_form

from . import cues
from .edit import Edit, Ground, Significance, Why

Meaning = tuple[Significance, tuple[Ground, ...]]
MOST_CHARS = 20_000

_MARKUP = re.compile(r"\]\([^)]*\)|https?://[^\s)\]]+|</?[a-z][^>\n]{0,80}>|[\[\]*_#|>`\\]+")


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """What went and what came, without markup, links and what rendering adds; as text and as bags of words."""

    removed: str
    added: str
    gone: Counter[str]
    come: Counter[str]

    @property
    def both(self) -> str:
        return f"{self.removed} | {self.added}"


def changed_words(edit: Edit) -> ChangedWords:
    """Return what went and what came in an edit."""
    removed = without_rendering(plain(" ".join(words.removed for words in edit.words)[:MOST_CHARS]))
    added = without_rendering(plain(" ".join(words.added for words in edit.words)[:MOST_CHARS]))
    old, new = Counter(normal_form(removed).split()), Counter(normal_form(added).split())
    return ChangedWords(removed, added, old - new, new - old)


def short(raw: str) -> str:
    """Return a quote of at most 80 characters without markup."""
    text = " ".join(_MARKUP.sub(" ", raw[:600]).split())
    return text if len(text) <= 80 else text[:77] + "..."


def because(significance: Significance, why: Why, detail: str = "") -> Meaning:
    """Return a meaning with one ground."""
    return significance, (Ground(why, short(detail)),)


def bare(raw: str) -> str:
    """Return the letters of a text, without anything a reader cannot see."""
    return "".join(normal_form(raw).split())


def plain(raw: str) -> str:
    """Return a text without markup, link targets and addresses."""
    return _MARKUP.sub(" ", raw)


def without_rendering(raw: str) -> str:
    """Return a text without the words that a renderer adds to links."""
    return cues.RENDERING.sub(" ", raw) if any(hint in raw for hint in cues.RENDERING_HINTS) else raw
