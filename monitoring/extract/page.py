"""What goes into extraction and what comes out: the pages of a document, its Extract, and the named failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Selector = str | Mapping[str, str]


class Method(StrEnum):
    """How the text was found."""

    SELECTORS = "selectors"
    MAIN_CONTENT = "main content"
    PDF = "pdf"
    PLAIN_TEXT = "plain text"


class Sign(StrEnum):
    """What the page around the text betrays; screening weighs these."""

    BOT_WALL = "bot wall"
    CONSENT_WALL = "consent wall"
    LOGIN_FORM = "login form"
    EMPTY_SHELL = "empty shell"
    NO_INDEX = "no index"


class Reason(StrEnum):
    """Why no text could be taken: the closed list."""

    EMPTY_BODY = "empty body"
    UNKNOWN_TYPE = "unknown type"
    BAD_SELECTOR = "bad selector"
    NO_MATCH = "no match"
    EMPTY_MATCH = "empty match"
    NO_CONTENT = "no content"
    TOO_LARGE = "too large"
    PDF_BROKEN = "pdf broken"
    PDF_ENCRYPTED = "pdf encrypted"
    PDF_WITHOUT_TEXT = "pdf without text"
    PDF_TOO_MANY_PAGES = "pdf too many pages"
    PDF_TOO_SLOW = "pdf too slow"


class ExtractError(Exception):
    """No text could be taken from a page; `reason` says why, `page` which of the pages (0-based)."""

    def __init__(self, reason: Reason, message: str, *, page: int = 0) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.page = page


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document as served, with the selectors of its Source.

    select, remove: in the order of the declaration; both empty means main-content detection.
    """

    body: bytes
    content_type: str
    url: str
    select: tuple[Selector, ...] = ()
    remove: tuple[Selector, ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of a document, read from its pages in their order, and what was read beside it.

    text: Markdown. title: of the first page's <title> or the PDF. language: lower-case code ("en", "pt"), "" unknown.
    effective_date, updated_date: as the text states them, or None. confidence: 0 to 1, that `text` is the document.
    signs: what the pages around the text betray; page_words: words of the whole pages, chrome included (0 unknown).
    """

    text: str
    title: str
    language: str
    effective_date: date | None
    updated_date: date | None
    method: Method
    confidence: float
    signs: tuple[Sign, ...] = ()
    page_words: int = 0
