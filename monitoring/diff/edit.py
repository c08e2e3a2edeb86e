"""The words of a Change: edits, the words inside them, and what they signify."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from monitoring.segment import Clause


class EditKind(StrEnum):
    """What happened to a clause."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    SPLIT = "split"
    MERGED = "merged"


class Significance(StrEnum):
    """What an edit or a change means, weightiest first."""

    SUBSTANTIVE = "substantive"
    MINOR = "minor"
    HOUSEKEEPING = "housekeeping"
    FORMAT = "format"
    NOISE = "noise"


class Why(StrEnum):
    """Why an edit has its significance: the closed list."""

    DUTY = "duty or permission"
    NEGATION = "negation"
    NUMBER = "number, period or amount"
    PARTY = "party"
    PURPOSE = "purpose"
    DATA = "data category"
    DEFINITION = "defined term"
    PROVISION = "provision"
    SCOPE = "scope or condition"
    JURISDICTION = "place or law"
    RULES_ADDED = "rules added"
    RULES_REMOVED = "rules removed"
    LINKED_DOCUMENT = "linked document"
    WORDING = "wording"
    NAME = "product name"
    CONTACT = "contact"
    DATE = "date or version"
    NUMBERING = "numbering"
    PLACE = "place"
    LINK = "link target"
    MARKUP = "markup"
    CHROME = "page chrome"
    ROTATING = "rotating token"
    RENDERING = "rendering"
    REPEATED = "repeated clause"
    VARIANT = "other variant"
    BUNDLED = "another document beside it"
    TAUGHT = "taught rule"
    ERROR_PAGE = "error page"
    BOT_WALL = "bot wall"
    CONSENT_WALL = "consent wall"
    OTHER_DOCUMENT = "other document"
    TOO_SHORT = "too short"


@dataclass(frozen=True, slots=True)
class Text:
    """One version's text with its clauses, in reading order; normals: the words of each clause in normal form."""

    markdown: str
    clauses: tuple[Clause, ...]
    normals: tuple[str, ...]

    def raw(self, index: int | None, further: tuple[int, ...] = ()) -> str:
        """Return the characters of a clause, or of the run that begins with it; "" for None."""
        if index is None:
            return ""
        return self.markdown[self.clauses[index].start : self.clauses[max((index, *further))].end]

    def bare(self, index: int | None, further: tuple[int, ...] = ()) -> str:
        """Return the letters of a clause or run, without anything a reader cannot see; "" for None."""
        return "" if index is None else "".join(map(self.normals.__getitem__, (index, *further))).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Words:
    """One word-level operation inside an edit: before[start:end] becomes after[start:end] (either may be empty).

    Spans are half-open code points of the two versions' texts; `removed` and `added` are the very characters.
    """

    before_start: int
    before_end: int
    after_start: int
    after_end: int
    removed: str
    added: str


@dataclass(frozen=True, slots=True)
class Ground:
    """Why an edit signifies what it does, with the words that decided."""

    why: Why
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One clause's part in a Change.

    before, after: index of the clause in either text, None where it is missing.
    further_before, further_after: the other clauses of a split or merge (a run cut differently), else empty.
    """

    kind: EditKind
    before: int | None
    after: int | None
    words: tuple[Words, ...] = ()
    significance: Significance = Significance.MINOR
    grounds: tuple[Ground, ...] = field(default=())
    further_before: tuple[int, ...] = ()
    further_after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What turns one version into the next, weighed.

    grounds: why the change as a whole signifies what it does. left_out: count of edits below the change's own
    significance by Significance value ("format": 3).
    """

    before: Text
    after: Text
    edits: tuple[Edit, ...]
    significance: Significance
    grounds: tuple[Ground, ...] = ()
    left_out: tuple[tuple[Significance, int], ...] = ()
