"""Reads the taxonomy, the signs and the regulation library from their YAML files, once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from . import conditions
from .records import Example, Level, Library, Obligation, ProvisionType, Signs, Stance, Taxonomy, Weight

FOLDER = Path(__file__).parent


def _read(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf8") as file:
        return yaml.load(file, Loader=loader)  # noqa: S506 -- CSafeLoader is the safe loader in C


@cache
def taxonomy() -> Taxonomy:
    """Return the taxonomy. Raises ConditionError or KeyError when its file is damaged (see validation)."""
    data, positions = _read(FOLDER / "taxonomy.yaml"), _read(FOLDER / "positions.yaml")
    return Taxonomy(
        version=data["version"],
        groups=tuple((group["key"], group["name"]) for group in data["groups"]),
        types={row["key"]: _type(row, positions) for row in data["provision_types"]},
        levels=tuple(Level(row["name"], row["min"], row["max"]) for row in data["exposure_levels"]),
        modifiers=_weights(data["global_modifiers"]),
        critical_gate=tuple(conditions.parse(source) for source in data["critical_gate_any_of"]),
        silent_on=tuple(data["silent_on"]),
    )


def _type(row: dict[str, Any], positions: dict[str, dict[str, str]]) -> ProvisionType:
    names = positions["any"] | positions[row["key"]]
    return ProvisionType(
        key=row["key"],
        group=row["group"],
        name=row["name"],
        definition=row["definition"],
        include=row["include"],
        exclude=row["exclude"],
        stances=tuple(
            Stance(stance["value"], stance["rank"], stance["meaning"], names[stance["value"]])
            for stance in row["stances"]
        ),
        carveouts=tuple((carveout["key"], carveout["phrase"]) for carveout in row["carveouts"]),
        parameters=tuple(row["parameters"].items()),
        consumers=row["why_it_matters"]["consumers"],
        enterprises=row["why_it_matters"]["enterprises"],
        base=row["exposure"]["base"],
        weights=_weights([*row["exposure"]["raises"], *row["exposure"]["lowers"]]),
        obligations=tuple(row["regulations"]),
        actions=tuple(row["due_diligence_actions"]),
        comparison_scale=row["comparison_scale"],
        confidence=row["confidence"],
    )


def _weights(rows: list[dict[str, Any]]) -> tuple[Weight, ...]:
    return tuple(Weight(conditions.parse(row["when"]), row["points"], row["reason"]) for row in rows)


@cache
def library() -> Library:
    """Return the regulation library."""
    data = _read(FOLDER / "regulations.yaml")
    names = Obligation.__slots__
    rows = [{name: _frozen(row[name]) for name in names} for row in data["regulations"]]
    return Library(data["version"], data["as_of"], {row["key"]: Obligation(**row) for row in rows})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@cache
def signs() -> dict[str, Signs]:
    """Return how each provision type is read, by its key, in the order of the taxonomy."""
    rows: dict[str, Any] = {}
    for path in sorted((FOLDER / "signs").glob("*.yaml")):
        rows.update(_read(path))
    yields = _read(FOLDER / "yields.yaml")
    return {key: _signs(rows[key], yields.get(key, {})) for key in taxonomy().types}


def _signs(row: dict[str, Any], yields: dict[str, list[str]]) -> Signs:
    return Signs(
        signs=tuple((weight, pattern) for weight, pattern in row["signs"]),
        stances=tuple((stance, pattern) for stance, pattern in row["stances"]),
        carveouts=tuple(row.get("carveouts", {}).items()),
        parameters=tuple((name, rule[0], tuple(rule[1:])) for name, rule in row.get("parameters", {}).items()),
        yields={stance: tuple(others) for stance, others in yields.items()},
    )


@cache
def examples() -> tuple[Example, ...]:
    """Return the worked examples."""
    rows = _read(FOLDER / "worked_examples.yaml")["examples"]
    return tuple(
        Example(
            key=row["id"],
            platform=row["platform"],
            document=row["document"],
            section=row["section"],
            provision_type=row["type"],
            regions=tuple(row["regions"]),
            facts=row["facts"],
            score=row["expected"]["score"],
            level=row["expected"]["level"],
            trace=tuple((when, points, reason) for when, points, reason in row["expected"]["trace"]),
        )
        for row in rows
    )


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Return how each parameter is said: "open" for what is not stated, "stated" (may be missing) for a value.

    "more": "worse" or "better", what a higher number is for users; missing where that is not to be said of it alone.
    """
    rows: dict[str, dict[str, str]] = _read(FOLDER / "phrases.yaml")
    return rows


@cache
def reasons() -> dict[str, str]:
    """Return how a reason is said after "because", for those whose short form in the trace is no clause of its own."""
    rows: dict[str, str] = _read(FOLDER / "reasons.yaml")
    return rows
