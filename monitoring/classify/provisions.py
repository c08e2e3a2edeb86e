"""From a text and its clauses to Findings: which provision types it speaks to, where, and what it says."""

from __future__ import annotations

import dataclasses
import operator
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from monitoring import diff, knowledge, segment
from monitoring.diff import dating, zones
from monitoring.memory import Memory

from . import leanings, model, sayings, signs, stances, words
from .finding import CarveOut, Finding, Parameter, Passage, Span
from .plain import Plain, plain
from .sayings import Saying

_HEADING_LIFT = 0.2
_SURE_IN_ROW = 0.6
_WORDS_IN_ROW = 6
_SURE_ENOUGH = 0.5
_LONGEST = 6_000
_NEAR = 4
_SECTION = 12
_QUOTED = 70
_REMEMBERED = 3_000
_AT_ONCE = 200
_ROW = operator.itemgetter(0)
_OF_SUBPROCESSORS = "processor_terms_subprocessors"
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_WORDS = re.compile(r"\W?\w{2,}")
_UNDER_HEAD = re.compile(r"\s*\|[\s:|-]+\|")


@dataclass(frozen=True, slots=True)
class _Place:
    """A passage where it stands. clause: its index, None for a bare paragraph. heading: the nearest above.

    is_listed: it is an entry of a list of sub-processors.
    """

    clause: int | None
    span: Span
    raw: str
    heading: str
    is_row: bool = False
    is_listed: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    """One passage that speaks to one type; row: its number among the passages."""

    provision_type: str
    row: int
    passage: Passage
    quoted: str
    position: stances.Position


# No calibrated figure: as sure as a row must be, so that a rule in words decides beside it.
_LISTED = Saying(_OF_SUBPROCESSORS, _SURE_IN_ROW, True, (), "", stances.Position("unclear", None, (), ()))
_headings: Memory[str, frozenset[str]] = Memory(_REMEMBERED)
_positions: Memory[tuple[str, str], stances.Position] = Memory(_REMEMBERED)
_leanings: Memory[tuple[str, str], str] = Memory(_REMEMBERED)


def paragraph(text: str, heading: str = "") -> tuple[Finding, ...]:
    """Return what one paragraph says by itself, most certain first; empty when it speaks to no type.

    heading: the heading it stands under, "" when unknown; it helps where the words alone are not sure.
    """
    return _findings((_Place(None, Span(0, len(text)), text, heading),))


def provisions(
    text: str, clauses: tuple[segment.Clause, ...], *, expected: Set[str] = frozenset()
) -> tuple[Finding, ...]:
    """Return what a text says, at most one Finding a type, in reading order of its first passage.

    expected: types that the text before spoke to. Where nothing speaks to one surely any more, less is enough: a word that is
    exchanged beside it withdraws nothing.

    All passages of a type are read together, each with its section: a choice or an exception some clauses below the rule
    counts. Spans are half-open code points of `text`. What a clause says by itself is remembered, so that one which stands in
    the next version again costs a look-up; `bench/provisions.py` prints both costs.
    """
    found = _findings(_places(text, clauses), expected)
    return tuple(sorted(found, key=lambda finding: finding.passages[0].span.start))


def said(text: str, clauses: tuple[segment.Clause, ...]) -> bytes:
    """Return what the clauses of a text that was just read say by themselves, for `recall`."""
    return sayings.packed(_raws(text, clauses))


def recall(text: str, clauses: tuple[segment.Clause, ...], kept: bytes) -> None:
    """Remember what `said` gave for this text, by the same `edition`: it is then read by what its clauses said."""
    sayings.unpack(_raws(text, clauses), kept)


def forget() -> None:
    """Forget what clauses said: for measuring, or once signs or weights have been replaced."""
    sayings.remembered.forget()
    _headings.forget()
    _positions.forget()
    _leanings.forget()


def _raws(text: str, clauses: tuple[segment.Clause, ...]) -> list[str]:
    return [text[clause.start : clause.end] for clause in clauses if _is_read(clause)]


def _is_read(clause: segment.Clause) -> bool:
    return clause.kind is not segment.Kind.HEADING and clause.end - clause.start <= _LONGEST


