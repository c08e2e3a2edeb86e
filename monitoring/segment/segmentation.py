"""Markdown to clauses: one pass over the lines, blocks found by their shape, addresses built from numbers and "
"headings."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitoring.screen.normal import normal_lines

from .clause import Clause, Kind

_HEADING = re.compile(r"^[ \t>]*(#{1,6})[ \t]+")
_BOLD_LINE = re.compile(r"^[ \t>]*(\*\*|__)[^*_].{0,110}[^.;!。*_](\*\*|__)[ \t:]*$")
_ITEM = re.compile(r"^[ \t>]*(?:[-*+•]|\(?(?:[0-9]{1,3}|[a-zA-Z]|[ivxlIVXL]{1,6})[.)])[ \t]+\S")
_ROW = re.compile(r"^[ \t]*\|")
_RULE = re.compile(r"^[ \t|:*_=-]+$")
_RULE_MARKS = "|:*_=-"
_SETEXT = re.compile(r"^(?:={3,}|-{3,})$")
_NUMBER = re.compile(
    r"^[ \t>]*(?:[-*+•][ \t]+)?(?:#{1,6}[ \t]+)?\**(?:(?:section|article|clause|annex|artikel|artículo|artigo|"
    r"articolo|art\.|abschnitt|§+)[ \t]*)?"
    r"(?P<number>[0-9]{1,3}(?:\.[0-9]{1,3}){1,5}|[0-9]{1,3}(?=[.):\t ])|[A-Z](?:\.[0-9]{1,3})+|\([a-zA-Z0-9]{1,4}\)|"
    r"[a-zA-Z](?=[.)])|[ivxlIVXL]{1,6}(?=[.)]))"
    r"[.):]*(?=[ \t*]|$)",
    re.IGNORECASE,
)
_NOT_SLUG = re.compile(r"[\W_]+")
_MARKUP = re.compile(r"\]\([^)]*\)|[#*_\[\]|>`]")
_DOTTED = re.compile(r"^[0-9A-Z]{1,3}(\.[0-9]+)+$")
_SECTION_LEVEL = 7
_PLAIN = (Kind.PARAGRAPH, 0)
MOST_CLAUSES = 10_000


@dataclass(slots=True)
class _Unit:
    """A block while it is read: its lines first to last, its span in the text."""

    kind: Kind
    level: int
    first: int
    last: int
    start: int
    end: int


@dataclass(slots=True)
class _Place:
    """Where in the text we are: the headings above and how often each address was given."""

    stack: list[tuple[int, str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    item_path: str = ""


def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a Markdown text in reading order; between their spans stands white space or a rule.

    Past 10,000 clauses all the rest is one.

    Paths are unique in the text and stay when other sections change. Time grows with the length of the text.
    """
    return clauses_and_words(text)[0]


def clauses_and_words(text: str) -> tuple[tuple[Clause, ...], tuple[str, ...]]:
    """Return the clauses of a Markdown text as `clauses` does, and the words of each in normal form."""
    lines = normal_lines(text)
    units = tuple(_units(text.split("\n")))
    words = tuple(" ".join(" ".join(lines[unit.first : unit.last + 1]).split()) for unit in units)
    place = _Place()
    return tuple(_clause(text, unit, normal, place) for unit, normal in zip(units, words, strict=True)), words


def _units(lines: list[str]) -> Iterator[_Unit]:
    """Yield the blocks: headings, items with what hangs on them, rows, paragraphs."""
    position = 0
    unit: _Unit | None = None
    count = 0
    for index, line in enumerate(lines):
        bare = line.strip()
        is_rule = not bare or (bare[-1] in _RULE_MARKS and _RULE.match(line) is not None)
        shape = _PLAIN if is_rule else _shape(line)
        if unit is not None and count < MOST_CLAUSES and (is_rule or _begins(shape[0], unit)):
            yield _underlined(unit, bare, index) if is_rule else unit
            unit = None
            count += 1
        if not is_rule:
            end = position + len(line.rstrip())
            if unit is None:
                unit = _Unit(*shape, index, index, position + len(line) - len(line.lstrip()), end)
            else:
                unit.last, unit.end = index, end
        position += len(line) + 1
    if unit is not None:
        yield unit


