"""What went and what came in one edit, as text and as bags of words, without markup and what rendering adds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from monitoring.screen.normal import normal_form

from . import cues
from .edit import Edit, Ground, Significance, Why
from .wording import common_ends

Meaning = tuple[Significance, tuple[Ground, ...]]
MOST_CHARS = 20_000

_MARKUP = re.compile(r"\]\([^)]*\)|https?://[^\s)\]]+|</?[a-z][^>\n]{0,80}>|[\[\]*_#|>`\\]+")


class ChangedWords:
    """What went and what came in one edit: as bags of normal words, and as text (made when asked for)."""

    def __init__(self, edit: Edit, before: str, after: str) -> None:
        """before, after: the normal words of the clauses."""
        self._edit = edit
        self.are_rendered = any(_is_rendered(words.removed) or _is_rendered(words.added) for words in edit.words)
        if self.are_rendered:
            before, after = normal_form(self.removed), normal_form(self.added)
        before, after = _joined(before), _joined(after)
        head, tail = common_ends(before, after)
        old = Counter(before[head : len(before) - tail].split())
        new = Counter(after[head : len(after) - tail].split())
        self.gone, self.come = old - new, new - old

    @cached_property
    def removed(self) -> str:
        """The characters that went, without markup, links and what rendering adds."""
        return _text(words.removed for words in self._edit.words)

    @cached_property
    def added(self) -> str:
        """The characters that came, likewise."""
        return _text(words.added for words in self._edit.words)

    @property
    def both(self) -> str:
        """What went and what came in one line."""
        return f"{self.removed} | {self.added}"


def _joined(normal: str) -> str:
    """Return the normal words with the compounds joined that are written in two ways."""
    return normal.replace("sub processor", "subprocessor").replace("e mail", "email") if " " in normal else normal


def _text(pieces: Iterable[str]) -> str:
    return without_rendering(plain(" ".join(pieces)[:MOST_CHARS]))


def short(raw: str) -> str:
    """Return a quote of at most 80 characters without markup."""
    text = " ".join(_MARKUP.sub(" ", raw[:300]).split())
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
    return cues.RENDERING.sub(" ", raw) if _is_rendered(raw) else raw


def _is_rendered(raw: str) -> bool:
    lower = raw.lower()
    return any(hint in lower for hint in cues.RENDERING_HINTS) and cues.RENDERING.search(raw) is not None