def _places(text: str, clauses: tuple[segment.Clause, ...]) -> list[_Place]:
    listed = _subprocessors(text, clauses)
    return [
        _Place(
            index,
            Span(clause.start, clause.end),
            text[clause.start : clause.end],
            clause.heading,
            clause.kind is segment.Kind.ROW,
            index in listed,
        )
        for index, clause in enumerate(clauses)
        if _is_read(clause)
    ]


def _subprocessors(text: str, clauses: tuple[segment.Clause, ...]) -> frozenset[int]:
    """Return the entries of lists of sub-processors: names and places, which rule nothing that their words may resemble."""
    if "processor" not in text.lower():
        return frozenset()
    whole = diff.Text(text, clauses, ())
    entries = (segment.Kind.ROW, segment.Kind.ITEM)
    return frozenset(
        index
        for index, clause in enumerate(clauses)
        if clause.kind in entries and zones.is_subprocessor(whole, index) and not _UNDER_HEAD.match(text, clause.end)
    )


def _hits(places: Sequence[_Place], expected: Set[str]) -> list[_Hit]:
    """Return every pair of passage and type that is more likely than not to belong together.

    Of an expected type to which no passage speaks surely, those that may speak to it.
    """
    prose = iter(sayings.remembered.recall([place.raw for place in places if not place.is_listed], _read))
    said = [(_LISTED,) if place.is_listed else next(prose) for place in places]
    doubted = [place.heading for place, some in zip(places, said, strict=True) if not all(s.alone for s in some)]
    headed = dict(zip(doubted, _headings.recall(doubted, _read_headings), strict=True))
    pairs = [(row, saying) for row, some in enumerate(said) for saying in some]
    counted = [pair for pair in pairs if _counts(pair[1], places[pair[0]], headed)]
    missing = expected - {saying.provision_type for _, saying in counted}
    counted += [(row, saying) for row, saying in pairs if saying.provision_type in missing and not places[row].is_row]
    return [_hit(row, places[row], saying) for row, saying in sorted(counted, key=_ROW)]


def _hit(row: int, place: _Place, saying: Saying) -> _Hit:
    start = place.span.start
    evidence = tuple(words.moved(start) for words in saying.evidence)
    passage = Passage(place.clause, place.span, saying.confidence, evidence)
    return _Hit(saying.provision_type, row, passage, saying.quoted, saying.position.moved(start))


def _counts(saying: Saying, place: _Place, headed: Mapping[str, Set[str]]) -> bool:
    """Return whether a saying is sure enough: the row of a table needs more, what stands under a fitting heading less.

    A row without a sign needs words to tell anything: telephone numbers by country look like cookies by lifetime.
    """
    if place.is_row:
        tells = bool(saying.evidence) or place.is_listed or len(_LETTERS.findall(place.raw)) >= _WORDS_IN_ROW
        return tells and saying.confidence >= _SURE_IN_ROW
    return saying.alone or saying.provision_type in headed[place.heading]


def _read_headings(headings: Sequence[str]) -> list[frozenset[str]]:
    """Return the types of which headings carry a sign."""
    reader = signs.reader()
    found = reader.evidence(words.split([plain(heading) for heading in headings]))
    return [frozenset(reader.keys[column] for column in some) for some in found]


def _read(raws: Sequence[str]) -> list[tuple[Saying, ...]]:
    """Return what passages say by themselves; some at once, for a long text fills tables of its words and signs."""
    return [said for start in range(0, len(raws), _AT_ONCE) for said in _read_some(raws[start : start + _AT_ONCE])]


def _read_some(raws: Sequence[str]) -> list[tuple[Saying, ...]]:
    reader, weights = signs.reader(), model.shipped()
    read = words.split([plain(raw) for raw in raws])
    scores = weights.word_scores(read)
    least = weights.threshold - _HEADING_LIFT
    evidence = reader.evidence(read, weights.needed(scores, least=least))
    sure = weights.probabilities(read, evidence, scores)
    dated = {row for row in np.flatnonzero((sure > least).any(axis=1)).tolist() if dating.is_date(raws[row])}
    found = [(row, column) for row, column in np.argwhere(sure > least).tolist() if row not in dated]
    positions = stances.positions(read, [(row, reader.keys[column]) for row, column in found])
    said: list[list[Saying]] = [[] for _ in raws]
    for (row, column), position in zip(found, positions, strict=True):
        spans = _evidence_spans(read.passages[row], evidence[row].get(column))
        confidence = float(sure[row, column])
        said[row].append(
            Saying(
                provision_type=reader.keys[column],
                confidence=round(confidence, 3),
                alone=confidence >= weights.threshold,
                evidence=spans,
                quoted=raws[row][spans[0].start : spans[0].end] if spans else "",
                position=_legible(position, raws[row], spans),
            )
        )
    return [tuple(some) for some in said]


