"""Which entries of the regulation library are offered for a provision, in which order, and what sanctions stand behind them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitoring import knowledge
from monitoring.knowledge import Obligation

SPELLED_OUT = 5
_MINORS = re.compile(r"\b(?:minors?|child|children)\b")
_NAMES = {
    "EU": "EU/EEA",
    "EEA": "EU/EEA",
    "UK": "United Kingdom",
    "US": "United States (federal)",
    "US-CA": "California",
    "US-CO": "Colorado",
    "US-CT": "Connecticut",
    "US-IL": "Illinois",
    "US-NJ": "New Jersey",
    "US-NY": "New York",
    "US-NY-NYC": "New York City",
    "US-OR": "Oregon",
    "US-TX": "Texas",
    "US-UT": "Utah",
    "US-VA": "Virginia",
    "US-WA": "Washington",
    "CA": "Canada",
    "CA-QC": "Quebec",
    "BR": "Brazil",
    "AU": "Australia",
    "JP": "Japan",
    "KR": "South Korea",
    "CN": "China",
    "IN": "India",
    "INTL": "International",
}
_RISK = {
    "Low": ("Low", "Low", "Moderate"),
    "Medium": ("Low", "Moderate", "Moderate"),
    "High": ("Moderate", "Moderate", "Elevated"),
    "Critical": ("Moderate", "Elevated", "Elevated"),
}
_PROFILES = ("light", "moderate", "heavy")
_MODERATE_FROM, _HEAVY_FROM = 4, 7
PROFILE_RANGES = {
    "light": f"light below {_MODERATE_FROM}",
    "moderate": f"moderate from {_MODERATE_FROM} to below {_HEAVY_FROM}",
    "heavy": f"heavy from {_HEAVY_FROM}",
}


@dataclass(frozen=True, slots=True)
class EnforcementRisk:
    """The reach of the text set against the sanctions on the books; no probability.

    level: Low, Moderate or Elevated. profile: light, moderate or heavy, from `weight`. ceilings: ceiling and basis.
    """

    level: str
    profile: str
    weight: float
    ceilings: tuple[tuple[str, str], ...]


def matching(
    provision_type: str, *, regions: Sequence[str], facts: Mapping[str, object], on: date
) -> tuple[Obligation, ...]:
    """Return what is offered for a provision, in order: applicable before future, binding before the rest, then as listed.

    regions: where this version is offered; a country also stands for its states. Whether an entry applies is not decided
    here: its condition is shown. Entries on children are left out where the facts say that minors are not admitted.
    """
    library = knowledge.library().obligations
    listed = [library[key] for key in knowledge.taxonomy().types[provision_type].obligations]
    offered = [entry for entry in listed if overlaps(entry, regions) and not _contradicted(entry, facts)]
    return tuple(sorted(offered, key=lambda entry: (not applicable(entry, on), entry.kind != "binding")))


def overlaps(entry: Obligation, regions: Sequence[str]) -> bool:
    """Return whether an entry belongs to one of these places; what is international belongs to all."""
    return any(
        place == "INTL" or any(place == region or place.startswith(region + "-") for region in regions)
        for place in entry.jurisdictions
    )


def _contradicted(entry: Obligation, facts: Mapping[str, object]) -> bool:
    about_minors = _MINORS.search(entry.applies_when) or entry.key == "coppa_rule"
    return facts.get("minors_admitted") is False and bool(about_minors)


def applicable(entry: Obligation, on: date) -> bool:
    """Return whether an entry is recorded as applicable on a day."""
    return bool(entry.in_force) and entry.in_force <= on.isoformat()


def jurisdiction(entry: Obligation) -> str:
    """Return where an entry belongs, in words."""
    return _NAMES[entry.jurisdictions[0]]


def spelled_out(entries: Sequence[Obligation]) -> tuple[Obligation, ...]:
    """Return up to five entries to be told in full: one a jurisdiction first, then the rest, in order."""
    first: dict[str, Obligation] = {}
    for entry in entries:
        first.setdefault(jurisdiction(entry), entry)
    heads = list(first.values())
    rest = [entry for entry in entries if entry not in heads]
    return tuple((*heads, *rest)[:SPELLED_OUT])


def by_jurisdiction(entries: Sequence[Obligation]) -> tuple[tuple[str, tuple[Obligation, ...]], ...]:
    """Return the entries grouped by place, places in order of their first entry."""
    grouped: dict[str, list[Obligation]] = {}
    for entry in entries:
        grouped.setdefault(jurisdiction(entry), []).append(entry)
    return tuple((name, tuple(group)) for name, group in grouped.items())


def enforcement_risk(entries: Sequence[Obligation], *, level: str, on: date) -> EnforcementRisk:
    """Return the risk of an exposure level before the sanctions of these entries.

    Each binding entry counts its penalty tier, one more if individuals can sue, and one more (or less) as it is in force
    (or not); the profile is the highest, half the second and a quarter of the third. See docs/methodology-provisions.md.
    """
    binding = [entry for entry in entries if entry.kind == "binding"]
    valued = sorted(
        ((_weight(entry, on), -place, entry) for place, entry in enumerate(binding)), key=lambda v: v[:2], reverse=True
    )
    weight = sum(value * share for (value, _, _), share in zip(valued, (1, 0.5, 0.25), strict=False))
    profile = 0 if weight < _MODERATE_FROM else 1 if weight < _HEAVY_FROM else 2
    in_force = sorted((entry for _, _, entry in valued if applicable(entry, on)), key=lambda entry: -entry.penalty_tier)
    ceilings = {entry.max_penalty: entry.penalty_basis for entry in reversed(in_force)}
    kept = tuple((ceiling, ceilings[ceiling]) for ceiling in dict.fromkeys(entry.max_penalty for entry in in_force))
    return EnforcementRisk(_RISK[level][profile], _PROFILES[profile], round(weight, 2), kept[:2])


def matrix() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the enforcement-risk matrix: each exposure level with its risk before a light, moderate and heavy profile."""
    return tuple(_RISK.items())


def _weight(entry: Obligation, on: date) -> int:
    return entry.penalty_tier + int(entry.private_right_of_action) + (1 if applicable(entry, on) else -1)
