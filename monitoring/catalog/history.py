"""What a declaration said before: `<platform>.history.json`, with the moment up to which each entry was valid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from monitoring.catalog import loader, terms_types, validation
from monitoring.catalog.declaration import CatalogError, PlatformDeclaration, SourceDeclaration

_UNKNOWN = "to-be-determined"  # what collections write when nobody knows: such an entry was never valid


@dataclass(frozen=True, slots=True)
class PastDeclaration:
    """The sources of one document as they were declared up to and including `valid_until`."""

    terms_type: str
    valid_until: datetime
    sources: tuple[SourceDeclaration, ...]


def past(platform: PlatformDeclaration) -> tuple[PastDeclaration, ...]:
    """Return the earlier declarations of a platform's documents, oldest first; empty when its file has no history.

    Raises CatalogError with every mistake found.
    """
    path = platform.path.with_suffix(".history.json")
    if not path.is_file():
        return ()
    try:
        history = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise CatalogError((f"{path.name}: this is not JSON in UTF-8 ({error}): correct it there",)) from error
    errors = tuple(f"{path.name}: {each}" for each in _mistakes(history))
    if errors:
        raise CatalogError(errors)
    return tuple(sorted(_entries(history), key=lambda each: each.valid_until))


def _mistakes(history: object) -> Iterator[str]:
    if not isinstance(history, dict):
        yield "this is not a history: give an object of terms types, each with a list of earlier declarations"
        return
    for name, entries in history.items():
        if terms_types.named(name) is None:
            yield f'"{name}": this terms type is not known: the nearest is "{terms_types.nearest(name).name}"'
        elif not isinstance(entries, list):
            yield f'"{name}": give a list of earlier declarations'
        else:
            for number, entry in enumerate(entries):
                yield from (f'"{name}"[{number}]: {each}' for each in _mistakes_of_entry(name, entry))


def _mistakes_of_entry(name: str, entry: object) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield "give an object with fetch or combine, and validUntil"
        return
    try:
        if entry.get("validUntil") != _UNKNOWN:
            _moment(entry.get("validUntil"))
    except ValueError:
        yield '"validUntil" is missing or no date: add when the entry was replaced, such as "2024-03-01T12:00:00Z"'
    declared = {"name": name, "terms": {name: _declared(entry)}}
    yield from (each.partition(": ")[2] or each for each in validation.mistakes(declared))


def _entries(history: dict[str, list[dict[str, Any]]]) -> Iterator[PastDeclaration]:
    for name, entries in history.items():
        known = terms_types.named(name)
        assert known is not None, "unknown types are refused before"
        for entry in (each for each in entries if each["validUntil"] != _UNKNOWN):
            yield PastDeclaration(known.key, _moment(entry["validUntil"]), loader.sources(_declared(entry)))


def _declared(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "validUntil"}


def _moment(value: object) -> datetime:
    """Return the moment, in UTC where it names no zone. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError("no date")
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
