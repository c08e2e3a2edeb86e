"""The words of a Screening: outcome, kind of difference, reasons and the spans they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What becomes of a new text."""

    FIRST = "first"
    NEWS = "news"
    UNCHANGED = "unchanged"
    HELD = "held"
    TECHNICAL = "technical"
    """The text is the new basis, but by a turn of the collecting and not of the publisher: a Version without a "
    "Change."""


class Difference(StrEnum):
    """How a text differs from the current Version, at most."""

    NONE = "none"
    FORMAT = "format"
    NOISE = "noise"
    WORDS = "words"


class Reason(StrEnum):
    """Why a text was held, or why a difference does not count: the closed list."""

    ERROR_PAGE = "error page"
    OTHER_DOCUMENT = "other document"
    BOT_WALL = "bot wall"
    CONSENT_WALL = "consent wall"
    PAGE_CHROME = "page chrome"
    WRONG_LANGUAGE = "wrong language"
    TRUNCATED = "truncated"
    DOUBLED = "doubled"
    MISSING_PART = "missing part"
    NO_TEXT = "no text"
    OTHER_VARIANT = "other variant"
    BUNDLED = "another document beside it"
    FLAPPING = "flapping"
    ROTATING_TOKENS = "rotating tokens"
    MARKUP = "markup"
    LINK_TARGETS = "link targets"
    INVISIBLE = "invisible characters"
    TAUGHT = "taught rule"
    TOO_SHORT = "too short"
    PERSISTED = "persisted"
    RETURNED = "returned"
    OPERATOR = "operator's decision"

    @property
    def meaning(self) -> str:
        """A clause for the people who read the row, without a full stop; those that are plain words stand for themselves."""
        return _MEANINGS.get(self, self.value)


_MEANINGS = {
    Reason.ERROR_PAGE: "the page says that something went wrong",
    Reason.OTHER_DOCUMENT: "the address shows another page",
    Reason.BOT_WALL: "the page wants to know whether a person is reading it",
    Reason.CONSENT_WALL: "the page asks for consent before it shows the text",
    Reason.PAGE_CHROME: "only the frame of the page was served",
    Reason.WRONG_LANGUAGE: "the text is in another language",
    Reason.TRUNCATED: "most of the text is missing",
    Reason.DOUBLED: "the text stands there twice",
    Reason.MISSING_PART: "a part of the text is missing",
    Reason.NO_TEXT: "the page has no text",
    Reason.OTHER_VARIANT: "it is the text for another region",
    Reason.BUNDLED: "another document stands beside it",
    Reason.FLAPPING: "an earlier text is back",
    Reason.TOO_SHORT: "there are too few words",
}


Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason with what it rests on; spans are half-open code points of the candidate's text."""

    reason: Reason
    detail: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What screening says of a text.

    digest: 32 bytes over the normal form (equal for texts that differ only in format).
    sketch: some hundred bytes that tell how alike two texts are. Keep both with the Screening row.
    """

    outcome: Outcome
    difference: Difference
    digest: bytes
    sketch: bytes
    findings: tuple[Finding, ...] = field(default=())

    @property
    def reason(self) -> Reason | None:
        """The first and weightiest reason, or None."""
        return self.findings[0].reason if self.findings else None
