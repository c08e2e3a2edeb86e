"""Pairs of clauses: the same unit in two versions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clauses that are one: indexes in either text."""

    before: int
    after: int
