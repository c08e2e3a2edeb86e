"""What stance the words of a passage lean to as a whole, for passages whose wording no pattern of the signs settles.

Weights are trained by bench/train_provisions.py and stored in leanings.npz: for each type a logistic regression over single
words and stems, with "unclear" among its answers. Where no stance is likely enough, "unclear" it stays.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import words
from .plain import Plain

FILE = Path(__file__).with_name("leanings.npz")
LEAST = 0.5
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Leanings:
    """The weights. rows: feature -> row of `weights` and of `idf`; stances: of each type, with their first column."""

    rows: Mapping[str, int]
    idf: Floats
    weights: Floats
    intercepts: Floats
    stances: Mapping[str, tuple[int, tuple[str, ...]]]

    def stance(self, provision_type: str, passage: Plain) -> str:
        """Return the stance that a passage on a type leans to, "unclear" where none is likely enough."""
        first, names = self.stances.get(provision_type, (0, ()))
        if not names:
            return "unclear"
        chances = self._chances(passage, slice(first, first + len(names)))
        best = int(chances.argmax())
        return names[best] if chances[best] >= LEAST else "unclear"

    def _chances(self, passage: Plain, columns: slice) -> Floats:
        rows = [self.rows[name] for name in features(passage) if name in self.rows]
        said = self.idf[rows]
        logits = said @ self.weights[rows, columns] / max(1e-9, float(np.linalg.norm(said))) + self.intercepts[columns]
        shares = np.exp(logits - logits.max())
        return np.asarray(shares / shares.sum(), np.float32)


def features(passage: Plain) -> list[str]:
    """Return the words of a passage and the stems of the longer ones, each once."""
    spelled = dict.fromkeys(words.spelled(word) for word in words.split([passage]).unique)
    stems = dict.fromkeys("s:" + word[: words.STEM] for word in spelled if len(word) > words.STEM)
    return [*spelled, *stems]


@functools.cache
def shipped() -> Leanings:
    """Return the weights of leanings.npz. Raises FileNotFoundError when it was not shipped: run bench/train_provisions.py."""
    with np.load(FILE) as file:
        rows, columns = (bytes(file[name]).decode("utf8").split("\n") for name in ("names", "columns"))
        return Leanings(
            rows={name: row for row, name in enumerate(rows)},
            idf=file["idf"].astype(np.float32),
            weights=file["weights"].astype(np.float32) * file["scales"],
            intercepts=file["intercepts"],
            stances=_by_type(columns),
        )


def _by_type(columns: list[str]) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return the stances of each type with their first column; columns: "type stance", those of a type in a row."""
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    for number, column in enumerate(columns):
        key, _, stance = column.partition(" ")
        first, names = found.get(key, (number, ()))
        found[key] = (first, (*names, stance))
    return found
