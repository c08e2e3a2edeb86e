"""The closed list of terms types, read from terms_types.yaml: what a document commits to, whatever it is called.

`key` is what the database and URLs hold, `name` what Open Terms Archive writes: "Terms of Use" are Terms of Service.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class TermsType:
    """One kind of document: a stable key, the name to show, one line of explanation, other names it goes by."""

    key: str
    name: str
    description: str
    aliases: tuple[str, ...]
    is_ai_specific: bool


def _read(path: Path) -> Iterator[TermsType]:
    for section, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        for entry in entries:
            yield TermsType(
                key=re.sub(r"[^a-z0-9]+", "-", entry["name"].lower()).strip("-"),
                name=entry["name"],
                description=entry["description"],
                aliases=tuple(entry.get("aliases", ())),
                is_ai_specific=section == "ai_specific",
            )


TERMS_TYPES: tuple[TermsType, ...] = tuple(_read(Path(__file__).with_suffix(".yaml")))
BY_KEY: dict[str, TermsType] = {each.key: each for each in TERMS_TYPES}
_BY_NAME: dict[str, TermsType] = {name.casefold(): each for each in TERMS_TYPES for name in (each.name, *each.aliases)}


def named(name: str) -> TermsType | None:
    """Return the terms type of this name or alias, whatever its capitals; None when the list has none."""
    return _BY_NAME.get(" ".join(name.split()).casefold())


def nearest(name: str) -> TermsType:
    """Return the terms type whose name or alias is spelled most like this one."""
    spelled = name.casefold()
    closest = max(_BY_NAME, key=lambda known: difflib.SequenceMatcher(None, spelled, known).ratio())
    return _BY_NAME[closest]
