"""The taxonomy and the regulation library as plain values: what the pages and the API publish as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from . import loader
from .records import Obligation, ProvisionType, Weight


def taxonomy() -> dict[str, Any]:
    """Return the taxonomy: types with definitions, stances best for users first, exceptions, parameters, exposure rules."""
    taxonomy = loader.taxonomy()
    return {
        "version": taxonomy.version,
        "groups": [{"key": key, "name": name} for key, name in taxonomy.groups],
        "levels": [asdict(level) for level in taxonomy.levels],
        "modifiers": [_weight(weight) for weight in taxonomy.modifiers],
        "critical_gate": [condition.source for condition in taxonomy.critical_gate],
        "silent_on": list(taxonomy.silent_on),
        "types": [provision_type(row) for row in taxonomy.types.values()],
    }


def provision_type(row: ProvisionType) -> dict[str, Any]:
    """Return one type."""
    return {
        "key": row.key,
        "group": row.group,
        "name": row.name,
        "definition": row.definition,
        "include": row.include,
        "exclude": row.exclude,
        "stances": [asdict(stance) for stance in row.stances],
        "carveouts": [{"key": key, "phrase": phrase} for key, phrase in row.carveouts],
        "parameters": [{"name": name, "kind": kind} for name, kind in row.parameters],
        "exposure": {"base": row.base, "weights": [_weight(weight) for weight in row.weights]},
        "regulations": list(row.obligations),
    }


def library() -> dict[str, Any]:
    """Return the regulation library."""
    library = loader.library()
    return {
        "version": library.version,
        "as_of": library.as_of,
        "regulations": [regulation(entry) for entry in library.obligations.values()],
    }


def regulation(entry: Obligation) -> dict[str, Any]:
    """Return one entry of the library; a date that is not recorded is null."""
    data = asdict(entry)
    return data | {name: data[name] or None for name in ("in_force", "next_date", "verify")}


def _weight(weight: Weight) -> dict[str, Any]:
    return {"when": weight.condition.source, "points": weight.points, "reason": weight.reason}