def _begins(kind: Kind, unit: _Unit) -> bool:
    """Return whether a line of this kind begins a block of its own under an open one."""
    return kind not in (Kind.PARAGRAPH, Kind.QUOTE) or unit.kind in (Kind.ROW, Kind.HEADING)


def _underlined(unit: _Unit, rule: str, index: int) -> _Unit:
    """Return the unit, as a heading when a line of = or - stands under its only line (setext)."""
    if unit.kind is Kind.PARAGRAPH and unit.first == unit.last == index - 1 and _SETEXT.match(rule):
        unit.kind, unit.level = Kind.HEADING, 1 if rule[0] == "=" else 2
    return unit


def _shape(line: str) -> tuple[Kind, int]:
    heading = _HEADING.match(line)
    if heading:
        return Kind.HEADING, len(heading[1])
    first = line.lstrip()[:1]
    if first == "|" and _ROW.match(line):
        return Kind.ROW, 0
    if first in "*_" and _BOLD_LINE.match(line):
        return Kind.HEADING, _SECTION_LEVEL
    if first == ":" or _ITEM.match(line):
        return (Kind.DEFINITION if first == ":" else Kind.ITEM), 0
    return (Kind.QUOTE if first == ">" else Kind.PARAGRAPH), 0


def _clause(text: str, unit: _Unit, normal: str, place: _Place) -> Clause:
    raw = text[unit.start : unit.end]
    match = _NUMBER.match(raw[:60])
    number = match["number"] if match else ""
    above = place.stack[-1][2] if place.stack else ""
    path = _enter(raw, unit, number, place) if unit.kind is Kind.HEADING else _path(unit, number, place)
    return Clause(
        path=_unique(path, place),
        number=number,
        heading=above,
        kind=unit.kind,
        start=unit.start,
        end=unit.end,
        digest=hashlib.blake2b(normal.replace(" ", "").encode(), digest_size=16).digest(),
        level=unit.level if unit.kind is Kind.HEADING else (place.stack[-1][0] if place.stack else 0),
    )


def _enter(raw: str, unit: _Unit, number: str, place: _Place) -> str:
    """Go into the section of a heading and return its path."""
    while place.stack and place.stack[-1][0] >= unit.level:
        place.stack.pop()
    title = " ".join(_MARKUP.sub(" ", raw).split())
    above = place.stack[-1][1] if place.stack else ""
    name = number.strip("()").lower() if number else _slug(title)
    if unit.level == 1 and not number:
        path = ""
    elif number and (
        _DOTTED.match(number) or not above or (number.isdigit() and not above.rsplit("/", 1)[-1].isdigit())
    ):
        path = name
    else:
        path = f"{above}/{name}" if above else name
    place.stack.append((unit.level, path, title))
    place.item_path = ""
    return path or name


def _path(unit: _Unit, number: str, place: _Place) -> str:
    section = place.stack[-1][1] if place.stack else ""
    bare = number.strip("()").lower()
    if number and _DOTTED.match(number.upper()):
        place.item_path = bare
        return bare
    if number:
        if bare.isdigit():
            place.item_path = f"{section}/{bare}" if section else bare
            return place.item_path
        above = place.item_path or section
        return f"{above}/{bare}" if above else bare
    prefix = f"{section}/" if section else ""
    prefix += "row-" if unit.kind is Kind.ROW else "p"
    place.counts[prefix] = place.counts.get(prefix, 0) + 1
    return f"{prefix}{place.counts[prefix]}"


def _unique(path: str, place: _Place) -> str:
    times = place.given[path] = place.given.get(path, 0) + 1
    return path if times == 1 else _unique(f"{path}~{times}", place)


def _slug(title: str) -> str:
    slug = _NOT_SLUG.sub("-", unicodedata.normalize("NFKC", title).lower()).strip("-")
    return slug[:48].rstrip("-") or "section"
