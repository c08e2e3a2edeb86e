"""What a watch may listen for in a provision: one sentence of a closed grammar (docs/rules.md), built on the taxonomy.

    data_retention days above 30        model_training_use becomes less favourable        arbitration appears

Nothing is executed: a sentence is read into a WatchRule, which compares two values. No Django here.
"""

from __future__ import annotations

import difflib
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitoring import knowledge
from monitoring.classify import Direction, Fate
from monitoring.knowledge import ProvisionType

FATES = {"appears": Fate.NEW, "disappears": Fate.WITHDRAWN, "changes": Fate.REVISED}
DIRECTIONS = {"less favourable": Direction.WORSE, "more favourable": Direction.BETTER}
MOVES = ("appears", "disappears", "changes", "rises", "falls")
_NUMBERS: Mapping[str, Callable[[float, float], bool]] = {
    "above": operator.gt,
    "below": operator.lt,
    "at least": operator.ge,
    "at most": operator.le,
    "is": operator.eq,
}
# Which comparisons a parameter of each kind knows.
COMPARISONS: Mapping[str, tuple[str, ...]] = {
    "int": tuple(_NUMBERS),
    "number": tuple(_NUMBERS),
    "money": tuple(_NUMBERS),
    "bool": ("is",),
    "string": ("is", "includes"),
    "list": ("includes",),
}
LONGEST = 200
_FATES_IN_WORDS = {"appears": "newly stated", "disappears": "no longer stated", "changes": "revised"}
_UNITS = ("days", "hours", "months")


class RuleError(ValueError):
    """A sentence cannot be read as a rule; the message names the word and what may stand there."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a provision says at one moment; taxonomy: the revision of the taxonomy it was read by.

    parameters: of those that moved with the Change, the value on this side; None where it was or is not stated.
    """

    stance: str
    carveouts: frozenset[str]
    parameters: Mapping[str, object]
    taxonomy: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a Change did to one provision. before is None where it is new, after where it was withdrawn."""

    provision_type: str
    fate: str
    direction: str
    before: Said | None
    after: Said | None

    @property
    def is_comparable(self) -> bool:
        """Whether both sides were read by one revision of the taxonomy: else a difference may be ours, not the text's."""
        return self.before is None or self.after is None or self.before.taxonomy == self.after.taxonomy


@dataclass(frozen=True, slots=True)
class WatchRule:
    """One sentence: about a type as a whole (subject ""), its stance, a parameter or a carve-out of it."""

    provision_type: str
    verb: str
    subject: str = ""
    value: str = ""
    is_exception: bool = False

    def __str__(self) -> str:
        said = "exception" if self.is_exception else ""
        return " ".join(part for part in (self.provision_type, said, self.subject, self.verb, self.value) if part)

    @property
    def words(self) -> str:
        """The rule as a reader says it, with the taxonomy's own names: "Retention periods: … is above 30 days"."""
        row = knowledge.taxonomy().types[self.provision_type]
        return f"{row.name}: {self._said(row)}"

    def _said(self, row: ProvisionType) -> str:
        if self.is_exception:
            phrase = row.phrase(self.subject)
            return f"an exception for {phrase} {'is newly made' if self.verb == 'appears' else 'is no longer made'}"
        if self.subject:
            return _parameter_in_words(self)
        if self.verb in FATES:
            return _FATES_IN_WORDS[self.verb]
        if self.value in DIRECTIONS:
            return f"becomes {self.value} for users"
        return f"the text {'newly' if self.verb == 'becomes' else 'no longer'} {row.stance(self.value).meaning}"

    def holds(self, step: Step) -> bool:
        """Return whether the rule fires on `step`: what it names came about with this very change."""
        if step.provision_type != self.provision_type or not step.is_comparable:
            return False
        if self.is_exception:
            return self._came_or_went(_carveouts(step.before), _carveouts(step.after))
        if self.subject:
            return self._moved(_value(step.before, self.subject), _value(step.after, self.subject))
        if self.verb in FATES:
            return step.fate == FATES[self.verb]
        if self.value in DIRECTIONS:
            return step.direction == DIRECTIONS[self.value]
        stands, stood = _stance(step.after) == self.value, _stance(step.before) == self.value
        return stands and not stood if self.verb == "becomes" else stood and not stands

    def _came_or_went(self, before: frozenset[str], after: frozenset[str]) -> bool:
        gained, lost = (after, before) if self.verb == "appears" else (before, after)
        return self.subject in gained and self.subject not in lost

    def _moved(self, before: object, after: object) -> bool:
        """Whether a parameter's value is another one now, and one that the rule asks for."""
        if before == after:
            return False
        match self.verb:
            case "appears":
                return before is None
            case "disappears":
                return after is None
            case "changes":
                return before is not None and after is not None
            case "rises":
                return _is_number(before) and _is_number(after) and after > before  # type: ignore[operator]
            case "falls":
                return _is_number(before) and _is_number(after) and after < before  # type: ignore[operator]
        return after is not None and _compares(after, self.verb, self.value)


