"""Slugs that were, as former_slugs.yaml declares them: an address that somebody cited must go on leading somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("former_slugs.yaml")


@dataclass(frozen=True, slots=True)
class Former:
    """platforms: old slug to new. documents: "platform/old" to "platform/new", platforms by their present slugs."""

    platforms: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)

    def path(self, path: str) -> str | None:
        """Return the present path of "/platforms/<platform>/<document>/…"; None where nothing in it was ever renamed."""
        head, *parts = path.lstrip("/").split("/")
        if head != "platforms" or not parts:
            return None
        now = [self.platforms.get(parts[0], parts[0]), *parts[1:]]
        if len(now) > 1 and (moved := self.documents.get(f"{now[0]}/{now[1]}")):
            now[:2] = moved.split("/", 1)
        return f"/platforms/{'/'.join(now)}" if now != parts else None


@cache
def former() -> Former:
    found = yaml.safe_load(FILE.read_text(encoding="utf8"))
    return Former(platforms=found["platforms"], documents=found["documents"])
