"""Numbers with a unit as texts write them: "thirty (30) days", "12 months", "US$ 100"; and the patterns that find them."""

from __future__ import annotations

import re

_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "eighteen": 18,
    "twenty": 20,
    "twenty-four": 24,
    "thirty": 30,
    "thirty-six": 36,
    "forty": 40,
    "forty-five": 45,
    "fifty": 50,
    "sixty": 60,
    "seventy-two": 72,
    "ninety": 90,
    "one hundred": 100,
    "five hundred": 500,
    "one thousand": 1000,
}
_LETTERS = {re.sub(r"[^a-z]", "", word): number for word, number in _WORDS.items()}
_WORD = "|".join(sorted((word.replace("-", "[- ]?") for word in _WORDS), key=len, reverse=True))
_QUALIFIER = r"[ -]?(?:\(\d+\) ?)?(?:calendar |business |working |consecutive |rolling |full )?"
NUMBER = rf"(?:(?:\d{{1,4}}(?:\.\d+)?|{_WORD}){_QUALIFIER}(?:hours?|days?|weeks?|months?|years?|minutes?))"
SHORT = (
    rf"(?:(?:[0-2]?\d?\d|3[0-5]\d|{_WORD}){_QUALIFIER}(?:days?|hours?|minutes?|weeks?)"
    r"|(?:[1-9]|1[01]|one|two|three|four|five|six|seven|eight|nine|ten|eleven)[ -]?(?:\(\d+\) ?)?months?)"
)
LONG = (
    rf"(?:(?:\d+|{_WORD}){_QUALIFIER}years?"
    r"|(?:1[2-9]|[2-9]\d|twelve|eighteen|thirty[- ]?six|twenty[- ]?four)[ -]?(?:\(\d+\) ?)?months?"
    r"|(?:36[5-9]|3[7-9]\d|[4-9]\d\d|\d{4}) days)"
)
PERIOD = re.compile(
    rf"(?<![\d.])(?P<number>\d{{1,4}}|{_WORD}){_QUALIFIER}(?P<unit>hour|day|week|month|year|minute)s?\b"
)
MONEY = re.compile(
    r"(?P<sign>us\$|\$|usd|eur|€|gbp|£|rmb|cny)\s?(?P<amount>\d+(?:,\d{3})*(?:\.\d+)?)"
    rf"|(?P<number>{_WORD}|\d[\d,.]{{0,30}})\s+(?:\(\$?\d+\)\s+)?(?:u\.?s\.?\s+)?(?P<word>dollars|euros?|pounds)"
)
_CURRENCIES = {
    "us$": "USD",
    "$": "USD",
    "usd": "USD",
    "dollars": "USD",
    "eur": "EUR",
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
}
_CURRENCIES |= {"gbp": "GBP", "£": "GBP", "pounds": "GBP", "rmb": "CNY", "cny": "CNY"}
_HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.0, "year": 8760.0}


def value(text: str) -> int:
    """Return the number that a numeral or number word says; a point before three figures parts thousands."""
    if text[0].isdigit():
        return int(re.sub(r",|\.(?=\d{3}(?:\D|$))", "", text).partition(".")[0])
    return _LETTERS[re.sub(r"[^a-z]", "", text)]


def hours(match: re.Match[str]) -> float:
    """Return the hours of a PERIOD match."""
    return value(match["number"]) * _HOURS[match["unit"]]


def days(match: re.Match[str]) -> int:
    """Return the days of a PERIOD match: twelve months make 365."""
    if match["unit"] == "month":
        return value(match["number"]) * 365 // 12
    unit = {"week": 7, "year": 365}.get(match["unit"])
    return value(match["number"]) * unit if unit else round(hours(match) / 24)


def months(match: re.Match[str]) -> int:
    """Return the months of a PERIOD match."""
    if match["unit"] in ("month", "year"):
        return value(match["number"]) * (12 if match["unit"] == "year" else 1)
    return round(hours(match) / 730)


def money(match: re.Match[str]) -> str:
    """Return currency code and amount of a MONEY match, as "USD 100"."""
    currency = _CURRENCIES[match["sign"] or match["word"]]
    return f"{currency} {match['amount'] or value(match['number'])}"


def amount(stated: object) -> tuple[str, float]:
    """Return currency and amount of what `money` gave, the unit "" of any other number. Raises ValueError for neither."""
    if isinstance(stated, int | float):
        return "", float(stated)
    currency, _, digits = str(stated).partition(" ")
    return currency, float(digits.replace(",", ""))
