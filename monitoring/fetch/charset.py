"""From bytes to text: which encoding a page is in, and how sure one can be that the text came out right."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

from monitoring.fetch import content

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels that Python does not know, or that mean more on the web than they say (WHATWG Encoding standard, section 4.2).
_WEB_NAMES = {
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "windows-949": "cp949",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "iso-8859-8-i": "iso8859-8",
}
_WEB_MEANINGS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
}
_LATIN_AND_NEIGHBOURS = frozenset(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16))
_WINDOWS = frozenset(f"cp{page}" for page in (866, 874, 932, 949, *range(1250, 1259)))
_OTHERS = frozenset({"koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"})
_UNICODE = frozenset({"utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})
_EAST_ASIAN = frozenset({"gb18030", "big5", "big5hkscs", "euc_jp", "iso2022_jp"})
_ENCODINGS_OF_THE_WEB = _UNICODE | _LATIN_AND_NEIGHBOURS | _WINDOWS | _EAST_ASIAN | _OTHERS
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.+-]{2,40})""", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.+-]{2,40})["']""")
_META_WITHIN_BYTES = 4096
_SAMPLE_BYTES = 64 * 1024
_TOLERATED_DAMAGE = 0.01
# UTF-8 that was read as Windows-1252 and written out again: "â€™" for an apostrophe, "Ã©" for an e with an accent.
_MOJIBAKE = re.compile(
    "â€[\u0153\u009d\u2122\u02dc\u201c\u201d\u00a6\u00a2]|Ã[\u0080-\u00bf\u0152-\u0192\u2013-\u2122]|Â[\u00a0-\u00bf]"
)


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Return the text of a body and the name of the encoding it was in.

    Order: byte order mark, the charset of `content_type`, <meta> or XML declaration, UTF-8 if the bytes are that, and
    only then a guess from a sample. A label that the bytes disprove is passed over. What no encoding explains becomes
    U+FFFD; `damage` tells how much of that there is. Fast for UTF-8. Raises nothing.
    Source: WHATWG Encoding standard, where a byte order mark is stronger than the HTTP header.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), encoding
    for label in _labels(body, content_type):
        text = _as_labelled(body, label)
        if text is not None:
            return text, label
    return _guessed(body)


def damage(text: str) -> float:
    """Return the share of characters that show a wrong decoding, here or at the publisher: U+FFFD and mojibake."""
    if not text:
        return 0.0
    return (text.count("\ufffd") + len(_MOJIBAKE.findall(text))) / len(text)


def _labels(body: bytes, content_type: str) -> list[str]:
    """The encodings a page says it has, strongest first, as Python names them; unknown ones are left out."""
    labels = [_known(content.charset_of(content_type))]
    start = body[:_META_WITHIN_BYTES]
    for pattern in (_META, _XML_DECLARATION):
        found = pattern.search(start)
        if found:
            label = _known(found.group(1).decode("ascii"))
            labels.append("utf-8" if label.startswith(("utf-16", "utf-32")) else label)  # it was readable as bytes
    return [label for label in dict.fromkeys([*labels, "utf-8"]) if label]


def _known(label: str) -> str:
    """The codec of a label, from the encodings of the web alone: others can be slow, or run code in disguise."""
    try:
        name = codecs.lookup(_WEB_NAMES.get(label.lower(), label)).name if label.isascii() else ""
    except (LookupError, ValueError):
        return ""
    name = _WEB_MEANINGS.get(name, name)
    return name if name in _ENCODINGS_OF_THE_WEB else ""


def _as_labelled(body: bytes, encoding: str) -> str | None:
    """The text when the bytes bear the label out, a stray broken character here and there included."""
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
    foreign = len(text) - _ascii_characters(text)
    return text if text.count("\ufffd") <= max(1.0, _TOLERATED_DAMAGE * foreign) else None


def _ascii_characters(text: str) -> int:
    return len(text.encode("ascii", "ignore"))


def _guessed(body: bytes) -> tuple[str, str]:
    """Neither label nor UTF-8: ask for the likeliest encoding of a bounded sample, or take Windows-1252."""
    matches = charset_normalizer.from_bytes(body[:_SAMPLE_BYTES])
    best = matches.best()
    equals = [match for match in matches if best and (match.chaos, match.coherence) == (best.chaos, best.coherence)]
    names = [_known(name) for match in equals for name in match.could_be_from_charset]
    encoding = "cp1252" if "cp1252" in names else next(filter(None, names), "cp1252")  # the web's commonest wins a tie
    return body.decode(encoding, "replace"), encoding
