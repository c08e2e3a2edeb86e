"""What is wrong with a declaration, in sentences that name the key and the fix; its rules are in schema.json."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import jsonschema
from jsonschema.exceptions import ValidationError

SCHEMA_PATH = Path(__file__).parent / "schema.json"


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of a declaration."""
    loaded: dict[str, Any] = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    return loaded


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema())


def mistakes(declaration: object) -> tuple[str, ...]:
    """Return one sentence for each place where a declaration breaks the schema, in the order of the file."""
    errors = sorted(
        _validator().iter_errors(declaration), key=lambda error: [str(step) for step in error.absolute_path]
    )
    return tuple(sentence for error in errors for sentence in _sentences(error))


def place(*path: str | int) -> str:
    """Return where a key stands, as a reader finds it: `terms "Privacy Policy": combine[0]: `; empty for the top."""
    steps: list[str] = []
    for step, before in zip(path, ("", *path), strict=False):
        if isinstance(step, int):
            steps[-1] += f"[{step}]"
        elif before == "terms":
            steps[-1] += f' "{step}"'
        else:
            steps.append(str(step))
    return "".join(f"{step}: " for step in steps)


def _sentences(error: ValidationError) -> Iterator[str]:
    where = place(*error.absolute_path)
    if error.validator == "required":
        yield from (f"{where}{_missing(error, key)}" for key in _values(error) if key not in _keys(error))
    elif error.validator == "additionalProperties":
        yield from (f"{where}{_unknown(error, key)}" for key in _unknown_keys(error))
    else:
        yield f"{where}{_shown(error.instance)} cannot be used here: give {_wanted(error)}"


def _missing(error: ValidationError, key: str) -> str:
    return f'"{key}" is missing: add {_description(_properties(error)[key])}'


def _unknown_keys(error: ValidationError) -> list[str]:
    return [key for key in _keys(error) if key not in _properties(error) and not key.startswith("x-")]


def _unknown(error: ValidationError, key: str) -> str:
    known = list(_properties(error))
    alike = difflib.get_close_matches(key, known, n=1)
    fix = f'did you mean "{alike[0]}"?' if alike else f"remove it, or use one of {', '.join(known)}"
    return f'"{key}" is not a key of a declaration here: {fix}'


def _wanted(error: ValidationError) -> str:
    if error.validator == "enum":
        return "one of " + ", ".join(f'"{value}"' for value in _values(error) if value)
    return _description(_rule(error))


def _values(error: ValidationError) -> list[str]:
    return cast(list[str], error.validator_value)


def _keys(error: ValidationError) -> list[str]:
    return list(cast(dict[str, Any], error.instance))


def _rule(error: ValidationError) -> dict[str, Any]:
    """Return the part of the schema that was broken; each part that can be broken describes what it wants."""
    return cast(dict[str, Any], error.schema)


def _properties(error: ValidationError) -> dict[str, Any]:
    return cast(dict[str, Any], _rule(error)["properties"])


def _description(part: dict[str, Any]) -> str:
    if "description" not in part and "$ref" in part:
        part = schema()["$defs"][part["$ref"].removeprefix("#/$defs/")]
    return str(part["description"])


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"
