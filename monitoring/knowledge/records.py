"""What the taxonomy and the regulation library say, as values: provision types, stances, exposure rules, obligations."""

from __future__ import annotations

from dataclasses import dataclass

from .conditions import Condition


@dataclass(frozen=True, slots=True)
class Stance:
    """A position a text can take; rank 1 is best for users; None is "unclear".

    meaning completes "the text …"; name is what a table calls it, beside the name of its type.
    """

    key: str
    rank: int | None
    meaning: str
    name: str


@dataclass(frozen=True, slots=True)
class Weight:
    """What moves an exposure score by how many points, and why."""

    condition: Condition
    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class ProvisionType:
    """One question that can be asked of every platform. stances: best for users first, "unclear" last.

    carveouts: key and phrase. parameters: name and kind (int, bool, string, list, money, number).
    weights: what raises or lowers the exposure, in the order of the published trace.
    """

    key: str
    group: str
    name: str
    definition: str
    include: str
    exclude: str
    stances: tuple[Stance, ...]
    carveouts: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, str], ...]
    consumers: str
    enterprises: str
    base: int
    weights: tuple[Weight, ...]
    obligations: tuple[str, ...]
    actions: tuple[str, ...]
    comparison_scale: str
    confidence: str

    def stance(self, key: str) -> Stance:
        """Return the stance of that key. Raises KeyError when this type has none such."""
        return next((stance for stance in self.stances if stance.key == key), None) or _missing(self.key, key)

    def phrase(self, carveout: str) -> str:
        """Return how a carve-out is said in prose."""
        return dict(self.carveouts)[carveout]


def _missing(provision_type: str, stance: str) -> Stance:
    raise KeyError(f"{provision_type}: no stance {stance!r}; see taxonomy.yaml")


@dataclass(frozen=True, slots=True)
class Level:
    """A band of the exposure score, both ends included."""

    name: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The published taxonomy of one version. groups: key and name. silent_on: subjects that have no type on purpose."""

    version: str
    groups: tuple[tuple[str, str], ...]
    types: dict[str, ProvisionType]
    levels: tuple[Level, ...]
    modifiers: tuple[Weight, ...]
    critical_gate: tuple[Condition, ...]
    silent_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One citable entry of the library: an article and its duty.

    applies_when completes "Where …, see {citation}". in_force, next_date: ISO dates or "". verify: what to check again.
    """

    key: str
    instrument: str
    citation: str
    jurisdictions: tuple[str, ...]
    kind: str
    duty: str
    in_force: str
    status: str
    regulator: str
    max_penalty: str
    penalty_basis: str
    private_right_of_action: bool
    penalty_tier: int
    source_url: str
    applies_when: str
    next_date: str
    confidence: str
    verify: str
    provision_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """The regulation library of one version; as_of: the day its statuses were read."""

    version: str
    as_of: str
    obligations: dict[str, Obligation]


@dataclass(frozen=True, slots=True)
class Signs:
    """How one provision type is read from a text: patterns over plain lower-case text.

    signs: weight and pattern; negative weights speak against. stances: tried in order. parameters: name, kind, patterns.
    yields: a stance that tells only what a passage leaves unsaid, and the stances of the same document it gives way to.
    """

    signs: tuple[tuple[int, str], ...]
    stances: tuple[tuple[str, str], ...]
    carveouts: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, str, tuple[str, ...]], ...]
    yields: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: facts in; score, level and trace that must come out."""

    key: int
    platform: str
    document: str
    section: str
    provision_type: str
    regions: tuple[str, ...]
    facts: dict[str, object]
    score: int
    level: str
    trace: tuple[tuple[str, int, str], ...]
