"""What it signifies that the words of a clause changed: numbers, names, contacts, spelling, words that carry rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from rapidfuzz import fuzz

from monitoring.screen.normal import word_count

from . import cues, dating, lexicon, quantities
from .changed_words import MOST_CHARS, ChangedWords, Meaning, bare, because, plain, short
from .edit import Ground, Significance, Why

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{12,}(?![\w-])")
_LONG_REWORDING = 10
_SLIGHT_REWORDING = 10
_UNREAD_REWORDING = 2


def of_words(words: ChangedWords, old: str, new: str, *, is_heading: bool, is_covered: Callable[[], bool]) -> Meaning:
    """Return what it signifies that `words` went and came between two forms of one clause.

    is_covered: asked last, whether the lexicon knows the language of the text; otherwise nearly every rewording has to count.
    """
    if not words.gone and not words.come:
        return because(Significance.FORMAT, Why.PLACE)
    if _TOKEN.search(words.both) and not _WORD.search(_TOKEN.sub(" ", words.both)):
        return because(Significance.NOISE, Why.ROTATING, words.added or words.removed)
    if is_heading and not lexicon.RULE_WORDS.intersection((*words.gone, *words.come)):
        return because(Significance.MINOR, Why.WORDING, words.added or words.removed)
    sides = old, new
    if not any(_counts(word) for word in (*words.gone, *words.come)):
        old, new = "", ""
    facts = _facts(old, new)
    if facts:
        return Significance.SUBSTANTIVE, facts
    grounds = grounds_of([*_unspelled(words)])
    if _is_contact(words, grounds, *sides):
        return because(Significance.MINOR, Why.CONTACT, words.added or words.removed)
    if _is_slight(words, grounds):
        grounds = ()
    grounds = grounds or _bare_number(old, new) or _companies(*sides)
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
    for word in dict.fromkeys(words):
        why = lexicon.why(word)
        if why is not None:
            by_why.setdefault(why, []).append(word)
    return tuple(Ground(why, ", ".join(found[:4])) for why, found in by_why.items())


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
    if not old and not new:
        return ()
    both = f"{old} {new}"
    for pattern, hints in cues.QUANTITIES:
        if hints and not any(hint in both for hint in hints):
            continue
        gone, come = quantities.exchanged(pattern, old, new)
        if gone or come:
            found.append(Ground(Why.NUMBER, short(f"{', '.join(gone) or 'none'} -> {', '.join(come) or 'none'}")))
    return tuple(found)


def _bare_number(old: str, new: str) -> tuple[Ground, ...]:
    """Return the numbers without a unit that became others, cross-references and dates left aside."""
    if not old and not new:
        return ()
    before, after = (
        Counter(quantities.numbers(dating.undated(cues.REFERENCE.sub(" ", each[:MOST_CHARS])))) for each in (old, new)
    )
    gone, come = before - after, after - before
    if not gone or not come:
        return ()
    return (Ground(Why.NUMBER, short(f"{', '.join(gone)} -> {', '.join(come)}")),)


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
    if any(ground.why in (Why.DUTY, Why.NEGATION, Why.PURPOSE) for ground in grounds):
        return False
    sides = [bool(cues.CONTACT.search(side)) for side in (words.removed, words.added)]
    if not (all(sides) if grounds else any(sides)):
        return False
    return len(words.gone) + len(words.come) <= (20 if cues.EMAIL.search(words.both) else 12 if not grounds else 0)


def _unspelled(words: ChangedWords) -> Counter[str]:
    """Return the words that went or came, without pairs that are one word spelled in two ways."""
    gone, come = words.gone, words.come
    if not lexicon.EXCHANGED.isdisjoint(gone) and not lexicon.EXCHANGED.isdisjoint(come):
        gone, come = _same(gone) - _same(come), _same(come) - _same(gone)
    gone, come = Counter(gone), Counter(come)
    alike: dict[str, list[str]] = {}
    for new in come:
        alike.setdefault(new[:2], []).append(new)
    for old in list(gone):
        for new in alike.get(old[:2], ()):
            if _is_spelling(old, new):
                shared = min(gone[old], come[new])
                gone[old] -= shared
                come[new] -= shared
    return _unnegated(+gone, +come)


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
    lost = sum(count for word, count in gone.items() if lexicon.why(word) is Why.NEGATION)
    won = sum(count for word, count in come.items() if lexicon.why(word) is Why.NEGATION)
    if lost == won:
        both = Counter({word: count for word, count in both.items() if lexicon.why(word) is not Why.NEGATION})
    return both