def _legible(position: stances.Position, raw: str, evidence: Sequence[Span]) -> stances.Position:
    """Return a position that rests on words: what merely lists or names something is settled by a comma, or by any letter.

    It then rests on the words by which the passage is of its type, all of them where no sign names some.
    """
    span = position.span
    if span is None or _WORDS.match(raw, span.start, span.end):
        return position
    return dataclasses.replace(position, span=evidence[0] if evidence else Span(0, len(raw)))


def _evidence_spans(passage: Plain, evidence: signs.Evidence | None) -> tuple[Span, ...]:
    best = sorted(evidence.found, key=lambda hit: (-hit[0], hit[1]))[:3] if evidence else ()
    return tuple(Span(*passage.span(start, end)) for _, start, end in best)


def _findings(places: Sequence[_Place], expected: Set[str] = frozenset()) -> tuple[Finding, ...]:
    hits = _hits(places, expected)
    by_type: dict[str, list[_Hit]] = defaultdict(list)
    for hit in hits:
        by_type[hit.provision_type].append(hit)
    _read_ahead(by_type, places)
    taken = {hit.row for hit in hits if hit.passage.confidence >= _SURE_ENOUGH}
    found = [_finding(key, together, places, taken) for key, together in by_type.items()]
    return tuple(sorted(found, key=lambda finding: -finding.confidence))


def _finding(key: str, hits: Sequence[_Hit], places: Sequence[_Place], taken: Set[int]) -> Finding:
    """Return what the hits of one type say together. taken: passages that speak to some type for sure."""
    decided = _decided(key, hits, places)
    yields = knowledge.signs()[key].yields.get(decided.stance, ())
    section = _near(key, hits, places, _SECTION) if yields else {}
    support = {row: position for row, position in section.items() if position.stance in yields and row not in taken}
    decided = next(iter(support.values()), decided)
    near = _near(key, hits, places, _NEAR) if knowledge.signs()[key].carveouts else {}
    positions = [*(hit.position for hit in hits), *support.values()]
    parameters = _parameters(decided, [*_surest(hits), *support.values()])
    best = max(hits, key=lambda hit: hit.passage.confidence)
    rows = sorted({*support, *(row for row, position in near.items() if position.carveouts)})
    return Finding(
        provision_type=key,
        stance=decided.stance,
        stance_span=decided.span,
        carveouts=_first([position.carveouts for position in (*positions, *near.values())]),
        parameters=parameters,
        passages=tuple(hit.passage for hit in hits),
        confidence=best.passage.confidence,
        reason=_reason(best, places, leans=decided.span is None and decided.stance != "unclear"),
        further=tuple(p for position in positions for p in position.parameters if p not in parameters),
        supporting=tuple(clause for row in rows if (clause := places[row].clause) is not None),
    )


def _near(key: str, hits: Sequence[_Hit], places: Sequence[_Place], most: int) -> dict[int, stances.Position]:
    """Return what the next clauses of the sections, up to `most` after each hit, would say on a type, by their number."""
    rows = _following(hits, places, most)
    read = _positions.recall([(key, places[row].raw) for row in rows], _read_positions)
    return {row: position.moved(places[row].span.start) for row, position in zip(rows, read, strict=True)}


def _read_ahead(by_type: Mapping[str, Sequence[_Hit]], places: Sequence[_Place]) -> None:
    """Read what `_near` will ask for, of all types at once: one type at a time costs twice as much."""
    wanted = [
        (key, places[row].raw)
        for key, hits in by_type.items()
        if (most := _reach(key))
        for row in _following(hits, places, most)
    ]
    _positions.recall(wanted, _read_positions)


def _reach(key: str) -> int:
    """Return how many clauses of its section may bear on a type after one that speaks to it."""
    rules = knowledge.signs()[key]
    return _SECTION if rules.yields else _NEAR if rules.carveouts else 0


