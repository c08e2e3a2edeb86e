"""What a phrase is, for search and for watches alike: words in a row, whatever their capitals and what stands between them.

Pure. "and/or" has the words and, or; a link counts by its words, not by where it leads.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# What parts words, as PostgreSQL's and Python's regular expressions both read it: the index is made with it.
BETWEEN = r"\]\([^)]*\)|[^[:alnum:]]+"
_BETWEEN = re.compile(r"\]\([^)]*\)|[\W_]+")
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody searches for: words that must all be there, in any order and form, and phrases word for word."""

    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)


def asked(query: str) -> Asked:
    """Return what `query` asks for: what stands in quotation marks is a phrase, the rest are words."""
    quoted = (words(each) for each in _QUOTED.findall(query))
    return Asked(words(_QUOTED.sub(" ", query)), tuple(each for each in quoted if each))


def words(text: str) -> tuple[str, ...]:
    """Return the words of `text` in order, in the form in which they are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return tuple(_BETWEEN.sub(" ", plain).split())


def contains(text: str, phrase: Iterable[str]) -> bool:
    """Return whether the words `phrase` stand in `text`, whole and in a row; False for no words."""
    wanted = " ".join(phrase)
    return bool(wanted) and f" {wanted} " in f" {' '.join(words(text))} "
