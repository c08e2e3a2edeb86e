"""Quantities in one spelling, so that "thirty (30) days" and "30 days" are the same."""

from __future__ import annotations

import re
from collections import Counter

_NUMBERS = {
    word: str(number)
    for number, words in {
        1: "one un une uno una um ein eine einen",
        2: "two twice double deux dos dois due zwei",
        3: "three trois tres três tre drei",
        4: "four",
        5: "five cinq cinco cinque fünf", 6: "six sechs seis sei", 7: "seven sept siete sete sette sieben",
        8: "eight", 9: "nine", 10: "ten dix diez dez dieci zehn", 11: "eleven",
        12: "twelve douze doce doze dodici zwölf",
        13: "thirteen", 14: "fourteen quatorze catorce quattordici vierzehn",
        15: "fifteen quinze quince quindici fünfzehn",
        16: "sixteen", 18: "eighteen", 20: "twenty", 21: "twenty-one", 24: "twenty-four",
        30: "thirty trente treinta trinta trenta dreißig", 40: "forty", 45: "forty-five", 50: "fifty",
        60: "sixty soixante sesenta sessenta sessanta sechzig", 90: "ninety noventa novanta neunzig",
        100: "hundred", 1000: "thousand",
    }.items()
    for word in words.split()
}  # fmt: skip
_IN_BRACKETS = re.compile(r"[\w-]+\s*\((\d+)\)")
_DIGITS = re.compile(r"(?<![\w.])\d[\d.,]*(?<![.,])(?![\w-])")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")


def canonical(quantity: str) -> str:
    """Return a quantity with its number in digits and its unit in the singular, lower case."""
    text = _IN_BRACKETS.sub(r"\1", quantity.casefold())
    text = _WORD.sub(lambda match: _NUMBERS.get(match[0], match[0]), text)
    return re.sub(r"[\s\u00a0-]+", " ", re.sub(r"s\b", "", text)).strip()


def numbers(text: str) -> list[str]:
    """Return the bare numbers of a text in digits, in order; "one" is too often a pronoun to count."""
    words = (_NUMBERS.get(match[0], "") for match in _WORD.finditer(text.casefold()))
    return [*_DIGITS.findall(text), *(word for word in words if word not in ("", "1"))]


def exchanged(
    pattern: re.Pattern[str], old: str, new: str, *, hints: tuple[str, ...] = ()
) -> tuple[list[str], list[str]]:
    """Return the quantities of one kind that went and those that came, as they are printed.

    hints: pieces of which one stands wherever the pattern is found; cheap to look for.
    """
    if hints and not any(hint in old or hint in new for hint in hints):
        return [], []
    olds = [(canonical(match[0]), match[0]) for match in pattern.finditer(old)]
    news = [(canonical(match[0]), match[0]) for match in pattern.finditer(new)]
    gone = Counter(key for key, _ in olds) - Counter(key for key, _ in news)
    come = Counter(key for key, _ in news) - Counter(key for key, _ in olds)
    return [dict(olds)[key] for key in gone], [dict(news)[key] for key in come]
