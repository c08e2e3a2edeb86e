"""Page chrome inside a text: menus, switchers, footers and buttons that a capture took along with the rules."""

from __future__ import annotations

import re

from monitoring.segment import Clause, Kind

from . import cues
from .edit import Text

_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_SENTENCE_END = re.compile(r"[.:;!?。！？；：।]['\")”’\]]*\s*$")
_PROSE_WORDS = 9


def chrome(text: Text) -> frozenset[int]:
    """Return the indexes of the clauses that stand around the text: before its title, after its last sentence, or labels."""
    if not text.clauses:
        return frozenset()
    prose = [index for index, clause in enumerate(text.clauses) if _is_prose(_raw(text, clause), clause)]
    if not prose:
        return frozenset()
    titles = [i for i, clause in enumerate(text.clauses[: prose[0] + 1]) if clause.kind is Kind.HEADING]
    first = titles[0] if titles else prose[0]
    found = set(range(first)) | set(range(prose[-1] + 1, len(text.clauses)))
    found |= {index for index, clause in enumerate(text.clauses) if _is_furniture(_raw(text, clause), clause)}
    return frozenset(found)


def is_label(raw: str) -> bool:
    """Return whether a clause says nothing by itself: a lone link or a few words without a sentence."""
    plain = _LINK.sub(r"\1", raw).strip(" \t-*#|>")
    inside = sum(len(match[1]) for match in _LINK.finditer(raw))
    return bool(plain) and inside >= len(plain) * 0.9 and not _SENTENCE_END.search(plain)


def _raw(text: Text, clause: Clause) -> str:
    return text.markdown[clause.start : clause.end]


def _is_prose(raw: str, clause: Clause) -> bool:
    if clause.kind is Kind.HEADING:
        return False
    plain = _LINK.sub(r"\1", raw)
    inside = sum(len(match[1]) for match in _LINK.finditer(raw))
    words = plain.count(" ") + 1
    if plain.lstrip(" -*").startswith(("©", "Copyright")):
        return False
    return words >= _PROSE_WORDS and inside < len(plain) * 0.6 and (bool(_SENTENCE_END.search(plain)) or words >= 25)


def _is_furniture(raw: str, clause: Clause) -> bool:
    """Return whether a clause inside the text is furniture: a contents entry, a button, a switch."""
    if is_label(raw) and "](#" in raw:
        return True
    words = raw.count(" ") + 1
    return words <= 8 and clause.kind is not Kind.HEADING and not clause.number and bool(cues.CHROME.search(raw)) and not _SENTENCE_END.search(raw)
