"""A document's past as screening needs it: the current Version's text and one line for each text seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """One distinct text (by digest) of a document's past, folded from its Screening rows.

    outcome, reason: of the latest Screening of that text. times: how many fetches showed it.
    """

    digest: bytes
    sketch: bytes
    outcome: str
    reason: str
    first_seen_at: datetime
    last_seen_at: datetime
    times: int = 1


@dataclass(frozen=True, slots=True)
class Memory:
    """What screening knows of a document before it looks at a new text.

    text: of the current Version, "" when there is none. language: of that Version. versioned_at: when it was first seen.
    seen: the distinct texts of the past, any order (the last 200 are plenty). terms_type: the document's closed-list type.
    taught: digests (`screen.line_digest`) of lines an operator marked as noise in this document.
    confidence: of the current Version's extraction.
    """

    text: str = ""
    language: str = ""
    versioned_at: datetime | None = None
    seen: tuple[Seen, ...] = ()
    terms_type: str = ""
    taught: tuple[bytes, ...] = ()
    method: str = ""
    title: str = ""
