"""What a commit of Open Terms Archive says: their file names, subjects and trailers.

Source: OpenTermsArchive/engine, src/archivist/recorder/repositories/git/dataMapper.js and trailers.js, and the names of
source documents in src/archivist/services/sourceDocument.js; older wordings are still understood there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "htm": "text/html; charset=utf-8",
    "xhtml": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
_TECHNICAL = ("Apply technical or declaration upgrade", "Refilter")
_RECORDS = (
    *_TECHNICAL, "First record of", "Record new changes of", "Record new snapshot of", "Start tracking", "Update",
)  # fmt: skip
_TRAILER = re.compile(r"([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*):\s*(\S.*)")
_COMMIT = re.compile(r"\b[0-9a-f]{40}\b")
_NOT_IN_NAMES = re.compile(r'[\\:"<>|*?]')
_KNOWN_ENDING = re.compile(r"\.(?:html?|xhtml|pdf|txt|md|php|aspx?|jsp|json|xml)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """What a file is called: service, terms type, the name of its source where there are several, and its ending."""

    service: str
    terms_type: str
    source: str
    ending: str

    @property
    def content_type(self) -> str:
        """As served; "" when files of this ending cannot be read."""
        return CONTENT_TYPES.get(self.ending, "")


@dataclass(frozen=True, slots=True)
class Record:
    """One recorded file: a capture, or (is_text) a text that they extracted.

    location: the address it was fetched from, "" where older commits do not say. trailers: the commit's, keys lower-case.
    is_upgrade: their rules changed and not the page.
    """

    at: datetime
    commit: str
    path: str
    name: Name
    blob: str
    is_text: bool
    is_upgrade: bool
    trailers: tuple[tuple[str, str], ...]

    @property
    def location(self) -> str:
        return dict(self.trailers).get("x-source-document-location", "")


def name(path: str) -> Name | None:
    """Return what `<Service>/<Terms type>[ #<source>].<ending>` says, or None for any other path."""
    parts = PurePosixPath(path).parts
    if len(parts) != 2 or parts[0].startswith("."):
        return None
    stem, _, ending = parts[1].rpartition(".")
    terms_type, _, source = stem.partition(" #")
    return Name(parts[0], terms_type, source, ending.lower()) if terms_type else None


def is_record(message: str) -> bool:
    """Return whether a commit records a document; others touch a README, a licence or the layout."""
    return message.startswith(_RECORDS)


def is_upgrade(message: str) -> bool:
    """Return whether a commit records the same page read by other rules."""
    return message.startswith(_TECHNICAL)


def trailers(message: str) -> dict[str, str]:
    """Return the `Key: value` lines of the last paragraph, keys lower-case; empty when it has none."""
    last = re.split(r"\n{2,}", message.strip())[-1]
    found = (_TRAILER.fullmatch(line.strip()) for line in last.splitlines()) if last != message.strip() else ()
    return {match[1].lower(): match[2].strip() for match in found if match}


def snapshot_commits(message: str) -> tuple[str, ...]:
    """Return the commits of the captures that a text was extracted from, as its message names them."""
    return tuple(dict.fromkeys(_COMMIT.findall(message.partition("\n")[2])))


def source_names(url: str) -> frozenset[str]:
    """Return what the file of a source may be called: its path joined by dashes, with and (as of late) without ending."""
    path = unquote(urlsplit(url).path)
    forms = (path, _KNOWN_ENDING.sub("", path))
    joined = ("-".join(part for part in form.split("/") if part) for form in forms)
    return frozenset(form for each in joined for form in (each, _NOT_IN_NAMES.sub("_", each)))
