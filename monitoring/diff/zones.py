"""Page chrome inside a text: menus, switchers, banners, footers and buttons that a capture took along with the "
"rules."""

from __future__ import annotations

import itertools
import re
from functools import cached_property

from monitoring.screen.normal import word_count
from monitoring.segment import Clause, Kind

from . import cues, lexicon
from .edit import Text

_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_MARKER = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+(?=\[)")
_BETWEEN = " >/›»|·"
_SENTENCE_END = re.compile(r"[.:;!?。！？；：।]['\")”’\]*_]*\s*$")
_PROSE_WORDS = 9
_BANNER_WORDS = 70
_EDGE = 8
_MENU_LINES = 4
_MENU_WORDS = 8
_LIST_LINES = 6
_CONSENT_HITS = 4
_CONSENT_GAP = 12
_ENTRY_WORDS = 25
_TOP = 40  # clauses among which a page has its title
_SUBPROCESSORS = re.compile(r"sub-?\s?processor", re.IGNORECASE)
_ABOUT_COOKIES = re.compile(r"cookie|track|technolog", re.IGNORECASE)


class Chrome:
    """Which clauses of one text belong to the page and not to the rules: `index in chrome`, looked up when asked."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._consent = _consent(text)
        count = len(text.clauses)
        prose = (index for index in range(count) if _is_prose(text.raw(index), text.clauses[index]))
        begins = next(prose, None)
        self._first, self._last = 0, count
        if begins is not None:
            self._first = next((i for i in range(begins) if text.clauses[i].kind is Kind.HEADING), begins)
            self._last = next(i for i in range(count - 1, -1, -1) if _is_prose(text.raw(i), text.clauses[i]))

    def __contains__(self, index: int) -> bool:
        raw, clause = self._text.raw(index), self._text.clauses[index]
        if index in self._consent or _is_furniture(raw, clause) or self._is_trail(raw):
            return True
        if index in self._around and (_is_scrap(raw, clause) or index in self._menus):
            return not is_subprocessor(self._text, index)
        return not self._first + _EDGE <= index <= self._last - _EDGE and _is_banner(raw)

    @cached_property
    def _around(self) -> frozenset[int]:
        """The clauses before the first and after the last prose, without lists of names that have a heading."""
        count = len(self._text.clauses)
        return frozenset((*range(self._first), *range(self._last + 1, count))) - self._listed

    @cached_property
    def _listed(self) -> frozenset[int]:
        """What stands under headings after the last prose and is no menu: of six or more lines, few are links or buttons."""
        clauses = self._text.clauses
        starts = [i for i in range(self._last + 1, len(clauses)) if clauses[i].kind is Kind.HEADING]
        found: list[int] = []
        for start, end in itertools.pairwise((*starts, len(clauses))):
            names = [index for index in range(start + 1, end) if self._is_name(index)]
            if len(names) >= _LIST_LINES and len(names) * 3 >= (end - start - 1) * 2:
                found += range(start, names[-1] + 1)
        return frozenset(found)

    def _is_name(self, index: int) -> bool:
        raw = self._text.raw(index)
        return not is_label(raw) and not _names_chrome(raw)

    @cached_property
    def _headings(self) -> frozenset[str]:
        clauses = self._text.clauses
        return frozenset(plain_of(self._text.raw(i)) for i, clause in enumerate(clauses) if clause.kind is Kind.HEADING)

    @cached_property
    def _menus(self) -> frozenset[int]:
        """The lines of menus around the text: of four or more short lines together, a third or more are links."""
        found: list[int] = []
        for zone in (range(self._first), range(self._last + 1, len(self._text.clauses))):
            for is_short, run in itertools.groupby(zone, key=self._is_short):
                lines = list(run)
                if is_short and len(lines) >= _MENU_LINES:
                    links = sum(is_label(self._text.raw(index)) for index in lines)
                    found += lines if links * 3 >= len(lines) else []
        return frozenset(found)

    def _is_short(self, index: int) -> bool:
        raw = self._text.raw(index)
        if is_label(raw):
            return not cues.COMPANY_FORM.search(raw)
        plain = plain_of(raw)
        return word_count(plain) <= _MENU_WORDS and not ends_sentence(plain) and not cues.COMPANY_FORM.search(plain)

    def _is_trail(self, raw: str) -> bool:
        """Return whether a clause is the way to the page: links, then the heading that the page itself has."""
        return raw.startswith("[") and _LINK.sub("", raw).strip(_BETWEEN) in self._headings


def _consent(text: Text) -> frozenset[int]:
    """Return the run of clauses that a consent manager wrote, unless cookies are what the document is about."""
    lower = text.markdown.lower()
    if sum(hint in lower for hint in cues.CONSENT_HINTS) < 2:
        return frozenset()
    raws = [text.raw(index) for index in range(len(text.clauses))]
    title = next((raw for raw, clause in zip(raws, text.clauses, strict=True) if clause.kind is Kind.HEADING), "")
    hits = [index for index, raw in enumerate(raws) if len(raw) < 200 and cues.CONSENT.search(plain_of(raw))]
    if len(hits) < _CONSENT_HITS or _ABOUT_COOKIES.search(title):
        return frozenset()
    runs: list[list[int]] = [[hits[0]]]
    for hit in hits[1:]:
        if hit - runs[-1][-1] <= _CONSENT_GAP:
            runs[-1].append(hit)
        else:
            runs.append([hit])
    long = (run for run in runs if len(run) >= _CONSENT_HITS)
    return frozenset(index for run in long for index in range(max(0, run[0] - 3), min(len(raws), run[-1] + 6)))


def is_subprocessor(text: Text, index: int) -> bool:
    """Return whether a clause is a line of a list of subprocessors, however it is set: a heading each, cards, links."""
    clause, raw = text.clauses[index], text.raw(index)
    plain = plain_of(raw)
    if word_count(plain) > _ENTRY_WORDS or ends_sentence(plain) or _SUBPROCESSORS.search(plain):
        return False
    section = f"{clause.heading if clause.level > 1 else ''} {clause.path}"
    if is_label(raw):  # below the title of a page it may as well be a menu
        return clause.kind in (Kind.ITEM, Kind.ROW, Kind.HEADING) and _SUBPROCESSORS.search(section) is not None
    title = next((text.raw(i) for i, each in enumerate(text.clauses[:_TOP]) if each.kind is Kind.HEADING), "")
    return _SUBPROCESSORS.search(f"{section} {title}") is not None


def is_label(raw: str) -> bool:
    """Return whether a clause says nothing by itself: nothing but links, one of them or no sentence."""
    raw = _MARKER.sub("", raw)
    plain = plain_of(raw)
    links = [len(match[1]) for match in _LINK.finditer(raw)]
    return bool(plain) and sum(links) >= len(plain) * 0.9 and (len(links) == 1 or not ends_sentence(plain))


def ends_sentence(plain: str) -> bool:
    """Return whether a text ends as sentences do."""
    return _SENTENCE_END.search(plain[-12:]) is not None


def plain_of(raw: str) -> str:
    """Return a clause without link targets and outer marks."""
    return _LINK.sub(r"\1", raw).strip(" \t\n-*#|>=_")


def _is_prose(raw: str, clause: Clause) -> bool:
    if clause.kind is Kind.HEADING:
        return False
    plain = plain_of(raw)
    inside = sum(len(match[1]) for match in _LINK.finditer(raw))
    words = word_count(plain)
    if words < _PROSE_WORDS or inside > len(plain) * 0.6 or plain.startswith(("©", "Copyright")) or _is_banner(raw):
        return False
    return ends_sentence(plain) or words >= 25 or clause.kind is Kind.ROW


def _is_scrap(raw: str, clause: Clause) -> bool:
    """Return whether a clause around the text is a link, a button, a line of a footer, and not a rule left over."""
    plain = plain_of(raw)
    words = plain.lower().split()
    count = word_count(plain)
    if is_label(raw) or (count <= 30 and _names_chrome(plain)):
        return True
    if clause.kind in (Kind.ROW, Kind.ITEM) or "@" in plain or lexicon.RULE_WORDS.intersection(words):
        return False
    return count <= (6 if ends_sentence(plain) else 25)


def _is_banner(raw: str) -> bool:
    return len(raw) < 12 * _BANNER_WORDS and raw.count(" ") < _BANNER_WORDS and bool(cues.BANNER.search(raw))


def _is_furniture(raw: str, clause: Clause) -> bool:
    """Return whether a clause inside the text is furniture: a contents entry, a button, a switch."""
    if len(raw) > 400:
        return False
    if "](#" in raw and is_label(raw):
        return True
    if clause.kind is Kind.HEADING or clause.number or raw.count(" ") > 8:
        return False
    return not ends_sentence(raw) and _names_chrome(raw)


def _names_chrome(raw: str) -> bool:
    lower = raw.lower()
    return any(hint in lower for hint in cues.CHROME_HINTS) and cues.CHROME.search(raw) is not None
