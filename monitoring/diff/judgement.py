"""The whole reading of one difference: screened, compared, weighed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from monitoring import screen
from monitoring.extract import Extract
from monitoring.screen import Difference, Memory, Outcome, Verdict
from monitoring.screen import Reason as Doubt

from . import alignment, bundling, significance, teaching
from .edit import Change, Edit, Ground, Significance, Text, Why

_ALERTING = (Significance.SUBSTANTIVE,)
_MOST_SPANS = 20
_QUIET = {
    Why.TAUGHT: Doubt.TAUGHT,
    Why.CHROME: Doubt.PAGE_CHROME,
    Why.ROTATING: Doubt.ROTATING_TOKENS,
    Why.REPEATED: Doubt.DOUBLED,
    Why.BUNDLED: Doubt.BUNDLED,
    Why.LINK: Doubt.LINK_TARGETS,
    Why.MARKUP: Doubt.MARKUP,
}
"""What screening calls the grounds that keep a difference quiet, the most telling first."""
_COUNTS = (Significance.SUBSTANTIVE, Significance.MINOR, Significance.HOUSEKEEPING)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a new text is to a document: the final verdict, and the Change when the verdict is news (else None).

    The verdict has the last word: a difference that weighs as format or noise is turned into "unchanged".
    """

    verdict: Verdict
    change: Change | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one single difference, seen without any history, signifies; `alerts` by a default subscriber's minimum."""

    alerts: bool
    significance: Significance
    grounds: tuple[Ground, ...]


def read(candidate: Extract, *, memory: Memory, now: datetime) -> Reading:
    """Return what `candidate` is to the document whose past is `memory`: what the pipeline calls."""
    verdict = screen.screen(candidate, memory=memory, now=now)
    if verdict.outcome is Outcome.HELD and [finding.reason for finding in verdict.findings] == [Doubt.BUNDLED]:
        return _beside(verdict, candidate, memory)
    if verdict.outcome is not Outcome.NEWS:
        return Reading(verdict, None)
    change = compare(memory.text, candidate.text, taught=memory.taught)
    if change.significance not in _COUNTS:
        return Reading(_quiet(verdict, change), None)
    return Reading(verdict, change)


def compare(before: str, after: str, *, taught: tuple[str, ...] = (), beside: str = "") -> Change:
    """Return the weighed Change between two texts (Markdown).

    taught: the document's rules from operators (`rules`). beside: title of a document that joined or left the
    page; what belongs to it counts as noise.
    """
    old, new = alignment.text(before), alignment.text(after)
    found = significance.weigh(old, new, alignment.edits(old, new))
    if taught:
        found = teaching.quieted(old, new, found, frozenset(taught))
    if beside:
        found = bundling.quieted(old, new, found, beside)
    return _change(old, new, found)


def judge(before: str, after: str) -> Judgement:
    """Return what the difference of two texts (Markdown) signifies when nothing else is known."""
    against = screen.compare(before, after)
    if against is not None and against.reason is not Doubt.BUNDLED:
        return Judgement(False, Significance.NOISE, (Ground(Why(against.reason.value), against.detail),))
    change = compare(before, after, beside=against.detail if against else "")
    return Judgement(change.significance in _ALERTING, change.significance, change.grounds)


def _change(old: Text, new: Text, found: tuple[Edit, ...]) -> Change:
    top, grounds = significance.significance(found)
    counts = Counter(edit.significance for edit in found if edit.significance is not top)
    return Change(old, new, found, top, grounds, tuple((each, counts[each]) for each in Significance if counts[each]))


def _quiet(verdict: Verdict, change: Change) -> Verdict:
    """Return the verdict on a text whose differences all weigh as format or noise, and why they do."""
    found: dict[Doubt, list[tuple[int, int]]] = {}
    for edit in change.edits:
        doubt = _QUIET.get(edit.grounds[0].why, Doubt.MARKUP) if edit.grounds else Doubt.MARKUP
        found.setdefault(doubt, []).extend((words.after_start, words.after_end) for words in edit.words)
    findings = tuple(
        screen.Finding(doubt, f"{len(spans)} places", tuple(spans[:_MOST_SPANS])) for doubt, spans in found.items()
    )
    weightiest = sorted(findings, key=lambda finding: list(_QUIET.values()).index(finding.reason))
    difference = Difference(change.significance.value)
    return replace(verdict, outcome=Outcome.UNCHANGED, difference=difference, findings=(*weightiest, *verdict.findings))


def _beside(verdict: Verdict, candidate: Extract, memory: Memory) -> Reading:
    """Return news when the surviving text itself was edited, whatever stands beside it; else it stays held."""
    change = compare(memory.text, candidate.text, taught=memory.taught, beside=verdict.findings[0].detail)
    if change.significance is not Significance.SUBSTANTIVE:
        return Reading(verdict, None)
    return Reading(replace(verdict, outcome=Outcome.NEWS), change)
