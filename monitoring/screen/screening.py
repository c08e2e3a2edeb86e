"""The verdict on a new text: unchanged, news, or held until a second look.

Pure and deterministic: the same candidate, memory and moment give the same verdict, and a text seen twice at one moment
counts once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from monitoring.extract import Extract

from . import comparison, normal, sketches, symptoms, variants
from .memory import Memory, Seen
from .verdict import Difference, Finding, Outcome, Reason, Verdict

_VERSIONS = frozenset({Outcome.FIRST, Outcome.NEWS, Outcome.TECHNICAL})
_PATIENCE = {
    Reason.TRUNCATED: timedelta(hours=11),
    Reason.OTHER_DOCUMENT: timedelta(hours=11),
    Reason.DOUBLED: timedelta(hours=11),
    Reason.MISSING_PART: timedelta(minutes=30),
    Reason.BUNDLED: timedelta(minutes=30),
    Reason.FLAPPING: timedelta(hours=11),
    Reason.OTHER_VARIANT: timedelta(hours=11),
    Reason.WRONG_LANGUAGE: timedelta(days=7),
}
"""How long a doubtful text must stand before it is believed; what is not named here is never believed."""
_COLLECTING = frozenset({Reason.DOUBLED, Reason.OTHER_VARIANT, Reason.WRONG_LANGUAGE})
"""Doubts that, once the text stays, say the collecting turned and not the rules: a Version without a Change."""
_STEADY_LOOKS = 8
_SAME_TEXT = 0.85


def screen(candidate: Extract, *, memory: Memory, now: datetime) -> Verdict:
    """Return what becomes of `candidate`, a new text of the document whose past is `memory`."""
    if memory.digest and candidate.text == memory.text:
        sketch = next((seen.sketch for seen in memory.seen if seen.digest == memory.digest), b"")
        return Verdict(Outcome.UNCHANGED, Difference.NONE, memory.digest, sketch)
    form = normal.normal_form(candidate.text)
    digest = normal.digest_of_normal(form)
    known = next((seen for seen in memory.seen if seen.digest == digest), None)
    sketch = known.sketch if known else sketches.sketch(form)
    against = symptoms.findings(candidate)
    if digest in memory.accepted and digest != _current(memory):
        outcome = Outcome.NEWS if memory.text else Outcome.FIRST
        return Verdict(outcome, Difference.WORDS, digest, sketch, (Finding(Reason.OPERATOR), *against))
    if not memory.text:
        return Verdict(Outcome.HELD if against else Outcome.FIRST, Difference.WORDS, digest, sketch, against)
    before = normal.normal_form(memory.text)
    if digest == _current(memory):
        return _unchanged(candidate, memory, digest, sketch)
    if against and not _was_alike(memory.text, against):
        return Verdict(Outcome.HELD, Difference.NOISE, digest, sketch, against)
    likeness = comparison.Likeness(before, form)
    doubts = tuple(_doubts(candidate, memory, likeness, known))
    outcome = _outcome(doubts, memory, digest, sketch, now)
    if outcome is Outcome.NEWS and doubts and not _may_be_news(doubts, candidate, likeness):
        outcome = Outcome.HELD
    came = Reason.RETURNED if any(finding.reason is Reason.FLAPPING for finding in doubts) else Reason.PERSISTED
    persisted = (Finding(came),) if doubts and outcome is not Outcome.HELD else ()
    return Verdict(outcome, Difference.WORDS, digest, sketch, persisted + doubts)


def compare(before: str, after: str) -> Finding | None:
    """Return why two texts cannot be compared as versions of one document, None when they can."""
    for text in (after, before):
        found = symptoms.of_text(text)
        if found:
            return found[0]
    region = variants.switched(before, after)
    if region:
        return Finding(Reason.OTHER_VARIANT, region)
    likeness = comparison.Likeness(normal.normal_form(before), normal.normal_form(after))
    title = comparison.bundled_title(before, after, likeness)
    return Finding(Reason.BUNDLED, title) if title else None


def _unchanged(candidate: Extract, memory: Memory, digest: bytes, sketch: bytes) -> Verdict:
    if candidate.text == memory.text:
        return Verdict(Outcome.UNCHANGED, Difference.NONE, digest, sketch)
    return Verdict(
        Outcome.UNCHANGED, Difference.FORMAT, digest, sketch, (Finding(_format(memory.text, candidate.text)),)
    )


def _format(before: str, after: str) -> Reason:
    """Return which part of the form differs between texts of the same words."""
    if normal.without_unseen(before) == normal.without_unseen(after):
        return Reason.INVISIBLE
    if normal.without_links(before) == normal.without_links(after):
        return Reason.LINK_TARGETS
    return Reason.MARKUP


def _was_alike(text: str, against: tuple[Finding, ...]) -> bool:
    """Return whether the current Version has the same symptom: then it is this document's way, and proves nothing."""
    return any(finding.reason is against[0].reason for finding in symptoms.of_text(text))


