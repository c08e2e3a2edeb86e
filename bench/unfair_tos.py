#!/usr/bin/env python3
"""UNFAIR-ToS, scored exactly as LexGLUE scores it, by linear models on a CPU.

usage: python -m bench.unfair_tos TRAIN VALIDATION [TEST] [--json]

Files hold one JSON object a line: text, labels (indices or names of the eight labels), company. Without TEST it reports on
VALIDATION. LexGLUE adds a ninth column, "no unfair label", to truth and prediction, and averages F1 over all nine columns
(experiments/unfair_tos.py, models/tfidf_svm.py). The threshold was chosen once on VALIDATION; with TEST given, VALIDATION is
trained on as well. LexGLUE's own baseline, TF-IDF + SVM, reaches 93.9 / 67.2 on VALIDATION. Needs scikit-learn.
"""

import argparse
import json
import re
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

LABELS = (
    "Limitation of liability",
    "Unilateral termination",
    "Unilateral change",
    "Content removal",
    "Contract by using",
    "Choice of law",
    "Jurisdiction",
    "Arbitration",
)
THRESHOLD = -0.1
EVEN_LIFT = 0.2


def read(path: Path) -> tuple[list[str], np.ndarray]:
    """Return sentences and labels, rows by eight columns."""
    rows = [json.loads(line) for line in path.open(encoding="utf8") if line.strip()]
    truth = np.zeros((len(rows), len(LABELS)), int)
    for index, row in enumerate(rows):
        for label in row["labels"]:
            truth[index, label if isinstance(label, int) else LABELS.index(label)] = 1
    return [row["text"] for row in rows], truth


def scores(truth: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    """Return micro- and macro-F1 over the eight labels and the ninth column "none of them"."""
    truth, found = (np.column_stack((table, table.sum(axis=1) == 0)).astype(int) for table in (truth, found))
    right, total = (truth & found).sum(axis=0), truth.sum(axis=0) + found.sum(axis=0)
    each = np.divide(2 * right, total, out=np.zeros(len(total)), where=total > 0)
    return float(2 * right.sum() / total.sum()), float(each.mean())


class Texts:
    """Turns sentences into features: words, pairs and triples of words, and character pieces inside words."""

    def __init__(self) -> None:
        self.words = TfidfVectorizer(ngram_range=(1, 3), min_df=2, sublinear_tf=True, token_pattern=r"[^\s]+")
        self.pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True)
        self.present = CountVectorizer(ngram_range=(1, 3), min_df=2, binary=True, token_pattern=r"[^\s]+")

    def fit(self, sentences: Sequence[str]) -> tuple[csr_matrix, csr_matrix]:
        """Learn the vocabulary of sentences and return their features: weighed, and words present."""
        clean = list(map(_clean, sentences))
        weighed = hstack((self.words.fit_transform(clean), self.pieces.fit_transform(clean)))
        return csr_matrix(weighed), self.present.fit_transform(clean).astype(float)

    def transform(self, sentences: Sequence[str]) -> tuple[csr_matrix, csr_matrix]:
        """Return the features of further sentences."""
        clean = list(map(_clean, sentences))
        weighed = hstack((self.words.transform(clean), self.pieces.transform(clean)))
        return csr_matrix(weighed), self.present.transform(clean).astype(float)


def _clean(sentence: str) -> str:
    return re.sub(r"\d+", "0", sentence.lower())


class Voter:
    """Three linear machines for one label whose scores are averaged: plain, with labelled sentences weighing three times,
    and over words weighed by their log-count ratio (Wang and Manning 2012, "Baselines and bigrams")."""

    def __init__(self, weighed: csr_matrix, present: csr_matrix, truth: np.ndarray) -> None:
        yes = truth > 0
        positive = np.asarray(present[yes].sum(axis=0)).ravel() + 1
        negative = np.asarray(present[~yes].sum(axis=0)).ravel() + 1
        self.ratio = np.log((positive / positive.sum()) / (negative / negative.sum()))
        self.even = LinearSVC(C=0.5, random_state=0).fit(weighed, truth)
        self.heavy = LinearSVC(C=0.5, class_weight={0: 1, 1: 3}, random_state=0).fit(weighed, truth)
        self.counted = LinearSVC(C=1.0, class_weight={0: 1, 1: 2}, random_state=0).fit(self.scaled(present), truth)

    def scaled(self, present: csr_matrix) -> csr_matrix:
        """Return words present as their log-count ratios, each sentence at unit length."""
        return normalize(present.multiply(self.ratio).tocsr())

    def scores(self, weighed: csr_matrix, present: csr_matrix) -> np.ndarray:
        """Return a score a sentence; above THRESHOLD the label is given."""
        even = self.even.decision_function(weighed) + EVEN_LIFT
        heavy = self.heavy.decision_function(weighed)
        return (even + heavy + self.counted.decision_function(self.scaled(present))) / 3


def label(sentences: Sequence[str], truth: np.ndarray, judged: Sequence[str]) -> tuple[np.ndarray, float]:
    """Return labels of the judged sentences by a model of the others, and sentences judged per second of CPU."""
    texts = Texts()
    weighed, present = texts.fit(sentences)
    voters = [Voter(weighed, present, column) for column in truth.T]
    start = time.process_time()
    features = texts.transform(judged)
    found = np.column_stack([voter.scores(*features) > THRESHOLD for voter in voters]).astype(int)
    return found, len(judged) / (time.process_time() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("validation", type=Path)
    parser.add_argument("test", type=Path, nargs="?")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    sentences, truth = read(arguments.train)
    judged, judged_truth = read(arguments.validation)
    if arguments.test:
        sentences, truth = sentences + judged, np.concatenate((truth, judged_truth))
        judged, judged_truth = read(arguments.test)
    found, speed = label(sentences, truth, judged)
    micro, macro = scores(judged_truth, found)
    result = {
        "judged_on": "test" if arguments.test else "validation",
        "micro_f1": round(100 * micro, 1),
        "macro_f1": round(100 * macro, 1),
        "sentences_per_second": round(speed),
        "published_on_test": {"TF-IDF + SVM": [94.7, 75.0], "Legal-BERT": [96.0, 83.0]},
    }
    print(json.dumps(result, indent=None if arguments.json else 1))


if __name__ == "__main__":
    main()
