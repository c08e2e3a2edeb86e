"""The linear model behind the signs: how all words of a passage speak for each type, and how sure the reading is.

Weights are trained by bench/train_provisions.py and stored in weights.npz. Two steps: a logistic regression over words for
each type, then one logistic regression, the same for all types, that weighs its score with the signs and with the score of
its rival, the other type that the words speak for most: most passages speak of one thing. The second is fitted on passages
that neither step has seen, so its probability is calibrated.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .signs import Evidence, is_definition
from .vocabulary import Vocabulary
from .words import Words

FILE = Path(__file__).with_name("weights.npz")
Floats = NDArray[np.float32]
_FAVOUR_COUNTS = 9
_BEYOND = 1000
_ROUNDING = 1e-4


@dataclass(frozen=True)
class Model:
    """The weights. rows: feature -> row of `weights`, which has one column a type.

    combining: intercept, word score, score of the rival, whether the passage explains a term, then what `combined` returns.
    """

    rows: dict[str, int]
    weights: Floats
    squares: Floats
    intercepts: Floats
    combining: Floats
    threshold: float

    @functools.cached_property
    def vocabulary(self) -> Vocabulary:
        """The features by row, ready to be found in passages."""
        return Vocabulary(self.rows)

    def word_scores(self, read: Words) -> Floats:
        """Return the score of every type for every passage, from its words alone; one row a passage."""
        scores = np.tile(self.intercepts, (len(read.passages), 1))
        if read.numbers.size == 0:
            return scores
        found, counts = self.vocabulary.found(read)
        has_known = counts > 0
        starts = (np.cumsum(counts) - counts)[has_known]
        sums = np.add.reduceat(self.weights[found], starts, axis=0)
        norms = np.sqrt(np.add.reduceat(self.squares[found], starts))
        scores[read.filled[has_known]] += sums / norms[:, None]
        return scores

    def needed(self, scores: Floats, *, least: float) -> NDArray[np.int64]:
        """Return how much must speak for each type of each passage, at the least, for a probability of `least`.

        One row a passage, one column a type; 1 where the words may be enough, more than any signs weigh where nothing is.
        """
        bounds = np.array([self._lift(favour) for favour in range(1, _FAVOUR_COUNTS + 1)])
        wanted = np.log(least / (1 - least)) - self._by_words(scores)
        needed = 1 + np.searchsorted(np.maximum.accumulate(bounds), wanted - _ROUNDING)
        return np.where(needed > _FAVOUR_COUNTS, _BEYOND, needed)

    def _lift(self, favour: int) -> float:
        """Return how far signs that speak for a type with `favour` can lift it at most."""
        low = np.array((0, 0, -2, -1, 0))
        high = np.array((min(favour, 3) / 3, max(favour - 3, 0) / 3, 0, min(favour, 6) / 3, favour >= 3))
        explains = max(0.0, float(self.combining[3]))
        return explains + float(np.maximum(self.combining[4:] * low, self.combining[4:] * high).sum())

    def _by_words(self, scores: Floats) -> Floats:
        """Return what the second step makes of word scores, before any sign."""
        return np.asarray(
            self.combining[0] + self.combining[1] * scores + self.combining[2] * rivals(scores), np.float32
        )

    def probabilities(
        self, read: Words, evidence: Sequence[Mapping[int, Evidence]], scores: Floats | None = None
    ) -> Floats:
        """Return how sure it is that each passage speaks to each type; one row a passage, one column a type."""
        logits = self._by_words(self.word_scores(read) if scores is None else scores)
        logits[[is_definition(passage.lower) for passage in read.passages]] += self.combining[3]
        for row, found in enumerate(evidence):
            for column, signs in found.items():
                logits[row, column] += combined(signs) @ self.combining[4:]
        return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def rivals(scores: Floats) -> Floats:
    """Return for each type the highest score among the other types; one row a passage."""
    highest = np.sort(scores, axis=1)[:, -2:]
    return np.where(scores == highest[:, 1:], highest[:, :1], highest[:, 1:])


def combined(signs: Evidence) -> Floats:
    """Return what the second step weighs of the signs, for a type that has any in its favour."""
    favour = signs.favour
    return np.array(
        (
            min(favour, 3) / 3,
            max(min(favour - 3, 6), 0) / 3,
            max(signs.against, -6) / 3,
            min(max(signs.best_sentence, -3), 6) / 3,
            float(signs.decides),
        ),
        np.float32,
    )


@functools.cache
def shipped() -> Model:
    """Return the model of weights.npz. Raises FileNotFoundError when it was not shipped: run bench/train_provisions.py."""
    with np.load(FILE) as file:
        names = bytes(file["names"]).decode("utf8").split("\n")
        idf = file["idf"].astype(np.float32)
        return Model(
            rows={name: row for row, name in enumerate(names)},
            weights=file["weights"].astype(np.float32) * file["scales"] * idf[:, None],
            squares=idf * idf,
            intercepts=file["intercepts"],
            combining=file["combining"],
            threshold=float(file["threshold"]),
        )
