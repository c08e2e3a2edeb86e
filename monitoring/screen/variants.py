"""Regional variants: whom a text says it is for, and whether two texts are for different people.

A page that begins to answer with the terms of another region (the collector's location, a changed default) shows real
words of real rules, and yet nobody amended anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_REGIONS = {
    "eea": r"european economic area|eea|european union|e\.?u\.?|europe|european region",
    "switzerland": r"switzerland|swiss",
    "uk": r"united kingdom|u\.?k\.?|great britain",
    "us": r"united states(?: of america)?|usa|u\.s\.a?\.?|the us",
    **{
        name: name
        for name in [
            "canada",
            "brazil",
            "india",
            "japan",
            "australia",
            "singapore",
            "mexico",
            "china",
            "turkey",
            "israel",
            "argentina",
            "california",
            "quebec",
            "germany",
            "france",
            "ireland",
            "italy",
            "spain",
            "netherlands",
            "poland",
            "russia",
            "ukraine",
            "indonesia",
            "vietnam",
            "thailand",
        ]
    },
    "korea": r"(?:south |republic of )?korea",
    "hong kong": "hong kong",
    "taiwan": "taiwan",
    "new zealand": "new zealand",
    "south africa": "south africa",
}
_REGION = re.compile(
    "|".join(rf"(?P<{name.replace(' ', '_')}>\b(?:{words})(?!\w))" for name, words in _REGIONS.items()), re.IGNORECASE
)
_LIVING = re.compile(
    r"\b(?:resid(?:e|es|ent|ents|ing)|liv(?:e|es|ing)|located|based|habitually|domiciled|established|individuals|"
    r"consumers?|users?|customers?|people|persons|visitors) "
    r"(?:\w+ ){0,4}?(?:in|of|from|within|outside)\b",
    re.IGNORECASE,
)
_LIVING_HINTS = (
    "resid", "liv", "locat", "based", "habitually", "domiciled", "established", "individuals", "consumer", "user",
    "customer", "people", "persons", "visitors",
)  # fmt: skip
"""Lower-case pieces of which one stands wherever _LIVING is found; cheap to look for."""
_APPLIES = re.compile(r"\b(?:appl(?:y|ies)|govern(?:s|ed)?|for|addressed to|intended for)\b", re.IGNORECASE)
_THESE_APPLY = re.compile(
    r"\b(?:these|this|the following|our)\b[^.;]{0,60}\b(?:terms|polic(?:y|ies)|agreement|notice|statement|conditions)\b"
    r"[^.;]{0,60}\b(?:appl(?:y|ies)|governs?|(?:is|are) (?:intended |meant |only )*(?:for|addressed))\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:outside|other than|except|excluding|not apply|not intended|(?:not|n.t) (?:\w+ ){0,3}(?:resid|liv|located))|"
    r"(?:governed by|apply|applies|refer to|see|read|review|visit|subject to)[^.]{0,60}\]\(|\]\([^)]*\)[_*\s]*(?:appl|"
    r"govern)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])[\s*_\"”]+(?=[A-Z\[(_*])|\n\s*\n|\n(?=[-*#|])")
_TITLE = re.compile(r"\A\s*(?:#{1,2} +([^\n]{3,120})|([^\n]{3,120})\n=+[ \t]*$)", re.MULTILINE)
_HEAD_CHARS = 6000


@dataclass(frozen=True, slots=True)
class Scope:
    """The regions that a text says it is for, and those it sends elsewhere."""

    serves: frozenset[str]
    sends_away: frozenset[str]


def scope(text: str) -> Scope:
    """Return whom the beginning of `text` (Markdown) says it is for; both empty when it does not say."""
    serves: set[str] = set()
    sends_away: set[str] = set()
    for sentence in _SENTENCE.split(text[:_HEAD_CHARS]):
        if len(sentence) < 600 and _names_people(sentence) and _APPLIES.search(sentence):
            if _ELSEWHERE.search(sentence):
                sends_away |= regions(sentence)
            elif _THESE_APPLY.search(sentence):
                serves |= regions(sentence)
    title = _TITLE.match(text)
    if title:
        serves |= regions(title[1] or title[2])
    return Scope(frozenset(serves), frozenset(sends_away - serves))


def _names_people(sentence: str) -> bool:
    """Return whether a sentence speaks of people somewhere; most do not, and the pattern is dear."""
    lower = sentence.lower()
    return any(hint in lower for hint in _LIVING_HINTS) and _LIVING.search(sentence) is not None


def regions(sentence: str) -> frozenset[str]:
    """Return the regions that a sentence names."""
    return frozenset(str(match.lastgroup).replace("_", " ") for match in _REGION.finditer(sentence))


def switched(before: str, after: str) -> str:
    """Return how two texts are for different regions, "" when nothing says so."""
    if before[:_HEAD_CHARS] == after[:_HEAD_CHARS]:
        return ""
    old, new = scope(before), scope(after)
    if old.serves and new.serves and not old.serves & new.serves:
        return f"for {_named(new.serves)} instead of {_named(old.serves)}"
    if new.serves and new.serves <= old.sends_away:
        return f"for {_named(new.serves)}, whom the text before sent elsewhere"
    if old.serves and old.serves <= new.sends_away:
        return f"no longer for {_named(old.serves)}, who are sent elsewhere"
    return ""


def _named(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