def _parameter_in_words(rule: WatchRule) -> str:
    """Return what a rule asks of a parameter, with the phrase by which the taxonomy says it ("how long … is kept")."""
    asked = knowledge.phrases()[rule.subject]["open"]
    match rule.verb:
        case "appears" | "disappears":
            return f"the text {'newly' if rule.verb == 'appears' else 'no longer'} says {asked}"
        case "changes" | "rises" | "falls":
            return f"{asked} {rule.verb}"
        case "is" if rule.value in ("true", "false"):
            return f"{asked}: {'yes' if rule.value == 'true' else 'no'}"
        case "is" | "includes" if not _is_written_number(rule.value):
            return f"{asked}: “{rule.value}”"
    unit = next((unit for unit in _UNITS if unit in rule.subject.split("_")), "")
    return f"{asked}: {'' if rule.verb == 'is' else rule.verb} {rule.value} {unit}".replace(":  ", ": ").rstrip()


def parse(sentence: str) -> WatchRule:
    """Return the rule that `sentence` says, with shortened names written out. Raises RuleError."""
    words = [word.strip("`'\"“”,.").lower() for word in sentence.split()]
    words = [word for word in words if word]
    if len(sentence) > LONGEST:
        raise RuleError(f"A rule has at most {LONGEST} characters; this has {len(sentence)}.")
    if len(words) < 2:
        raise RuleError("A rule names a provision type and what happens to it: “data_retention changes”.")
    rule = _condition(_type(words[0]), words[1:])
    if len(str(rule)) > LONGEST:
        raise RuleError(
            f"A rule has at most {LONGEST} characters; with its names written out this has {len(str(rule))}."
        )
    return rule


def sentences(row: ProvisionType) -> tuple[str, ...]:
    """Return every rule on a type that needs no number or word of one's own, in the order of the form."""
    whole = [*FATES, *(f"becomes {value}" for value in DIRECTIONS)]
    stances = [f"{verb} {stance.key}" for stance in row.stances for verb in ("becomes", "leaves")]
    exceptions = [f"exception {key} {verb}" for key, _ in row.carveouts for verb in ("appears", "disappears")]
    parameters = [f"{name} {move}" for name, kind in row.parameters for move in moves(kind)]
    return tuple(f"{row.key} {rest}" for rest in (*whole, *stances, *exceptions, *parameters))


def moves(kind: str) -> tuple[str, ...]:
    """Return what may happen to a parameter of that kind."""
    return MOVES if "above" in COMPARISONS[kind] else MOVES[:3]


def _type(word: str) -> ProvisionType:
    types = knowledge.taxonomy().types
    if word in types:
        return types[word]
    fitting = [key for key in types if f"_{word}_" in f"_{key}_"]
    if len(fitting) == 1:
        return types[fitting[0]]
    if fitting:
        raise RuleError(f"“{word}” may mean {_either(fitting)}: write one of them.")
    raise RuleError(f"There is no provision type “{word}”{_nearest(word, types)}. All of them: /methodology/.")


