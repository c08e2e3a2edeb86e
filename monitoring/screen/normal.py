"""The normal form of a text: the words alone, so that what no reader can see never counts as a difference.

Left out: invisible characters, white space, link targets and images, tracking parameters, Markdown marks, list and
clause numbers at the start of a line, case, typographic variants and punctuation (but inside numbers).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ue000-\uf8ff\ufe0e\ufe0f\ufeff\ufff9-\uffff]"
)
_LINK = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)|\]\([^)\n]*\)|<(?:https?://|mailto:|/?[a-z])[^>\n]{0,300}>")
_QUERY = re.compile(r"(https?://[^\s?#]+)[?#]\S*")
_NUMBER = re.compile(
    r"[ \t>#*+•·▪◦●-]*\(?(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,5}(?:\.[a-z]|\.[ivxl]{1,6}){0,3}|[a-z]{1,2}|[ivxl]{1,6}|"
    r"[a-z](?:\.[0-9]{1,3}){1,3}(?:\.[a-z]|\.[ivxl]{1,6}){0,3})[.):]+[*]*[ \t]+",
    re.IGNORECASE,
)
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_ASCII = bytes(32 if chr(code) not in "\n%$.," and not chr(code).isalnum() else code for code in range(128))
_TO_SPACES = _ASCII + bytes(range(128, 256))  # of the bytes of UTF-8: the marks that most texts have only, at C speed
_OTHER = re.compile(r"[^\x00-\x7f](?<![\w€£¥])")
_LOOSE = re.compile(r"[.,%](?:(?<!%)(?![0-9])|(?<![0-9].)(?<![0-9] %))")
_LONG = 3000


def normal_lines(text: str) -> tuple[str, ...]:
    """Return the normal form line by line: as many as lines are in `text`, each without outer white space.

    Long texts are remembered: a reading asks for them again and again, last when its batch is written.
    """
    return _remembered(text) if len(text) > _LONG else _lines(text)


@lru_cache(maxsize=50)
def _remembered(text: str) -> tuple[str, ...]:
    return _lines(text)


def _lines(text: str) -> tuple[str, ...]:
    if not text.isascii():
        text = _UNSEEN.sub("", text)
        text = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    text = _LINK.sub(" ", text)
    text = _QUERY.sub(r"\1", text) if "://" in text else text
    lines = [_NUMBER.sub("", line, count=1) if _NUMBER.match(line) else line for line in text.split("\n")]
    text = "\n".join(lines).casefold().encode().translate(_TO_SPACES).decode()
    text = text if text.isascii() else _OTHER.sub(" ", text)
    return tuple(line.strip() for line in _LOOSE.sub(" ", text).split("\n"))


def word_count(text: str) -> int:
    """Return how many words a text has; of scripts without spaces, two characters count as one word."""
    return len(text.split()) + (0 if text.isascii() else len(_UNSPACED.findall(text)) // 2)


def without_unseen(text: str) -> str:
    """Return the text without invisible characters, all white space alike."""
    return " ".join(_UNSEEN.sub("", text).split())


def without_links(text: str) -> str:
    """Return the text without link targets and images."""
    return " ".join(_LINK.sub(" ", text).replace("[", " ").split())


def normal_form(text: str) -> str:
    """Return the words of `text` in one line, a single space between them."""
    return " ".join(" ".join(normal_lines(text)).split())


def digest(text: str) -> bytes:
    """Return 32 bytes that are equal for texts whose words are equal."""
    return digest_of_normal(normal_form(text))


def digest_of_normal(normal: str) -> bytes:
    """Return the digest of a text already in normal form; its spaces do not count."""
    return hashlib.blake2b(normal.replace(" ", "").encode(), digest_size=32).digest()


def line_digest(line: str) -> bytes:
    """Return 16 bytes that stand for one line or clause in taught rules."""
    return hashlib.blake2b("".join(normal_form(line).split()).encode(), digest_size=16).digest()
