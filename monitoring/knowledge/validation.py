"""Checks that taxonomy, signs and library agree with each other; the build runs it as a test."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from .loader import library, phrases, reasons, signs, taxonomy
from .records import ProvisionType

CONTEXT_FACTS = frozenset(
    {
        "stance",
        "carveouts",
        "age_min",
        "minors_admitted",
        "change_direction",
        "change_age_days",
        "sole_discretion",
        "incorporated_by_reference",
        "documents_inconsistent",
        "audience",
        "region_variant",
        "negotiable",
        "group",
    }
)
KINDS = ("binding", "guidance", "voluntary")


def errors() -> tuple[str, ...]:
    """Return what is wrong, one line each, naming type or entry; empty when all is well."""
    return (*_levels(), *_types(), *_gate(), *_obligations(), *_signs(), *_phrases(), *_reasons())


def _levels() -> Iterator[str]:
    levels = taxonomy().levels
    if [level.name for level in levels] != ["Low", "Medium", "High", "Critical"]:
        yield "levels: must be Low, Medium, High, Critical"
    if any(low.highest + 1 != high.lowest for low, high in itertools.pairwise(levels)):
        yield "levels: gap or overlap"


def _types() -> Iterator[str]:
    groups = dict(taxonomy().groups)
    for provision_type in taxonomy().types.values():
        key = provision_type.key
        if provision_type.group not in groups:
            yield f"{key}: unknown group {provision_type.group}"
        if provision_type.stances[-1].key != "unclear" or provision_type.stances[-1].rank is not None:
            yield f'{key}: the last stance must be "unclear" without a rank'
        ranks = [stance.rank for stance in provision_type.stances[:-1]]
        if ranks != list(range(1, len(ranks) + 1)):
            yield f"{key}: ranks must count from 1"
        yield from _facts(provision_type)
        yield from (f"{key}: unknown obligation {name}" for name in provision_type.obligations if name not in _known())


def _facts(provision_type: ProvisionType) -> Iterator[str]:
    known = CONTEXT_FACTS | dict(provision_type.parameters).keys()
    stances = {stance.key for stance in provision_type.stances}
    for weight in provision_type.weights:
        for term in weight.condition.terms:
            if term.fact not in known:
                yield f"{provision_type.key}: unknown fact {term.fact}"
            if term.fact == "stance" and term.value not in stances:
                yield f"{provision_type.key}: unknown stance {term.value}"


def _gate() -> Iterator[str]:
    parameters = {name for row in taxonomy().types.values() for name, _ in row.parameters}
    for condition in taxonomy().critical_gate:
        yield from (f"gate: unknown fact {t.fact}" for t in condition.terms if t.fact not in CONTEXT_FACTS | parameters)


def _phrases() -> Iterator[str]:
    names = {name for row in taxonomy().types.values() for name, _ in row.parameters}
    yield from (f"{name}: no phrase in phrases.yaml" for name in sorted(names - phrases().keys()))
    yield from (f"{name}: phrase for no parameter" for name in sorted(phrases().keys() - names))
    sides = ((name, said["more"]) for name, said in phrases().items() if "more" in said)
    yield from (
        f"{name}: more is worse or better, not {side}" for name, side in sides if side not in ("worse", "better")
    )


def _known() -> frozenset[str]:
    return frozenset(library().obligations)


def _obligations() -> Iterator[str]:
    for key, obligation in library().obligations.items():
        naming = {name for name, row in taxonomy().types.items() if key in row.obligations}
        if naming != set(obligation.provision_types):
            yield f"{key}: the types it names and the types that name it differ"
        if obligation.kind not in KINDS or obligation.confidence not in ("high", "medium", "low"):
            yield f"{key}: kind or confidence outside the closed lists"
        if not all((obligation.duty, obligation.status, obligation.source_url, obligation.applies_when)):
            yield f"{key}: an empty duty, status, source or condition"


def _signs() -> Iterator[str]:
    for key, rules in signs().items():
        provision_type = taxonomy().types[key]
        stances = {stance.key for stance in provision_type.stances}
        patterns = [pattern for _, pattern in (*rules.signs, *rules.stances, *rules.carveouts)]
        yield from (f"{key}: {error}" for error in map(_bad_pattern, patterns) if error)
        yield from (f"{key}: sign for unknown stance {name}" for name, _ in rules.stances if name not in stances)
        named = {*rules.yields, *(name for others in rules.yields.values() for name in others)}
        yield from (f"{key}: unknown stance {name} in yields.yaml" for name in named - stances)
        known = {name for name, _ in provision_type.carveouts}
        yield from (f"{key}: sign for unknown carve-out {name}" for name, _ in rules.carveouts if name not in known)
        for name, _, _ in rules.parameters:
            if name not in dict(provision_type.parameters):
                yield f"{key}: sign for unknown parameter {name}"


def _bad_pattern(pattern: str) -> str:
    try:
        re.compile(re.sub(r"\{(?:number|short|long)\}", "x", pattern))
    except re.error as error:
        return f"pattern {pattern[:40]!r}: {error}"
    return ""


def _reasons() -> Iterator[str]:
    weights = [*taxonomy().modifiers, *(weight for row in taxonomy().types.values() for weight in row.weights)]
    known = {weight.reason for weight in weights}
    yield from (f"reasons.yaml: no weight has the reason {reason!r}" for reason in reasons().keys() - known)
