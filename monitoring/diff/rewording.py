"""What it signifies that the words of a clause changed: numbers, names, contacts, spelling, words that carry rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from rapidfuzz import fuzz

from monitoring.screen.normal import word_count

from . import cues, dating, lexicon, quantities, wording
from .changed_words import MOST_CHARS, ChangedWords, Meaning, bare, because, plain, short
from .edit import Ground, Significance, Why

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{12,}(?![\w-])")
_LONG_REWORDING = 10
_SLIGHT_REWORDING = 10
_CONTACT_WORDS = 20
_UNREAD_REWORDING = 2


def of_words(words: ChangedWords, old: str, new: str, *, is_heading: bool, is_covered: Callable[[], bool]) -> Meaning:
    """Return what it signifies that `words` went and came between two forms of one clause.

    is_covered: asked last, whether the lexicon knows the language of the text; otherwise nearly every rewording has to count.
    """
    if not words.gone and not words.come:
        return because(Significance.FORMAT, Why.PLACE)
    has_numbers = any(_counts(word) for word in (*words.gone, *words.come))
    if has_numbers and _TOKEN.search(words.both) and not _WORD.search(_TOKEN.sub(" ", words.both)):
        return because(Significance.NOISE, Why.ROTATING, words.added or words.removed)
    if is_heading and not lexicon.RULE_WORDS.intersection((*words.gone, *words.come)):
        return because(Significance.MINOR, Why.WORDING, words.added or words.removed)
    apart = wording.apart(old, new)
    facts = _facts(*apart) if has_numbers else ()
    if facts:
        return Significance.SUBSTANTIVE, facts
    grounds = grounds_of([*_unspelled(words)])
    if _is_contact(words, grounds, old, new):
        return because(Significance.MINOR, Why.CONTACT, words.added or words.removed)
    if _is_slight(words, grounds):
        grounds = ()
    grounds = grounds or (_bare_number(*apart) if has_numbers else ()) or _companies(*apart)
    if grounds:
        return Significance.SUBSTANTIVE, grounds
    count = word_count(" ".join((*words.gone.elements(), *words.come.elements())))
    is_long = count > (_LONG_REWORDING if is_covered() else _UNREAD_REWORDING)
    return because(
        Significance.SUBSTANTIVE if is_long else Significance.MINOR, Why.WORDING, words.added or words.removed
    )


def grounds_of(words: list[str]) -> tuple[Ground, ...]:
    """Return what the words touch, a ground for each kind, in the order met."""
    by_why: dict[Why, list[str]] = {}
    for word, why in lexicon.touched(words).items():
        by_why.setdefault(why, []).append(word)
    return tuple(Ground(why, ", ".join(found[:4])) for why, found in by_why.items())


@lru_cache(maxsize=4096)
def _counts(word: str) -> bool:
    """Return whether a word is a number or the unit of one."""
    return (
        any(map(str.isdigit, word))
        or any(sign in word for sign in "%$€£¥")
        or cues.COUNTING.fullmatch(word) is not None
    )


def _facts(old: str, new: str) -> tuple[Ground, ...]:
    """Return the numbers with units that differ: read in the whole clauses, since the unit itself seldom changes."""
    found = []
    old, new = plain(old[:MOST_CHARS]), plain(new[:MOST_CHARS])
    for pattern, hints in cues.QUANTITIES:
        gone, come = quantities.exchanged(pattern, old, new, hints=hints)
        if gone or come:
            found.append(Ground(Why.NUMBER, short(f"{', '.join(gone) or 'none'} → {', '.join(come) or 'none'}")))
    return tuple(found)


def _bare_number(old: str, new: str) -> tuple[Ground, ...]:
    """Return the numbers without a unit that became others, cross-references and dates left aside."""
    before, after = (
        Counter(quantities.numbers(dating.undated(cues.REFERENCE.sub(" ", each[:MOST_CHARS])))) for each in (old, new)
    )
    gone, come = before - after, after - before
    if not gone or not come:
        return ()
    return (Ground(Why.NUMBER, short(f"{', '.join(gone)} → {', '.join(come)}")),)


def _companies(old: str, new: str) -> tuple[Ground, ...]:
    """Return the companies that are named on one side only."""
    if not cues.COMPANY_FORM.search(old) and not cues.COMPANY_FORM.search(new):
        return ()
    before, after = (
        frozenset(match[0].split(", ")[-1] for match in cues.COMPANY.finditer(plain(each[:MOST_CHARS])))
        for each in (old, new)
    )
    named = sorted(before ^ after)
    return (Ground(Why.PARTY, short(", ".join(named))),) if named else ()


def _is_slight(words: ChangedWords, grounds: tuple[Ground, ...]) -> bool:
    """Return whether a few words were exchanged for others and only linking words ("if", "includes") are among them."""
    count = sum(words.gone.values()) + sum(words.come.values())
    if count > _SLIGHT_REWORDING or not words.gone or not words.come:
        return False
    told = {word for ground in grounds for word in ground.detail.split(", ")}
    return all(ground.why is Why.SCOPE for ground in grounds) and told <= lexicon.LINKING


def _is_contact(words: ChangedWords, grounds: tuple[Ground, ...], old: str, new: str) -> bool:
    """Return whether a change concerns how to reach somebody and nothing else."""
    if "@" in old and bare(cues.EMAIL.sub(" ", plain(old))) == bare(cues.EMAIL.sub(" ", plain(new))):
        return True
    count = len(words.gone) + len(words.come)
    if count > _CONTACT_WORDS or any(ground.why in (Why.DUTY, Why.NEGATION, Why.PURPOSE) for ground in grounds):
        return False
    sides = [bool(cues.CONTACT.search(side)) for side in (words.removed, words.added)]
    if not (all(sides) if grounds else any(sides)):
        return False
    return count <= (_CONTACT_WORDS if cues.EMAIL.search(words.both) else 12 if not grounds else 0)


def _unspelled(words: ChangedWords) -> Counter[str]:
    """Return the words that went or came, without pairs that are one word spelled in two ways."""
    gone, come = words.gone, words.come
    if not lexicon.EXCHANGED.isdisjoint(gone) and not lexicon.EXCHANGED.isdisjoint(come):
        gone, come = _same(gone) - _same(come), _same(come) - _same(gone)
    if gone and come:
        gone, come = _respelled(gone, come)
    return _unnegated(gone, come)


def _respelled(gone: Counter[str], come: Counter[str]) -> tuple[Counter[str], Counter[str]]:
    """Return the words without the pairs that are one word spelled in two ways."""
    gone, come = Counter(gone), Counter(come)
    alike: dict[str, list[str]] = {}
    for new in come:
        alike.setdefault(new[:2], []).append(new)
    for old in gone:
        for new in alike.get(old[:2], ()):
            if _is_spelling(old, new):
                shared = min(gone[old], come[new])
                gone[old] -= shared
                come[new] -= shared
    return +gone, +come


def _same(bag: Counter[str]) -> Counter[str]:
    """Return the words with each synonym counted under the one that stands for both."""
    same: Counter[str] = Counter()
    for word, count in bag.items():
        same[lexicon.SAME.get(word, word)] += count
    return same


def _is_spelling(old: str, new: str) -> bool:
    return old.isalpha() and new.isalpha() and fuzz.ratio(old, new) >= 80


def _unnegated(gone: Counter[str], come: Counter[str]) -> Counter[str]:
    """Return all words that differ; negations that stand on both sides cancel out."""
    both = gone + come
    negations = lexicon.NEGATIONS.intersection(both)
    if sum(gone[word] for word in negations) == sum(come[word] for word in negations):
        for word in negations:
            del both[word]
    return both
