"""Which links lead to rules, and to which: by their words, and by the end of their address where these say nothing."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from monitoring.catalog import terms_types

from . import cues
from .links import Link

_MOST_WORDS = 14
_LISTS = re.compile(
    r"(?:(?:all|other|more|our|site) )*(?:(?:terms|legal) (?:and|&) )?(?:legal|polic(?:y|ies))", re.IGNORECASE
)
"""Words, or the end of an address, that name a list of rules and not one of them."""


def looks_like_rules(link: Link) -> bool:
    """Return whether a link seems to lead to a document that governs something, and not to news, settings or a form."""
    segments = _segments(link)
    if cues.IS_A_FILE.search(urlsplit(link.url).path) or any(map(cues.STANDS_AMONG_NEWS.fullmatch, segments)):
        return False
    last = _spelled(segments[-1]) if segments else ""
    if cues.IS_AN_ACT.search(link.text) or len(link.text.split()) > _MOST_WORDS:
        return False
    if _LISTS.fullmatch(link.text) or last.lower() in ("legal", "policies"):
        return False
    if cues.IS_GENERIC.fullmatch(link.text):
        return bool(cues.STANDS_AMONG_RULES.search(last)) and not cues.IS_AN_ACT.search(last)
    return bool(cues.NAMES_RULES.search(link.text)) or terms_types.named(link.text) is not None


def terms_type_of(link: Link) -> str:
    """Return the key of the terms type that a link names, by its words or the end of its address; "" when unclear."""
    segments = _segments(link)
    for words in (link.text, _spelled(segments[-1]) if segments else ""):
        if (exact := terms_types.named(words)) is not None:
            return exact.key
    spelled = f" {_letters(link.text)} "
    names = [(name, each.key) for each in terms_types.TERMS_TYPES for name in (each.name, *each.aliases)]
    within = [(len(name), key) for name, key in names if f" {_letters(name)} " in spelled]
    return max(within)[1] if within else ""


def title_of(link: Link) -> str:
    """Return what to call the document: the link's words, or the end of its address where they say nothing."""
    if not cues.IS_GENERIC.fullmatch(link.text):
        return link.text
    segments = _segments(link)
    return _spelled(segments[-1]).capitalize() if segments else link.url


def _segments(link: Link) -> list[str]:
    return [segment for segment in unquote(urlsplit(link.url).path).split("/") if segment]


def _spelled(segment: str) -> str:
    """Return the end of an address as words: "terms-of-service.html" as "terms of service"."""
    return " ".join(
        re.split(r"[-_+.]+", re.sub(r"\.(?:html?|pdf|php|aspx?|md|txt)$", "", segment, flags=re.IGNORECASE))
    )


def _letters(name: str) -> str:
    return " ".join(re.findall(r"[a-z]+", name.lower()))
