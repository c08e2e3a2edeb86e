"""What a body is, told from its own bytes: the server's word is taken only where they do not contradict it."""

from __future__ import annotations

from monitoring.fetch.reasons import FetchError, Reason

HTML = "text/html"
XHTML = "application/xhtml+xml"
PLAIN = "text/plain"
MARKDOWN = "text/markdown"
PDF = "application/pdf"

_ACCEPTED = {
    HTML: HTML,
    XHTML: XHTML,
    PLAIN: PLAIN,
    MARKDOWN: MARKDOWN,
    "text/x-markdown": MARKDOWN,
    PDF: PDF,
    "application/x-pdf": PDF,
}
_UNDECIDED = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/xml", "text/xml", "unknown/unknown"}
)
_FOREIGN_MAGIC = (
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"RIFF", "an image, sound or film"),
    (b"OggS", "a sound or film"),
    (b"ID3", "a sound"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
)
_UTF16_OR_32_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_HTML_DOCUMENT = (b"<!doctype html", b"<html")
_HTML_FRAGMENT = (
    b"<head",
    b"<body",
    b"<title",
    b"<script",
    b"<!--",
    b"<meta",
    b"<div",
    b"<main",
    b"<article",
    b"<h1",
    b"<p>",
)
_LOOKED_AT = 1024


def effective_type(declared: str, body: bytes) -> str:
    """Return what a body is, as a Content-Type with the charset the server named.

    declared: the Content-Type header as served, "" when there was none.
    Raises FetchError (WRONG_TYPE) for what is neither HTML, XHTML, plain text, Markdown nor PDF, whatever it is called.
    """
    name, _, parameters = declared.partition(";")
    name = name.strip().lower()
    kind = _kind(name, body)
    return f"{kind};{parameters.rstrip()}" if parameters and kind != PDF else kind


def charset_of(content_type: str) -> str:
    """Return the charset parameter of a Content-Type, lower case, or ""."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()
    return ""


def _kind(name: str, body: bytes) -> str:
    start = body[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n\x0c")
    is_declared_pdf = _ACCEPTED.get(name) == PDF
    if start.startswith(b"%PDF-") or ((is_declared_pdf or name in _UNDECIDED) and b"%PDF-" in start):
        return PDF
    _fail_on_foreign(name, body, start)
    if is_declared_pdf or name in _UNDECIDED or name == PLAIN:
        return _kind_by_looks(name, start)
    if name not in _ACCEPTED:
        raise FetchError(Reason.WRONG_TYPE, f'the server calls it "{name[:80]}"')
    return _ACCEPTED[name]


def _kind_by_looks(name: str, start: bytes) -> str:
    """The server's word is missing, vague or disproved: HTML shows itself, and only plain text need not."""
    beginning = start[:64].lower()
    if beginning.startswith(_HTML_DOCUMENT) or (start.startswith(b"<?xml") and b"<html" in start.lower()):
        return HTML
    if name == PLAIN:
        return PLAIN
    if beginning.startswith(_HTML_FRAGMENT):
        return HTML
    if _ACCEPTED.get(name) == PDF or "xml" in name or start.startswith((b'{"', b"[{")):
        raise FetchError(Reason.WRONG_TYPE, f'the server calls it "{name[:80]}", and it is no page')
    return PLAIN


def _fail_on_foreign(name: str, body: bytes, start: bytes) -> None:
    meaning = next((meaning for magic, meaning in _FOREIGN_MAGIC if body.startswith(magic)), "")
    if not meaning and b"\0" in start and not _is_utf16_or_32(name, body):
        meaning = "binary data"
    if meaning:
        raise FetchError(Reason.WRONG_TYPE, f'it is {meaning}, and the server calls it "{name[:80]}"')


def _is_utf16_or_32(name: str, body: bytes) -> bool:
    """Text in wide characters has zero bytes: known by its mark, or by every second byte being zero."""
    if body.startswith(_UTF16_OR_32_MARKS):
        return True
    sample = body[: _LOOKED_AT // 2 * 2]
    most = max(sample[::2].count(0), sample[1::2].count(0))
    return name.startswith("text/") and most > len(sample) * 0.35
