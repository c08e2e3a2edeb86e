#!/usr/bin/env python3
"""How well and how fast provisions are read: labelled paragraphs, and whole documents.

usage: python -m bench.provisions [--held-back] [--json]

Prints what the shipped weights reach on the pack's labelled paragraphs (they were trained on them), the calibration of
confidence, milliseconds a clause and a document (read for the first time, and again), and the milliseconds of an assessment.
--held-back trains again without five publishers and scores them (some minutes, needs scikit-learn): the figure to believe.
"""

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from bench import provision_texts
from bench.provision_texts import Paragraph
from monitoring import assess, classify, segment

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


def calibration() -> list[tuple[str, int, float, float]]:
    """Return for bands of confidence: how many findings, their mean confidence, the share that the labels confirm."""
    bands: dict[int, list[tuple[float, bool]]] = {}
    for row in provision_texts.pack_labels():
        for finding in classify.paragraph(row.text):
            if finding.provision_type not in row.may:
                band = min(9, int(finding.confidence * 10))
                bands.setdefault(band, []).append((finding.confidence, finding.provision_type in row.types))
    return [
        (f"{band / 10:.1f}", len(pairs), sum(p for p, _ in pairs) / len(pairs), sum(ok for _, ok in pairs) / len(pairs))
        for band, pairs in sorted(bands.items())
    ]


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
    from monitoring.classify import plain, signs, stances

    fitted = training.train(*training.material(without=provision_texts.HELD_BACK))
    rows = [row for row in provision_texts.pack_labels() if row.publisher in provision_texts.HELD_BACK]
    words = [plain.plain(row.text) for row in rows]
    sure = fitted.probabilities(words, signs.reader().evidence(words))
    keys = signs.reader().keys
    found = [
        {
            key: stances.position(key, p).stance
            for key, chance in zip(keys, chances, strict=True)
            if chance >= fitted.threshold
        }
        for p, chances in zip(words, sure, strict=True)
    ]
    return scored(zip(rows, found, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held-back", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result: dict[str, object] = {"shipped": shipped(), "speed": speed(), "calibration": calibration()}
    if arguments.held_back:
        result["held back"] = held_back()
    print(json.dumps(result, indent=None if arguments.json else 1))


if __name__ == "__main__":
    main()
