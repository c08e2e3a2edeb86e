"""Trains what stance words lean to (monitoring/classify/leanings.npz); a part of `python -m bench.train_provisions`.

Learns from paragraphs labelled with a stance and from our own sentences. Where a careful reader left the stance open among
the paragraphs labelled last, "unclear" is what it learns.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bench.provision_texts import Paragraph
from monitoring.classify import leanings
from monitoring.classify.plain import plain

REGULAR = 100.0
RARE = 2


def train(rows: Sequence[Paragraph]) -> leanings.Leanings:
    """Return weights learned from the stances of paragraphs."""
    said = [leanings.features(plain(row.text)) for row in rows]
    counts = Counter(name for names in said for name in names)
    names = sorted(name for name, count in counts.items() if count >= RARE)
    idf = np.array([np.log((1 + len(rows)) / (1 + counts[name])) + 1 for name in names], np.float32)
    features = _matrix(said, {name: row for row, name in enumerate(names)}, idf)
    parts, intercepts, stances = [], [], {}
    first = 0
    for key, labels in sorted(_labels(rows).items()):
        fitted = LogisticRegression(C=REGULAR, max_iter=400, class_weight="balanced")
        fitted.fit(features[[row for row, _ in labels]], [stance for _, stance in labels])
        weights, steps = _columns(fitted)
        parts.append(weights)
        intercepts.append(steps)
        stances[key] = (first, tuple(fitted.classes_))
        first += len(fitted.classes_)
    return leanings.Leanings(
        {name: row for row, name in enumerate(names)},
        idf,
        np.concatenate(parts, axis=1).astype(np.float32),
        np.concatenate(intercepts).astype(np.float32),
        stances,
    )


def _matrix(said: Iterable[Sequence[str]], rows: dict[str, int], idf: np.ndarray) -> csr_matrix:
    """Return the features of paragraphs as the weights see them: idf, at unit length."""
    known = [[rows[name] for name in names if name in rows] for names in said]
    values = [idf[some] / max(1e-9, np.linalg.norm(idf[some])) for some in known]
    ends = np.cumsum([0, *map(len, known)])
    return csr_matrix((np.concatenate(values), np.concatenate(known), ends), shape=(len(known), len(rows)))


def _labels(rows: Sequence[Paragraph]) -> dict[str, list[tuple[int, str]]]:
    """Return for each type with two stances at least the paragraphs that state it, by number, with their stance."""
    found = defaultdict(list)
    for number, row in enumerate(rows):
        for key in row.types & row.stance.keys():
            found[key].append((number, row.stance[key]))
    return {key: labels for key, labels in found.items() if len({stance for _, stance in labels}) > 1}


def _columns(fitted: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    """Return weights and intercepts, a column a stance; of two stances, scikit-learn only has the second's."""
    if len(fitted.classes_) > 2:
        return fitted.coef_.T, fitted.intercept_
    zeros = np.zeros_like(fitted.coef_)
    return np.concatenate((zeros, fitted.coef_)).T, np.array([0.0, fitted.intercept_[0]])


def save(trained: leanings.Leanings) -> int:
    """Write the weights, in bytes of 1/127 of each column's heaviest; return the size of the file."""
    scales = np.abs(trained.weights).max(axis=0) / 127
    scales[scales == 0] = 1
    columns = [f"{key} {stance}" for key, (_, names) in trained.stances.items() for stance in names]
    np.savez_compressed(
        leanings.FILE,
        names=np.frombuffer("\n".join(trained.rows).encode("utf8"), np.uint8),
        columns=np.frombuffer("\n".join(columns).encode("utf8"), np.uint8),
        idf=trained.idf.astype(np.float16),
        weights=np.round(trained.weights / scales).astype(np.int8),
        scales=scales.astype(np.float32),
        intercepts=trained.intercepts,
    )
    return leanings.FILE.stat().st_size
