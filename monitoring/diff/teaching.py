"""Rules that operators teach a document: edits like this one are noise here.

A rule is a short string, kept and shown as it is: "words:<digest>" quiets these very words coming or going,
"shape:<digest>" the same words with other numbers, "section:<path>" everything inside one section.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from .edit import Change, Edit, Ground, Significance, Text, Why

_NUMBERS = re.compile(r"\d[\d.,]*")
_DIGEST_BYTES = 12


def rules(change: Change, edit: Edit) -> tuple[str, ...]:
    """Return the rules that would quiet `edit`, the narrowest first."""
    sides = _sides(change.before, change.after, edit)
    narrow = dict.fromkeys(rule for text, index in sides for rule in _of_clause(text, index)[:2])
    wide = dict.fromkeys(rule for text, index in sides for rule in _of_clause(text, index)[2:])
    return (*sorted(narrow, key=lambda rule: rule.startswith("shape:")), *wide)


def quieted(before: Text, after: Text, edits: Sequence[Edit], taught: frozenset[str]) -> tuple[Edit, ...]:
    """Return the edits, those that a taught rule covers on every side as noise."""
    return tuple(_quieted(before, after, edit, taught) for edit in edits)


def _quieted(before: Text, after: Text, edit: Edit, taught: frozenset[str]) -> Edit:
    sides = _sides(before, after, edit)
    if sides and all(taught.intersection(_of_clause(text, index)) for text, index in sides):
        return replace(edit, significance=Significance.NOISE, grounds=(Ground(Why.TAUGHT),))
    return edit


def _sides(before: Text, after: Text, edit: Edit) -> list[tuple[Text, int]]:
    sides = [(before, edit.before)] + [(before, index) for index in edit.further_before]
    sides += [(after, edit.after)] + [(after, index) for index in edit.further_after]
    return [(text, index) for text, index in sides if index is not None]


def _of_clause(text: Text, index: int) -> tuple[str, ...]:
    """Return the rules that fit one clause, the narrowest first."""
    normal = text.normals[index]
    section = text.clauses[index].path.rpartition("/")[0]
    found = (f"words:{_digest(normal)}", f"shape:{_digest(_NUMBERS.sub('#', normal))}")
    return (*found, f"section:{section}") if section else found


def _digest(normal: str) -> str:
    return hashlib.blake2b("".join(normal.split()).encode(), digest_size=_DIGEST_BYTES).hexdigest()
