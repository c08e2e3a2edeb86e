"""PDF to Markdown: page after page, running heads and page numbers dropped, lines joined to paragraphs.

Bounded on every side: bytes, pages, characters and seconds. Nothing inside the file is run or opened.
"""

from __future__ import annotations

import re
import time
from collections import Counter

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD

from .blocks import tame
from .page import ExtractError, Reason

MAX_BYTES = 50_000_000
MAX_PAGES = 500
MAX_CHARS = 3_000_000
MAX_SECONDS = 20.0

_HYPHENS = {0x02: None, 0xFFFE: None}  # what pdfium writes for a hyphen at the end of a line, the next line joined
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"^\W*(page|seite|página|pagina)?\s*\d{1,4}\s*((of|/|von|de|di|sur)\s*\d{1,4})?\W*$", re.IGNORECASE
)
_NUMBERED = re.compile(r"^(\(?[0-9]{1,2}(\.[0-9]{1,2}){0,4}[.)]?|\(?[a-zA-Z][.)]|\([ivx]+\)|[•·▪◦●–-])\s")
_ENDS_SENTENCE = re.compile(r"[.:;!?。：；]['\")”’]?$")


def text_of(body: bytes) -> tuple[str, str]:
    """Return the text of a PDF as Markdown and its title. Raises ExtractError with the reason when there is none."""
    if len(body) > MAX_BYTES:
        raise ExtractError(Reason.TOO_LARGE, f"the PDF has {len(body)} bytes, the limit is {MAX_BYTES}")
    document = _opened(body)
    try:
        pages = _pages(document)
        title = str(document.get_metadata_dict().get("Title") or "")
    finally:
        document.close()
    text = tame(_markdown(_without_running_heads(pages)))
    if len(text.split()) < 5:
        raise ExtractError(
            Reason.PDF_WITHOUT_TEXT, "the PDF has no text layer: it may be scanned, upload a readable copy"
        )
    return text, title.replace("\x00", "").strip()


def _opened(body: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(body)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == FPDF_ERR_PASSWORD:
            raise ExtractError(Reason.PDF_ENCRYPTED, "the PDF is encrypted: its text needs a password") from error
        raise ExtractError(Reason.PDF_BROKEN, f"the PDF cannot be opened: {error}") from error
    if count > MAX_PAGES:
        document.close()
        raise ExtractError(Reason.PDF_TOO_MANY_PAGES, f"the PDF has {count} pages, the limit is {MAX_PAGES}")
    return document


def _pages(document: pypdfium2.PdfDocument) -> list[list[str]]:
    """Return the lines of each page."""
    deadline = time.monotonic() + MAX_SECONDS
    pages: list[list[str]] = []
    chars = 0
    for number in range(len(document)):
        text = _page_text(document, number)
        chars += len(text)
        if chars > MAX_CHARS:
            raise ExtractError(Reason.TOO_LARGE, f"the PDF has more than {MAX_CHARS} characters of text")
        if time.monotonic() > deadline:
            raise ExtractError(Reason.PDF_TOO_SLOW, f"the PDF took more than {MAX_SECONDS:.0f} s to read")
        pages.append([" ".join(line.split()) for line in text.splitlines()])
    return pages


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = document[number]
        try:
            textpage = page.get_textpage()
            try:
                return str(textpage.get_text_bounded()).replace("\x00", "").translate(_HYPHENS)
            finally:
                textpage.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError as error:
        raise ExtractError(Reason.PDF_BROKEN, f"page {number + 1} of the PDF cannot be read: {error}") from error


def _without_running_heads(pages: list[list[str]]) -> list[list[str]]:
    """Drop lines that stand at the edge of most pages (numbers aside), and bare page numbers."""
    edges = Counter(key for lines in pages for key in {_DIGITS.sub("#", line) for line in _edge(lines)})
    enough = max(3, len(pages) // 2)
    repeated = {key for key, count in edges.items() if key and count >= enough}
    return [
        [
            line
            for position, line in enumerate(lines)
            if not (
                (position < 3 or position >= len(lines) - 3)
                and (_DIGITS.sub("#", line) in repeated or (len(pages) > 1 and _PAGE_NUMBER.match(line)))
            )
        ]
        for lines in pages
    ]


def _edge(lines: list[str]) -> list[str]:
    return lines[:3] + lines[-3:] if len(lines) > 6 else lines


def _markdown(pages: list[list[str]]) -> str:
    paragraphs: list[str] = []
    current = ""
    width = _usual_width(pages)
    for line in (line for lines in pages for line in lines):
        if not line:
            paragraphs.append(current)
            current = ""
        elif current and _continues(current, line, width):
            current = current[:-1] + line if current.endswith("-") and line[0].islower() else f"{current} {line}"
        else:
            paragraphs.append(current)
            current = line
        if current and len(line) < width * 0.55 and _ENDS_SENTENCE.search(line):
            paragraphs.append(current)
            current = ""
    return "\n\n".join(text.replace("<", "&lt;") if "<" in text else text for text in [*paragraphs, current] if text)


def _usual_width(pages: list[list[str]]) -> int:
    lengths = sorted(len(line) for lines in pages for line in lines if line)
    return lengths[int(len(lengths) * 0.9)] if lengths else 80


def _continues(current: str, line: str, width: int) -> bool:
    """Return whether `line` goes on with the paragraph `current`."""
    if _NUMBERED.match(line):
        return False
    if line[0].islower() or current.endswith(("-", ",")):
        return True
    last = current.rsplit(" ", 12)
    return not (_ENDS_SENTENCE.search(last[-1]) and len(current) < width) and len(current) > width * 0.6
