"""What clauses say by themselves: remembered while a process runs, and packed to be kept for longer.

A document's next text has most of the clauses of the one before, and what they say depends on nothing around them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import zstandard

from monitoring import knowledge
from monitoring.memory import Memory

from . import model
from .finding import CarveOut, Parameter, Span
from .stances import Position

_REMEMBERED = 3_000
_FORMAT = b"3"  # of what is packed, and of the code that reads: a new one when either changes


@dataclass(frozen=True, slots=True)
class Saying:
    """What a clause by itself says on one type that it may speak to; spans count from its start.

    alone: whether it is sure enough without a heading. quoted: the words that decided, "" where none did.
    """

    provision_type: str
    confidence: float
    alone: bool
    evidence: tuple[Span, ...]
    quoted: str
    position: Position


remembered: Memory[str, tuple[Saying, ...]] = Memory(_REMEMBERED)


@cache
def edition() -> str:
    """Return a name for the signs and weights that clauses are read by: what is packed holds for these alone."""
    digest = hashlib.sha256(_FORMAT + knowledge.taxonomy().version.encode())
    digest.update(repr(sorted(knowledge.signs().items())).encode())
    digest.update(model.FILE.read_bytes())
    return digest.hexdigest()[:16]


def packed(raws: Sequence[str]) -> bytes:
    """Return what clauses say, as far as it is remembered, for `unpack` of the same edition; some kB a document."""
    said = {_name(raw): [_listed(each) for each in found] for raw, found in remembered.known(raws).items()}
    return zstandard.compress(json.dumps(said, separators=(",", ":")).encode(), 3)


def unpack(raws: Sequence[str], kept: bytes) -> None:
    """Remember again what was packed of these clauses; the others are left as they are."""
    said = json.loads(zstandard.decompress(kept))
    there = {raw: said[name] for raw in raws if (name := _name(raw)) in said}
    remembered.keep({raw: tuple(_saying(each, raw) for each in found) for raw, found in there.items()})


def _name(raw: str) -> str:
    return hashlib.blake2b(raw.encode(), digest_size=9).hexdigest()


def _listed(saying: Saying) -> list[Any]:
    position = saying.position
    return [
        saying.provision_type,
        saying.confidence,
        saying.alone,
        [[span.start, span.end] for span in saying.evidence],
        position.stance,
        [position.span.start, position.span.end] if position.span else None,
        [[each.key, each.span.start, each.span.end] for each in position.carveouts],
        [[each.name, each.value, each.unit, each.span.start, each.span.end] for each in position.parameters],
    ]


def _saying(listed: list[Any], raw: str) -> Saying:
    provision_type, confidence, alone, evidence, stance, span, carveouts, parameters = listed
    return Saying(
        provision_type=provision_type,
        confidence=confidence,
        alone=alone,
        evidence=tuple(Span(start, end) for start, end in evidence),
        quoted=raw[slice(*evidence[0])] if evidence else "",
        position=Position(
            stance=stance,
            span=Span(*span) if span else None,
            carveouts=tuple(CarveOut(key, Span(start, end)) for key, start, end in carveouts),
            parameters=tuple(
                Parameter(name, tuple(value) if isinstance(value, list) else value, unit, Span(start, end))
                for name, value, unit, start, end in parameters
            ),
        ),
    )