def _following(hits: Sequence[_Hit], places: Sequence[_Place], most: int) -> list[int]:
    """Return the passages that follow a hit under its heading, up to `most` each, and are no hits themselves."""
    rows: set[int] = set()
    for hit in hits:
        for row in range(hit.row + 1, min(hit.row + 1 + most, len(places))):
            if places[row].heading != places[hit.row].heading:
                break
            rows.add(row)
    return sorted(rows - {hit.row for hit in hits})


def _read_positions(pairs: Sequence[tuple[str, str]]) -> list[stances.Position]:
    return [said for start in range(0, len(pairs), _AT_ONCE) for said in _positions_of(pairs[start : start + _AT_ONCE])]


def _positions_of(pairs: Sequence[tuple[str, str]]) -> list[stances.Position]:
    read = words.split([plain(raw) for _, raw in pairs])
    return stances.positions(read, [(row, provision_type) for row, (provision_type, _) in enumerate(pairs)])


def _first(groups: Sequence[Sequence[CarveOut]]) -> tuple[CarveOut, ...]:
    """Return each exception once, where it is stated first, in reading order."""
    found = {carveout.key: carveout for group in reversed(groups) for carveout in group}
    return tuple(sorted(found.values(), key=lambda carveout: carveout.span.start))


def _decided(key: str, hits: Sequence[_Hit], places: Sequence[_Place]) -> stances.Position:
    """Return the position that stands for all passages.

    The surest that settles a stance; among equals the worse for users. A stance that only tells what a passage leaves unsaid
    gives way to one that another sure passage states. Where no wording settles one, what the surest passage leans to.
    """
    row = knowledge.taxonomy().types[key]
    settled = [hit for hit in hits if hit.position.stance != "unclear"]
    if not settled:
        return _leaning(key, hits, places)
    decided = max(settled, key=lambda hit: _weight(hit, row))
    sure = [hit for hit in settled if hit.passage.confidence >= _SURE_ENOUGH]
    yields = knowledge.signs()[key].yields
    while stronger := [hit for hit in sure if hit.position.stance in yields.get(decided.position.stance, ())]:
        decided = max(stronger, key=lambda hit: _weight(hit, row))
    return decided.position


def _leaning(key: str, hits: Sequence[_Hit], places: Sequence[_Place]) -> stances.Position:
    """Return the position of the surest passage with the stance that its words lean to, unless a passage leaves it open."""
    surest = max(hits, key=lambda hit: hit.passage.confidence)
    if places[surest.row].is_listed or any(hit.position.span is not None for hit in hits):
        return surest.position
    (stance,) = _leanings.recall([(key, places[surest.row].raw)], _read_leanings)
    return dataclasses.replace(surest.position, stance=stance)


def _read_leanings(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [leanings.shipped().stance(provision_type, plain(raw)) for provision_type, raw in pairs]


def _weight(hit: _Hit, row: knowledge.ProvisionType) -> tuple[float, int]:
    return round(hit.passage.confidence, 1), row.stance(hit.position.stance).rank or 0


def _surest(hits: Sequence[_Hit]) -> list[stances.Position]:
    """Return what passages say, the surest first, then in reading order."""
    return [hit.position for hit in sorted(hits, key=lambda hit: -round(hit.passage.confidence, 1))]


def _parameters(decided: stances.Position, positions: Sequence[stances.Position]) -> tuple[Parameter, ...]:
    """Return each parameter once: from the deciding passage where it states it, else from the first position that does."""
    found = {parameter.name: parameter for position in reversed(positions) for parameter in position.parameters}
    found |= {parameter.name: parameter for parameter in decided.parameters}
    return tuple(sorted(found.values(), key=lambda parameter: parameter.span.start))


def _reason(hit: _Hit, places: Sequence[_Place], *, leans: bool) -> str:
    """Return why a passage is of its type, and whether its stance is only what all its words lean to."""
    why = _why(hit, places)
    return f"{why} No single wording settles the stance; all words together lean to it." if leans else why


def _why(hit: _Hit, places: Sequence[_Place]) -> str:
    if places[hit.row].is_listed:
        return "The passage is an entry of a list of sub-processors."
    if not hit.quoted:
        return "The words of the passage as a whole resemble passages of this type."
    quoted = " ".join(hit.quoted.split())
    shown = quoted if len(quoted) <= _QUOTED else quoted[:_QUOTED].rsplit(" ", 1)[0] + " …"
    return f"The passage says “{shown}”."
