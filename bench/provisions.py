#!/usr/bin/env python3
"""How well and how fast provisions are read: labelled paragraphs, and whole documents.

usage: python -m bench.provisions [--across] [--held-back] [--json]

Prints what the shipped weights reach on the pack's labelled paragraphs (they were trained on them), milliseconds a clause and
a document (read for the first time, and again), and the milliseconds of an assessment.
--across scores each publisher's paragraphs, and their calibration, by word weights that never saw that publisher (four folds);
--held-back trains again without five publishers and scores them. Both take some minutes and need scikit-learn.
"""

import argparse
import dataclasses
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from bench import provision_texts
from bench.provision_texts import Paragraph
from monitoring import assess, classify, segment
from monitoring.classify import model, signs, stances
from monitoring.classify.plain import plain

ROUNDS = 3


def scored(rows: Iterable[tuple[Paragraph, dict[str, str]]]) -> dict[str, float]:
    """Return micro- and macro-F1 of types and the accuracy of stances, by the rules of score_provisions.py."""
    right, wrong, missed, stances = Counter(), Counter(), Counter(), Counter()
    for row, found in rows:
        got = found.keys() - row.may
        right.update(got & row.types)
        wrong.update(got - row.types)
        missed.update(row.types - got)
        for key in got & row.types:
            if row.stance.get(key, "unclear") != "unclear":
                stances[row.stance[key] == found[key]] += 1
    t, p, n = (sum(counter.values()) for counter in (right, wrong, missed))
    f1 = {key: 2 * right[key] / (2 * right[key] + wrong[key] + missed[key]) for key in {*right, *missed}}
    seen = [f1[key] for key in f1 if right[key] + missed[key] >= 3]
    return {
        "precision": round(t / max(1, t + p), 4),
        "recall": round(t / max(1, t + n), 4),
        "micro_f1": round(2 * t / max(1, 2 * t + p + n), 4),
        "macro_f1": round(sum(seen) / max(1, len(seen)), 4),
        "stance_accuracy": round(stances[True] / max(1, stances.total()), 4),
        "labels": t + n,
    }


def shipped() -> dict[str, float]:
    """Return the score of the shipped weights on the pack's paragraphs."""
    rows = provision_texts.pack_labels()
    return scored((row, {f.provision_type: f.stance for f in classify.paragraph(row.text)}) for row in rows)


def calibration(pairs: Iterable[tuple[float, bool]]) -> list[dict[str, float]]:
    """Return for bands of confidence: how many findings, their mean confidence, and the share that the labels confirm."""
    bands: dict[int, list[tuple[float, bool]]] = {}
    for chance, confirmed in pairs:
        bands.setdefault(min(9, int(chance * 10)), []).append((chance, confirmed))
    return [
        {
            "from": band / 10,
            "findings": len(some),
            "mean_confidence": round(sum(chance for chance, _ in some) / len(some), 2),
            "confirmed": round(sum(confirmed for _, confirmed in some) / len(some), 2),
        }
        for band, some in sorted(bands.items())
    ]


def across() -> dict[str, object]:
    """Return scores and calibration where each publisher's paragraphs are read by word weights that never saw it.

    How words and signs weigh together stays as shipped: eight numbers for all types and publishers.
    """
    from bench import train_provisions as training

    read, other = training.material()
    fold, shipped_model = training.folds(read.rows), model.shipped()
    rows: list[tuple[Paragraph, dict[str, str]]] = []
    pairs: list[tuple[float, bool]] = []
    for number in range(training.FOLDS):
        words = training.word_model(training.without(read, fold, number), training.without(other, fold, number))
        fitted = dataclasses.replace(words, combining=shipped_model.combining)
        some = [index for index, row in enumerate(read.rows) if fold.get(row.publisher) == number]
        part = read.part(np.array(some))
        for row, words_, chances in zip(
            part.rows, part.plains, fitted.probabilities(part.plains, part.evidence), strict=True
        ):
            found = _found(chances, fitted.threshold)
            rows.append((row, {key: stances.position(key, words_).stance for key in found}))
            pairs += [(chance, key in row.types) for key, chance in found.items() if key not in row.may]
    pack = {provision_texts.digest(row.text) for row in provision_texts.pack_labels()}
    return {
        "paragraphs of the pack": scored(r for r in rows if provision_texts.digest(r[0].text) in pack),
        "paragraphs labelled after the signs were written": scored(r for r in rows if r[0].fresh),
        "calibration": calibration(pairs),
    }


def _found(chances: np.ndarray, threshold: float) -> dict[str, float]:
    """Return the types found, with how sure it is."""
    keys = signs.reader().keys
    return {key: float(chance) for key, chance in zip(keys, chances, strict=True) if chance >= threshold}


def speed() -> dict[str, float]:
    """Return CPU milliseconds a clause and a document of 120 clauses, read for the first time and again, and an assessment.

    Read: the newest text of each history of the pack. again: the same texts, as the earlier text of a change is.
    """
    texts = []
    for path in sorted((provision_texts.PACK / "histories").glob("*.gz")):
        newest = gzip.decompress(path.read_bytes()).decode("utf8").rstrip().rsplit("\n", 1)[-1]
        texts.append(json.loads(newest)["markdown"])
    cut = [(text, segment.clauses(text)) for text in texts]
    count = sum(len(clauses) for _, clauses in cut)
    _read(cut)
    first, again = [], []
    for _ in range(ROUNDS):
        classify.forget()
        first.append(_read(cut)[0])
        again.append(_read(cut)[0])
    findings = _read(cut)[1]
    source = assess.Source("Platform", "Terms of Service", "", ("EU", "US", "UK"), "consumer")
    some = findings[:200]
    start = time.process_time()
    for finding in some:
        assess.assess(assess.facts_of(finding), source, on=date(2026, 11, 22))
    assessed = 1000 * (time.process_time() - start) / len(some)
    return {
        "clauses": count,
        "characters": sum(map(len, texts)),
        "findings": len(findings),
        "ms_per_clause_first": round(min(first) / count, 4),
        "ms_per_clause_again": round(min(again) / count, 4),
        "ms_per_120_clauses_first": round(120 * min(first) / count, 2),
        "ms_per_120_clauses_again": round(120 * min(again) / count, 2),
        "ms_per_assessment": round(assessed, 3),
    }


def _read(cut: Sequence[tuple[str, tuple[segment.Clause, ...]]]) -> tuple[float, list[classify.Finding]]:
    """Return the CPU milliseconds of reading texts, and what was found."""
    start = time.process_time()
    findings = [finding for text, clauses in cut for finding in classify.provisions(text, clauses)]
    return 1000 * (time.process_time() - start), findings


def held_back() -> dict[str, float]:
    """Return the score on the paragraphs of five publishers that were left out of all training."""
    from bench import train_provisions as training

    fitted = training.train(*training.material(without=provision_texts.HELD_BACK))
    rows = [row for row in provision_texts.pack_labels() if row.publisher in provision_texts.HELD_BACK]
    plains = [plain(row.text) for row in rows]
    sure = fitted.probabilities(plains, signs.reader().evidence(plains))
    found = [
        {key: stances.position(key, words).stance for key in _found(chances, fitted.threshold)}
        for words, chances in zip(plains, sure, strict=True)
    ]
    return scored(zip(rows, found, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--across", action="store_true")
    parser.add_argument("--held-back", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result: dict[str, object] = {"shipped": shipped(), "speed": speed()}
    if arguments.across:
        result["across publishers"] = across()
    if arguments.held_back:
        result["held back"] = held_back()
    print(json.dumps(result, indent=None if arguments.json else 1))


if __name__ == "__main__":
    main()
