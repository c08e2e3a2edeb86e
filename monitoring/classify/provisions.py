"""From a text and its clauses to Findings: which provision types it speaks to, where, and what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from monitoring import knowledge, segment

from . import model, signs, stances
from .finding import Finding, Parameter, Passage, Span
from .plain import Plain, plain

_HEADING_LIFT = 0.15
_LONGEST = 6_000
_NEAR = 2
_QUOTED = 70


@dataclass(frozen=True, slots=True)
class _Hit:
    """One passage that speaks to one type; following: the next clauses of its section, where exceptions may stand."""

    provision_type: str
    passage: Passage
    words: Plain
    quoted: str
    following: tuple[tuple[Plain, int], ...]


def paragraph(text: str, heading: str = "") -> tuple[Finding, ...]:
    """Return what one paragraph says by itself, most certain first; empty when it speaks to no type.

    heading: the heading it stands under, "" when unknown; it helps where the words alone are not sure.
    """
    hits = _hits(((None, Span(0, len(text)), text, heading),))
    return _findings(hits)


def provisions(text: str, clauses: tuple[segment.Clause, ...]) -> tuple[Finding, ...]:
    """Return what a text says, at most one Finding a type, in reading order of its first passage.

    All passages of a type are read together: the stance is that of its section, so an exception two clauses below the rule
    counts. Spans are half-open code points of `text`. About 0.1 ms a clause on one core.
    """
    passages = [
        (index, Span(clause.start, clause.end), text[clause.start : clause.end], clause.heading)
        for index, clause in enumerate(clauses)
        if clause.kind is not segment.Kind.HEADING and clause.end - clause.start <= _LONGEST
    ]
    found = _findings(_hits(passages))
    return tuple(sorted(found, key=lambda finding: finding.passages[0].span.start))


def _hits(passages: Sequence[tuple[int | None, Span, str, str]]) -> list[_Hit]:
    """Return every pair of passage and type that is more likely than not to belong together."""
    if not passages:
        return []
    reader, weights = signs.reader(), model.shipped()
    plains = [plain(raw) for _, _, raw, _ in passages]
    scores = weights.word_scores(plains)
    liftable = weights.liftable(scores, least=weights.threshold - _HEADING_LIFT)
    evidence = [reader.evidence(words, columns) for words, columns in zip(plains, liftable, strict=True)]
    sure = weights.probabilities(plains, evidence, scores)
    hits = []
    for row, column in zip(*(sure > weights.threshold - _HEADING_LIFT).nonzero(), strict=True):
        index, span, raw, heading = passages[row]
        key = reader.keys[column]
        confidence = float(sure[row, column])
        if confidence < weights.threshold and not _under(heading, column):
            continue
        signs_found = evidence[row].get(int(column))
        spans = _evidence_spans(plains[row], signs_found, span.start) if signs_found else ()
        quoted = raw[spans[0].start - span.start : spans[0].end - span.start] if spans else ""
        following = tuple((plains[after], passages[after][1].start) for after in _section(passages, int(row)))
        hits.append(_Hit(key, Passage(index, span, round(confidence, 3), spans), plains[row], quoted, following))
    return hits


def _section(passages: Sequence[tuple[int | None, Span, str, str]], row: int) -> range:
    """Return the next two passages as far as they stand under the same heading."""
    end = row + 1
    while end < min(row + 1 + _NEAR, len(passages)) and passages[end][3] == passages[row][3]:
        end += 1
    return range(row + 1, end)


def _under(heading: str, column: int) -> bool:
    """Return whether the heading itself carries a sign of the type."""
    return bool(heading) and column in signs.reader().evidence(plain(heading), (column,))


def _evidence_spans(words: Plain, evidence: signs.Evidence, offset: int) -> tuple[Span, ...]:
    best = sorted(evidence.found, key=lambda hit: (-hit[0], hit[1]))[:3]
    return tuple(Span(offset + words.span(start, end)[0], offset + words.span(start, end)[1]) for _, start, end in best)


def _findings(hits: Sequence[_Hit]) -> tuple[Finding, ...]:
    by_type: dict[str, list[_Hit]] = defaultdict(list)
    for hit in hits:
        by_type[hit.provision_type].append(hit)
    found = [_finding(key, together) for key, together in by_type.items()]
    return tuple(sorted(found, key=lambda finding: -finding.confidence))


def _finding(key: str, hits: Sequence[_Hit]) -> Finding:
    positions = [stances.position(key, hit.words, offset=hit.passage.span.start) for hit in hits]
    decided = _decided(key, hits, positions)
    near = [stances.carveouts(key, words, offset=offset) for hit in hits for words, offset in hit.following]
    found = [*(position.carveouts for position in positions), *near]
    carveouts = {carveout.key: carveout for group in reversed(found) for carveout in group}
    best = max(hits, key=lambda hit: hit.passage.confidence)
    return Finding(
        provision_type=key,
        stance=decided.stance,
        stance_span=decided.span,
        carveouts=tuple(sorted(carveouts.values(), key=lambda carveout: carveout.span.start)),
        parameters=_parameters(decided, positions),
        passages=tuple(hit.passage for hit in hits),
        confidence=best.passage.confidence,
        reason=_reason(best),
    )


def _decided(key: str, hits: Sequence[_Hit], positions: Sequence[stances.Position]) -> stances.Position:
    """Return the position that stands for all passages: the surest that settles a stance; among equals the worse for users."""
    settled = [pair for pair in zip(hits, positions, strict=True) if pair[1].stance != "unclear"]
    if not settled:
        return positions[0]
    row = knowledge.taxonomy().types[key]
    return max(settled, key=lambda pair: (round(pair[0].passage.confidence, 1), row.stance(pair[1].stance).rank or 0))[
        1
    ]


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
