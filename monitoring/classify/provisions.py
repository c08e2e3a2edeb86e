"""From a text and its clauses to Findings: which provision types it speaks to, where, and what it says."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from monitoring import knowledge, segment

from . import model, signs, stances
from .finding import CarveOut, Finding, Parameter, Passage, Span
from .memory import Memory
from .plain import Plain, plain

# A passage where it stands: index of its clause (None for a bare paragraph), place in the text, words, heading above.
_Place: TypeAlias = tuple[int | None, Span, str, str]
_HEADING_LIFT = 0.15
_LONGEST = 6_000
_NEAR = 2
_QUOTED = 70
_REMEMBERED = 40_000


@dataclass(frozen=True, slots=True)
class _Saying:
    """What a clause by itself says on one type that it may speak to; spans count from its start.

    alone: whether it is sure enough without a heading. quoted: the words that decided, "" where none did.
    """

    provision_type: str
    confidence: float
    alone: bool
    evidence: tuple[Span, ...]
    quoted: str
    position: stances.Position


@dataclass(frozen=True, slots=True)
class _Hit:
    """One passage that speaks to one type; near: the exceptions that the next clauses of its section state."""

    provision_type: str
    passage: Passage
    quoted: str
    position: stances.Position
    near: tuple[CarveOut, ...]


_sayings: Memory[str, tuple[_Saying, ...]] = Memory(_REMEMBERED)
_exceptions: Memory[tuple[str, str], tuple[CarveOut, ...]] = Memory(_REMEMBERED)


def paragraph(text: str, heading: str = "") -> tuple[Finding, ...]:
    """Return what one paragraph says by itself, most certain first; empty when it speaks to no type.

    heading: the heading it stands under, "" when unknown; it helps where the words alone are not sure.
    """
    return _findings(_hits(((None, Span(0, len(text)), text, heading),)))


def provisions(text: str, clauses: tuple[segment.Clause, ...]) -> tuple[Finding, ...]:
    """Return what a text says, at most one Finding a type, in reading order of its first passage.

    All passages of a type are read together: the stance is that of its section, so an exception two clauses below the rule
    counts. Spans are half-open code points of `text`. What a clause says by itself is remembered, so that one which stands in
    the next version again costs a look-up; `bench/provisions.py` prints both costs.
    """
    passages = [
        (index, Span(clause.start, clause.end), text[clause.start : clause.end], clause.heading)
        for index, clause in enumerate(clauses)
        if clause.kind is not segment.Kind.HEADING and clause.end - clause.start <= _LONGEST
    ]
    found = _findings(_hits(passages))
    return tuple(sorted(found, key=lambda finding: finding.passages[0].span.start))


def forget() -> None:
    """Forget what clauses said: for measuring, or once signs or weights have been replaced."""
    _sayings.forget()
    _exceptions.forget()


def _hits(passages: Sequence[_Place]) -> list[_Hit]:
    """Return every pair of passage and type that is more likely than not to belong together."""
    sayings = _sayings.recall([raw for _, _, raw, _ in passages], _read)
    hits = []
    for row, (index, span, _, heading) in enumerate(passages):
        for saying in sayings[row]:
            if saying.alone or _under(heading, saying.provision_type):
                evidence = tuple(words.moved(span.start) for words in saying.evidence)
                passage = Passage(index, span, saying.confidence, evidence)
                near = _near(passages, row, saying.provision_type)
                hits.append(
                    _Hit(saying.provision_type, passage, saying.quoted, saying.position.moved(span.start), near)
                )
    return hits


def _read(raws: Sequence[str]) -> list[tuple[_Saying, ...]]:
    """Return what passages say by themselves."""
    reader, weights = signs.reader(), model.shipped()
    plains = [plain(raw) for raw in raws]
    scores = weights.word_scores(plains)
    least = weights.threshold - _HEADING_LIFT
    evidence = reader.evidence(plains, weights.needed(scores, least=least))
    sure = weights.probabilities(plains, evidence, scores)
    sayings: list[list[_Saying]] = [[] for _ in raws]
    for row, column in np.argwhere(sure > least).tolist():
        spans = _evidence_spans(plains[row], evidence[row].get(column))
        confidence = float(sure[row, column])
        sayings[row].append(
            _Saying(
                provision_type=reader.keys[column],
                confidence=round(confidence, 3),
                alone=confidence >= weights.threshold,
                evidence=spans,
                quoted=raws[row][spans[0].start : spans[0].end] if spans else "",
                position=stances.position(reader.keys[column], plains[row]),
            )
        )
    return [tuple(some) for some in sayings]


def _near(passages: Sequence[_Place], row: int, provision_type: str) -> tuple[CarveOut, ...]:
    """Return the exceptions to a type in the next two passages, as far as they stand under the same heading."""
    heading = passages[row][3]
    section = list(itertools.takewhile(lambda place: place[3] == heading, passages[row + 1 : row + 1 + _NEAR]))
    stated = _exceptions.recall([(provision_type, raw) for _, _, raw, _ in section], _read_exceptions)
    return tuple(
        carveout.moved(place[1].start) for place, group in zip(section, stated, strict=True) for carveout in group
    )


def _read_exceptions(pairs: Sequence[tuple[str, str]]) -> list[tuple[CarveOut, ...]]:
    return [stances.carveouts(provision_type, plain(raw)) for provision_type, raw in pairs]


def _under(heading: str, provision_type: str) -> bool:
    """Return whether the heading itself carries a sign of the type."""
    reader = signs.reader()
    return bool(heading) and reader.keys.index(provision_type) in reader.evidence([plain(heading)])[0]


def _evidence_spans(words: Plain, evidence: signs.Evidence | None) -> tuple[Span, ...]:
    best = sorted(evidence.found, key=lambda hit: (-hit[0], hit[1]))[:3] if evidence else ()
    return tuple(Span(*words.span(start, end)) for _, start, end in best)


def _findings(hits: Sequence[_Hit]) -> tuple[Finding, ...]:
    by_type: dict[str, list[_Hit]] = defaultdict(list)
    for hit in hits:
        by_type[hit.provision_type].append(hit)
    found = [_finding(key, together) for key, together in by_type.items()]
    return tuple(sorted(found, key=lambda finding: -finding.confidence))


def _finding(key: str, hits: Sequence[_Hit]) -> Finding:
    decided = _decided(key, hits)
    found = [*(hit.position.carveouts for hit in hits), *(hit.near for hit in hits)]
    carveouts = {carveout.key: carveout for group in reversed(found) for carveout in reversed(group)}
    best = max(hits, key=lambda hit: hit.passage.confidence)
    return Finding(
        provision_type=key,
        stance=decided.stance,
        stance_span=decided.span,
        carveouts=tuple(sorted(carveouts.values(), key=lambda carveout: carveout.span.start)),
        parameters=_parameters(decided, [hit.position for hit in hits]),
        passages=tuple(hit.passage for hit in hits),
        confidence=best.passage.confidence,
        reason=_reason(best),
    )


def _decided(key: str, hits: Sequence[_Hit]) -> stances.Position:
    """Return the position that stands for all passages: the surest that settles a stance; among equals the worse for users."""
    settled = [hit for hit in hits if hit.position.stance != "unclear"]
    if not settled:
        return hits[0].position
    row = knowledge.taxonomy().types[key]
    surest = max(settled, key=lambda hit: (round(hit.passage.confidence, 1), row.stance(hit.position.stance).rank or 0))
    return surest.position


def _parameters(decided: stances.Position, positions: Sequence[stances.Position]) -> tuple[Parameter, ...]:
    """Return each parameter once: from the deciding passage where it states it, else from the first that does."""
    found = {parameter.name: parameter for position in reversed(positions) for parameter in position.parameters}
    found |= {parameter.name: parameter for parameter in decided.parameters}
    return tuple(sorted(found.values(), key=lambda parameter: parameter.span.start))


def _reason(hit: _Hit) -> str:
    if not hit.quoted:
        return "The words of the passage as a whole resemble passages of this type."
    quoted = " ".join(hit.quoted.split())
    shown = quoted if len(quoted) <= _QUOTED else quoted[:_QUOTED].rsplit(" ", 1)[0] + " …"
    return f"The passage says “{shown}”."
