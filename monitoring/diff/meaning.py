"""What one edit signifies, by readable rules on what went and what came; the first rule that fits decides.

1. nothing a reader can see: link targets, markup, numbering, place (format; rotating tokens: noise)
2. what rendering adds, what stands around the text (format, noise)
3. dates and versions (housekeeping); a date inside a rule is a rule (substantive)
4. headings, pointers, contacts, names, spelling (minor)
5. words of duty, negation, number, party, purpose, data, scope, provision, place; rules that come or go; long rewording
   (substantive); any other rewording (minor)
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from rapidfuzz import fuzz

from monitoring.extract.dates import dates
from monitoring.screen.normal import normal_form
from monitoring.segment import Kind

from . import cues, lexicon, quantities, zones
from .edit import Edit, EditKind, Ground, Significance, Text, Why

Meaning = tuple[Significance, tuple[Ground, ...]]

_TARGET = re.compile(r"\]\(([^)\n]*)\)")
_MARKUP = re.compile(r"\]\([^)]*\)|https?://[^\s)\]]+|</?[a-z][^>\n]{0,80}>|[\[\]*_#|>`\\]+")
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{12,}(?![\w-])")
_VERSION = re.compile(r"\b(?:v|version|rev|revision)\.?\s?\d+(?:\.\d+)*\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTH = re.compile(
    r"\b(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|"
    r"sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\b",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(
    r"\b(?:last|updated?|effective|date|as|of|from|revised|modified|version|published|posted|on|by|in|force|previous|previously|versions?|"
    r"archived?|the|and|or|this|policy|terms|is|are|was|were|will|be|becomes?|stand|gültig|ab|mise|à|jour|le|entrée|en|vigueur|fecha|"
    r"actualización|el|de|am|pm|utc|gmt|\d{1,2})\b",
    re.IGNORECASE,
)
_ABOUT_PARTIES = re.compile(r"sub-?\s?processor|vendor|service provider|third[- ]part|partner|affiliate|recipient", re.IGNORECASE)
_POLICY = re.compile(r"terms|polic|privacy|agreement|addendum|notice|eula|dpa|legal", re.IGNORECASE)
_RENDERED_HINT = re.compile(r"window|tab|fenster|fenêtre|onglet|ventana|pestaña|link|external", re.IGNORECASE)
_PLAIN_NAMES = frozenset({"policy", "policies", "terms", "legal", "of", "and", "the", "en", "us"})
_DIGIT = re.compile(r"\d")
_ANNOUNCEMENT_WORDS = 60
_CONTACT_WORDS = 45
_LONG_REWORDING = 10
_LONG_DATES = 400
_MOST_CHARS = 20_000
_SHORT_CLAUSE_WORDS = 25


@dataclass(frozen=True, slots=True)
class Side:
    """One text, and which of its clauses are page chrome."""

    text: Text
    chrome: frozenset[int]
    digests: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class _Words:
    """What went and what came, without markup, links and what rendering adds; as text and as bags of words."""

    removed: str
    added: str
    gone: Counter[str]
    come: Counter[str]

    @property
    def both(self) -> str:
        return f"{self.removed} | {self.added}"


def meaning(before: Side, after: Side, edit: Edit) -> Meaning:
    """Return what an edit signifies and the grounds for it."""
    old = before.text.raw(edit.before, edit.further_before)
    new = after.text.raw(edit.after, edit.further_after)
    if before.text.bare(edit.before, edit.further_before) == after.text.bare(edit.after, edit.further_after):
        return _unseen(old, new, edit)
    if old and new and _is_rendering(old, new):
        return _one(Significance.FORMAT, Why.RENDERING)
    words = _words(edit) if old and new else None
    dated = _dated(old, new, words) if words else _date_line(old or new)
    if dated is not None:
        return dated
    if _is_chrome(before, after, edit):
        return _one(Significance.NOISE, Why.CHROME, new or old)
    if _is_repeat(before, after, edit):
        return _one(Significance.NOISE, Why.REPEATED, new or old)
    if words is None:
        side, index = (after, edit.after) if edit.after is not None else (before, edit.before)
        return _of_whole_clause(side.text, index or 0, edit.kind, new or old)
    kind = after.text.clauses[edit.after or 0].kind
    counted = (old, new) if any(_counts(word) for word in (*words.gone, *words.come)) else ("", "")
    return _of_words(words, *counted, is_heading=kind is Kind.HEADING)


def short(raw: str) -> str:
    """Return a quote of at most 80 characters without markup."""
    text = " ".join(_MARKUP.sub(" ", raw[:600]).split())
    return text if len(text) <= 80 else text[:77] + "..."


def _one(significance: Significance, why: Why, detail: str = "") -> Meaning:
    return significance, (Ground(why, short(detail)),)


def _bare(raw: str) -> str:
    return "".join(normal_form(raw).split())


def _unseen(old: str, new: str, edit: Edit) -> Meaning:
    if edit.kind in (EditKind.RENUMBERED, EditKind.MOVED):
        return _one(Significance.FORMAT, Why.NUMBERING if edit.kind is EditKind.RENUMBERED else Why.PLACE)
    targets, others = _TARGET.findall(old), _TARGET.findall(new)
    if targets == others:
        return _one(Significance.FORMAT, Why.MARKUP)
    pairs = [(one, other) for one, other in zip(targets, others, strict=False) if one != other]
    if len(targets) == len(others) and all(_without_tokens(one) == _without_tokens(other) for one, other in pairs):
        return _one(Significance.NOISE, Why.ROTATING, pairs[0][1])
    for one, other in pairs:
        if len(targets) == len(others) and _is_other_document(one, other):
            return _one(Significance.MINOR, Why.LINKED_DOCUMENT, f"{one} -> {other}")
    return _one(Significance.FORMAT, Why.LINK)


def _without_tokens(target: str) -> str:
    return _TOKEN.sub("*", re.split(r"[?#]", target, maxsplit=1)[0])


def _is_other_document(one: str, other: str) -> bool:
    """Return whether a link now leads to another set of rules: both ends are named as rules, by different words."""
    old, new = (frozenset(_WORD.findall(re.split(r"[?#]", each)[0].rstrip("/").rsplit("/", 1)[-1].lower())) for each in (one, other))
    named = all(_POLICY.search(" ".join(words)) for words in (old, new))
    return named and not (old & new) - _PLAIN_NAMES and bool((old | new) - _PLAIN_NAMES)


def _is_rendering(old: str, new: str) -> bool:
    """Return whether the two differ only in words that a renderer adds to links."""
    one, other = _rendered(old), _rendered(new)
    return (one is not old or other is not new) and _bare(one) == _bare(other)


def _rendered(raw: str) -> str:
    return cues.RENDERING.sub(" ", raw) if _RENDERED_HINT.search(raw) else raw


def _dated(old: str, new: str, words: _Words) -> Meaning | None:
    """Return what it means that only dates or versions differ, None when more does."""
    if len(words.both) > _LONG_DATES or not all(_tells_date(word) for word in (*words.gone, *words.come)):
        return None
    is_brief = len(old) + len(new) < 2 * _LONG_DATES
    found = dates(old) != () or dates(new) != () or (is_brief and bool(_VERSION.search(f"{old} {new}")))
    if not found or _bare(_undated(old)) != _bare(_undated(new)):
        return None
    if len(new.split()) <= _SHORT_CLAUSE_WORDS or cues.DATE_NOTICE.search(new):
        return _one(Significance.HOUSEKEEPING, Why.DATE, new)
    return _one(Significance.SUBSTANTIVE, Why.NUMBER, new)


def _tells_date(word: str) -> bool:
    return any(map(str.isdigit, word)) or not word.isascii() or bool(_MONTH.search(word) or _DATE_WORDS.fullmatch(word)) or len(word) > 9


def _counts(word: str) -> bool:
    """Return whether a word is a number or the unit of one."""
    return any(map(str.isdigit, word)) or any(sign in word for sign in "%$€£¥") or cues.COUNTING.fullmatch(word) is not None


def _date_line(raw: str) -> Meaning | None:
    """Return what a whole clause means that only tells a date, None when it tells more."""
    if len(raw) > _LONG_DATES or not _YEAR.search(raw):
        return None
    plain = _MARKUP.sub(" ", raw)
    if not dates(plain) and not _MONTH.search(plain):
        return None
    if not _WORD.search(_undated(plain)) or (cues.DATE_NOTICE.search(plain) and len(plain.split()) <= 40):
        return _one(Significance.HOUSEKEEPING, Why.DATE, plain)
    return None


def _undated(raw: str) -> str:
    """Return the text without dates, versions and the small words around them."""
    for start, end, _ in reversed(dates(raw)):
        raw = raw[:start] + " " + raw[end:]
    return _DATE_WORDS.sub(" ", _YEAR.sub(" ", _MONTH.sub(" ", _VERSION.sub(" ", raw))))


def _is_chrome(before: Side, after: Side, edit: Edit) -> bool:
    sides = [edit.before in before.chrome] if edit.before is not None else []
    sides += [edit.after in after.chrome] if edit.after is not None else []
    return all(sides)


def _is_repeat(before: Side, after: Side, edit: Edit) -> bool:
    """Return whether a clause comes that was there already, or goes and is still there: a rendering in two copies."""
    if edit.before is None and edit.after is not None:
        return after.text.clauses[edit.after].digest in before.digests
    if edit.after is None and edit.before is not None:
        return before.text.clauses[edit.before].digest in after.digests
    return False


def _of_whole_clause(text: Text, index: int, kind: EditKind, raw: str) -> Meaning:
    clause = text.clauses[index]
    words = text.normals[index].split()
    why = Why.RULES_ADDED if kind is EditKind.ADDED else Why.RULES_REMOVED
    if clause.kind is Kind.HEADING or zones.is_label(raw):
        return _one(Significance.MINOR, Why.WORDING, raw)
    if _names_a_party(text, index) and words:
        return Significance.SUBSTANTIVE, (Ground(Why.PARTY, short(raw)), Ground(why))
    if len(words) < (2 if clause.kind is Kind.ROW else 4):
        return _one(Significance.MINOR, Why.WORDING, raw)
    if len(words) <= _ANNOUNCEMENT_WORDS and cues.ANNOUNCEMENT.search(raw):
        return _one(Significance.HOUSEKEEPING if kind is EditKind.REMOVED else Significance.MINOR, Why.DATE, raw)
    if len(words) <= _CONTACT_WORDS and cues.REACH.search(raw) and cues.CONTACT.search(raw):
        return _one(Significance.MINOR, Why.CONTACT, raw)
    grounds = _grounds(words)
    if _is_lead_in(raw, words) or (not grounds and _is_fragment(clause.kind, raw, words)):
        return _one(Significance.MINOR, Why.WORDING, raw)
    return Significance.SUBSTANTIVE, (Ground(why, short(raw)), *grounds)


def _names_a_party(text: Text, index: int) -> bool:
    """Return whether a clause is an entry of a list of subprocessors, vendors, partners."""
    clause = text.clauses[index]
    return clause.kind in (Kind.ROW, Kind.ITEM) and bool(_ABOUT_PARTIES.search(clause.heading)) and clause.end - clause.start < 600


def _is_fragment(kind: Kind, raw: str, words: list[str]) -> bool:
    """Return whether a clause is a few words without a sentence, a number or a place in a table."""
    return kind is not Kind.ROW and len(words) < 12 and not zones.ends_sentence(zones.plain_of(raw)) and not _DIGIT.search(raw)


def _is_lead_in(raw: str, words: list[str]) -> bool:
    """Return whether a sentence only leads on to others: it points elsewhere or ends in a colon, and rules nothing."""
    if len(words) > 35 or lexicon.RULE_WORDS.intersection(words):
        return False
    return raw.rstrip(" *_").endswith(":") or bool(cues.POINTER.search(raw))


def _words(edit: Edit) -> _Words:
    removed = _rendered(_MARKUP.sub(" ", " ".join(words.removed for words in edit.words)[:_MOST_CHARS]))
    added = _rendered(_MARKUP.sub(" ", " ".join(words.added for words in edit.words)[:_MOST_CHARS]))
    old, new = Counter(normal_form(removed).split()), Counter(normal_form(added).split())
    return _Words(removed, added, old - new, new - old)


def _of_words(words: _Words, old: str, new: str, *, is_heading: bool) -> Meaning:
    if not words.gone and not words.come:
        return _one(Significance.FORMAT, Why.PLACE)
    if _TOKEN.search(words.both) and not _WORD.search(_TOKEN.sub(" ", words.both)):
        return _one(Significance.NOISE, Why.ROTATING, words.added or words.removed)
    if is_heading:
        return _one(Significance.MINOR, Why.WORDING, words.added or words.removed)
    facts = _facts(old, new)
    if facts:
        return Significance.SUBSTANTIVE, facts
    grounds = _grounds([*_unspelled(words)])
    if _is_contact(words, grounds):
        return _one(Significance.MINOR, Why.CONTACT, words.added or words.removed)
    grounds = grounds or _bare_number(old, new)
    if grounds:
        return Significance.SUBSTANTIVE, grounds
    is_long = sum(words.gone.values()) + sum(words.come.values()) > _LONG_REWORDING
    return _one(Significance.SUBSTANTIVE if is_long else Significance.MINOR, Why.WORDING, words.added or words.removed)


def _facts(old: str, new: str) -> tuple[Ground, ...]:
    """Return the numbers with units that differ: read in the whole clauses, since the unit itself seldom changes."""
    found = []
    old, new = _MARKUP.sub(" ", old[:_MOST_CHARS]), _MARKUP.sub(" ", new[:_MOST_CHARS])
    for pattern in (cues.PERIOD, cues.AMOUNT, cues.SHARE, cues.AGE):
        gone, come = quantities.exchanged(pattern, old, new)
        if gone or come:
            found.append(Ground(Why.NUMBER, short(f"{', '.join(gone) or 'none'} -> {', '.join(come) or 'none'}")))
    return tuple(found)


def _bare_number(old: str, new: str) -> tuple[Ground, ...]:
    """Return the numbers without a unit that became others, cross-references and dates left aside."""
    before, after = (Counter(cues.NUMBER.findall(_undated(cues.REFERENCE.sub(" ", each[:_MOST_CHARS])))) for each in (old, new))
    gone, come = before - after, after - before
    if not gone or not come:
        return ()
    return (Ground(Why.NUMBER, short(f"{', '.join(gone)} -> {', '.join(come)}")),)


def _is_contact(words: _Words, grounds: tuple[Ground, ...]) -> bool:
    """Return whether a change concerns how to reach somebody and nothing else."""
    if any(ground.why in (Why.DUTY, Why.NEGATION, Why.PURPOSE) for ground in grounds) or not cues.CONTACT.search(words.both):
        return False
    return len(words.gone) + len(words.come) <= (20 if cues.EMAIL.search(words.both) else 12 if not grounds else 0)


def _unspelled(words: _Words) -> Counter[str]:
    """Return the words that went or came, without pairs that are one word spelled in two ways."""
    gone, come = Counter(words.gone), Counter(words.come)
    for old in list(gone):
        for new in list(come):
            if _is_spelling(old, new):
                shared = min(gone[old], come[new])
                gone[old] -= shared
                come[new] -= shared
    return _unnegated(+gone, +come)


def _is_spelling(old: str, new: str) -> bool:
    return old[:2] == new[:2] and old.isalpha() and new.isalpha() and fuzz.ratio(old, new) >= 80


def _unnegated(gone: Counter[str], come: Counter[str]) -> Counter[str]:
    """Return all words that differ; negations that stand on both sides cancel out."""
    both = gone + come
    lost = sum(count for word, count in gone.items() if lexicon.why(word) is Why.NEGATION)
    won = sum(count for word, count in come.items() if lexicon.why(word) is Why.NEGATION)
    if lost == won:
        both = Counter({word: count for word, count in both.items() if lexicon.why(word) is not Why.NEGATION})
    return both


def _grounds(words: list[str]) -> tuple[Ground, ...]:
    by_why: dict[Why, list[str]] = {}
    for word in dict.fromkeys(words):
        why = lexicon.why(word)
        if why is not None:
            by_why.setdefault(why, []).append(word)
    return tuple(Ground(why, ", ".join(found[:4])) for why, found in by_why.items())
