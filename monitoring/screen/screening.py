"""The verdict on a new text: unchanged, news, or held until a second look.

Pure and deterministic: the same candidate, memory and moment give the same verdict, and a text seen twice at one moment
counts once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitoring.extract import Extract

from . import comparison, normal, sketches, symptoms
from .memory import Memory, Seen
from .verdict import Difference, Finding, Outcome, Reason, Verdict

_SECOND_LOOK = timedelta(minutes=30)
_NEVER_PUBLISHED = frozenset({Reason.ERROR_PAGE, Reason.BOT_WALL, Reason.CONSENT_WALL, Reason.TOO_SHORT, Reason.WRONG_LANGUAGE})


def screen(candidate: Extract, *, memory: Memory, now: datetime) -> Verdict:
    """Return what becomes of `candidate`, a new text of the document whose past is `memory`."""
    form = normal.normal_form(candidate.text)
    digest = normal.digest_of_normal(form)
    known = next((seen for seen in memory.seen if seen.digest == digest), None)
    sketch = known.sketch if known else sketches.sketch(form)
    against = symptoms.findings(candidate)
    if not memory.text:
        outcome = Outcome.HELD if against else Outcome.FIRST
        return Verdict(outcome, Difference.WORDS, digest, sketch, against)
    before = normal.normal_form(memory.text)
    if digest == normal.digest_of_normal(before):
        return _unchanged(candidate, memory, digest, sketch)
    if against:
        return Verdict(Outcome.HELD, Difference.NOISE, digest, sketch, against)
    doubts = _doubts(candidate, memory, before, form, known)
    if doubts and not _persists(known, doubts, now):
        return Verdict(Outcome.HELD, Difference.WORDS, digest, sketch, doubts)
    confirmed = (Finding(Reason.PERSISTED), *doubts) if doubts else ()
    return Verdict(Outcome.NEWS, Difference.WORDS, digest, sketch, confirmed)


def compare(before: str, after: str) -> Reason | None:
    """Return why two texts cannot be compared as versions of one document, None when they can."""
    for text in (after, before):
        found = symptoms.of_text(text)
        if found:
            return found[0].reason
    return None


def _unchanged(candidate: Extract, memory: Memory, digest: bytes, sketch: bytes) -> Verdict:
    if candidate.text == memory.text:
        return Verdict(Outcome.UNCHANGED, Difference.NONE, digest, sketch)
    return Verdict(Outcome.UNCHANGED, Difference.FORMAT, digest, sketch, (Finding(Reason.MARKUP),))


def _doubts(candidate: Extract, memory: Memory, before: str, after: str, known: Seen | None) -> tuple[Finding, ...]:
    doubts = list(comparison.findings(before, after))
    if memory.language and candidate.language and memory.language != candidate.language:
        doubts.insert(0, Finding(Reason.WRONG_LANGUAGE, f"{candidate.language} instead of {memory.language}"))
    if known is not None and known.outcome in (Outcome.FIRST, Outcome.NEWS):
        doubts.append(Finding(Reason.FLAPPING, "an earlier text is back"))
    return tuple(doubts)


def _persists(known: Seen | None, doubts: tuple[Finding, ...], now: datetime) -> bool:
    if doubts[0].reason in _NEVER_PUBLISHED:
        return False
    return known is not None and known.outcome == Outcome.HELD and now - known.first_seen_at >= _SECOND_LOOK
