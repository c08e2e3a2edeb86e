"""Where in a text an edit stands, as a reader would name it."""

from __future__ import annotations

import re

from monitoring.segment import Kind

from .changed_words import plain
from .edit import Change, Edit, Text

_NUMBERING = re.compile(
    r"^\W*(?:(?:section|article|clause|part|annex|artikel|art\.|§+)\s*)?"
    r"(?:\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxl]{1,6})[.):]+|\d{1,3}(?:\.\d{1,3})*)\s+",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"^([^\W\d_][^.:!?;|]{2,48})[.:]\s+\S")
_LEAD_IN_WORDS = 5
_LONGEST = 60


def place(change: Change, edit: Edit) -> str:
    """Return the title of the section or clause that an edit belongs to, without numbers and marks; "" when none."""
    return title(*side(change, edit))


def side(change: Change, edit: Edit) -> tuple[Text, int]:
    """Return the text in which an edit is read, the new one where it stands there, and its clause in it."""
    return (change.after, edit.after) if edit.after is not None else (change.before, edit.before or 0)


def title(text: Text, index: int) -> str:
    """Return the clause's own title ("Location. Your IP ..."), or the heading above it."""
    clause = text.clauses[index]
    if clause.kind is Kind.HEADING:
        return _clean(text.raw(index))
    lead = _LEAD_IN.match(_unnumbered(text.raw(index)[:160])) if clause.kind is not Kind.ROW else None
    if lead and len(lead[1].split()) <= _LEAD_IN_WORDS:
        return lead[1].strip()
    return _clean(clause.heading)


def _clean(raw: str) -> str:
    name = _unnumbered(raw).strip(" .:=-–—")
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def _unnumbered(raw: str) -> str:
    return _NUMBERING.sub("", " ".join(plain(raw).split()).lstrip("- "))