def _doubts(candidate: Extract, memory: Memory, likeness: comparison.Likeness, known: Seen | None) -> Iterator[Finding]:
    if memory.language and candidate.language and memory.language != candidate.language and likeness.kept < 0.3:
        yield Finding(Reason.WRONG_LANGUAGE, f"{candidate.language} instead of {memory.language}")
    if known is not None and known.outcome in _VERSIONS:
        yield Finding(Reason.FLAPPING, "an earlier text is back")
    elif comparison.is_foreign(likeness) and not _is_same_document(candidate, memory):
        yield Finding(Reason.OTHER_DOCUMENT, "hardly a sentence of the text before is left")
    for finding in comparison.findings(memory.text, candidate.text, likeness):
        if finding.reason is not Reason.OTHER_VARIANT or not _is_amended(candidate, memory):
            yield finding


def _is_amended(candidate: Extract, memory: Memory) -> bool:
    """Return whether a text states a date later than the last sight of the current Version: then it is new anyway."""
    stated = [day for day in (candidate.effective_date, candidate.updated_date) if day is not None]
    current = _current(memory)
    looks = [seen.last_seen_at for seen in memory.seen if seen.digest == current]
    return bool(stated) and bool(looks) and max(stated) > max(looks).date()


def _is_same_document(candidate: Extract, memory: Memory) -> bool:
    """Return whether a wholly new text still bears the title and reads like rules: then it is a rewrite."""
    same_title = bool(memory.title) and normal.normal_form(memory.title) == normal.normal_form(candidate.title)
    return same_title and symptoms.reads_like_rules(candidate.text)


def _may_be_news(doubts: tuple[Finding, ...], candidate: Extract, likeness: comparison.Likeness) -> bool:
    """Return whether a text that stays may be published: a home page or a ruin never becomes the rules by staying."""
    is_foreign = any(finding.reason is Reason.OTHER_DOCUMENT for finding in doubts)
    return not (is_foreign or likeness.growth < comparison.RUIN) or symptoms.reads_like_rules(candidate.text)


def _outcome(doubts: tuple[Finding, ...], memory: Memory, digest: bytes, sketch: bytes, now: datetime) -> Outcome:
    if not doubts:
        return Outcome.NEWS
    reasons = {finding.reason for finding in doubts}
    since = _held_since(memory, digest, sketch)
    if since is None or any(reason not in _PATIENCE or now - since < _PATIENCE[reason] for reason in reasons):
        return Outcome.HELD
    if reasons & _COLLECTING or (Reason.FLAPPING in reasons and not _was_steady(memory)):
        return Outcome.TECHNICAL
    return Outcome.NEWS


def _held_since(memory: Memory, digest: bytes, sketch: bytes) -> datetime | None:
    """Return since when this text, or one nearly like it, has been held without any other being accepted."""
    spells = [
        seen.held_since
        for seen in memory.seen
        if seen.held_since is not None
        and (seen.digest == digest or sketches.resemblance(seen.sketch, sketch) >= _SAME_TEXT)
    ]
    return min(spells, default=None)


def _was_steady(memory: Memory) -> bool:
    """Return whether the current Version stood long enough that going back on it is an act and not a flip."""
    current = _current(memory)
    return any(seen.digest == current and seen.times >= _STEADY_LOOKS for seen in memory.seen)


def _current(memory: Memory) -> bytes:
    return memory.digest or (normal.digest(memory.text) if memory.text else b"")