def _condition(row: ProvisionType, words: Sequence[str]) -> WatchRule:
    first, rest = words[0], " ".join(words[1:])
    if first in FATES and not rest:
        return WatchRule(row.key, first)
    if first in ("becomes", "leaves"):
        return WatchRule(row.key, first, value=_stance_named(row, first, rest.replace("favorable", "favourable")))
    if first == "exception":
        return _exception(row, words[1:])
    return _parameter(row, words)


def _stance_named(row: ProvisionType, verb: str, word: str) -> str:
    offered = [*(DIRECTIONS if verb == "becomes" else ()), *(stance.key for stance in row.stances)]
    if word in offered:
        return word
    raise RuleError(f"{row.key} {verb} what? “{word}” is none of {_either(offered)}.")


def _exception(row: ProvisionType, words: Sequence[str]) -> WatchRule:
    keys = [key for key, _ in row.carveouts]
    if not keys:
        raise RuleError(f"{row.key} has no exceptions that are told apart.")
    if len(words) != 2 or words[0] not in keys or words[1] not in ("appears", "disappears"):
        raise RuleError(f"Write “{row.key} exception … appears” or “… disappears”, with {_either(keys)}.")
    return WatchRule(row.key, words[1], subject=words[0], is_exception=True)


def _parameter(row: ProvisionType, words: Sequence[str]) -> WatchRule:
    name, kind = _named(row, words[0])
    rest = " ".join(words[1:])
    if rest in moves(kind):
        return WatchRule(row.key, rest, subject=name)
    for comparison in COMPARISONS[kind]:
        if rest.startswith(f"{comparison} "):
            return WatchRule(row.key, comparison, name, _operand(kind, rest.removeprefix(f"{comparison} "), name))
    offered = [*moves(kind), *(f"{comparison} …" for comparison in COMPARISONS[kind])]
    raise RuleError(f"{row.key} {name}: “{rest}” cannot be read; write {_either(offered)}.")


def _named(row: ProvisionType, word: str) -> tuple[str, str]:
    """Return name and kind of the parameter: `word` itself, or the first of the type that ends in it."""
    for name, kind in sorted(row.parameters, key=lambda each: each[0] != word):
        if name == word or name.endswith(f"_{word}"):
            return name, kind
    known = [name for name, _ in row.parameters]
    offered = [*FATES, "becomes …", "leaves …", *known]
    raise RuleError(f"{row.key} has no “{word}”{_nearest(word, known)}. After {row.key} may stand {_either(offered)}.")


def _operand(kind: str, text: str, name: str) -> str:
    if kind == "bool" and text not in ("true", "false"):
        raise RuleError(f"{name} is true or false, not “{text}”.")
    if "above" in COMPARISONS[kind] and not _is_written_number(text):
        raise RuleError(f"{name} is compared with a number in digits, not with “{text}”.")
    return text


def _is_written_number(text: str) -> bool:
    whole, _, part = text.partition(".")
    return text.isascii() and whole.isdigit() and len(text) < 16 and (part.isdigit() or "." not in text)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _compares(value: object, comparison: str, wanted: str) -> bool:
    if isinstance(value, bool):
        return value == (wanted == "true")
    if _is_number(value):
        return comparison in _NUMBERS and _NUMBERS[comparison](float(value), float(wanted))  # type: ignore[arg-type]
    if isinstance(value, list | tuple):
        return any(wanted in str(each).lower() for each in value)
    text = str(value).lower()
    return wanted in text if comparison == "includes" else wanted == text


def _carveouts(said: Said | None) -> frozenset[str]:
    return said.carveouts if said else frozenset()


def _stance(said: Said | None) -> str:
    return said.stance if said else ""


def _value(said: Said | None, name: str) -> object:
    return said.parameters.get(name) if said else None


def _either(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}" if near else ""
