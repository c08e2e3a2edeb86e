#!/usr/bin/env python3
"""How well and how fast provisions are read: labelled paragraphs, and whole documents.

usage: python -m bench.provisions [--across] [--held-back] [--unread] [--json]

Prints what the shipped weights reach on the pack's labelled paragraphs (they were trained on them), milliseconds a clause and
a document (read for the first time, and again), and the milliseconds of an assessment.
--across scores each publisher's paragraphs, and their calibration, by word weights that never saw that publisher; the signs are
patterns written by hand and stay as they are. --held-back trains again without five publishers and scores their paragraphs of
the pack; --unread without six, and scores paragraphs that were drawn at random and labelled before any reading by machine, most
of which stay unlooked at. Each takes some minutes and needs scikit-learn.
"""

import argparse
import dataclasses
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from bench import provision_texts, provision_unread
from bench.provision_texts import Paragraph
from monitoring import assess, classify, segment
from monitoring.classify import leanings, model, signs, stances, words
from monitoring.classify.plain import Plain, plain

ROUNDS = 3
OTHER_GROUPS = 4


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
    """Return scores and calibration where each publisher's paragraphs are read by word weights that never saw that publisher.

    The signs are not written anew for each publisher (they are patterns written by hand, after reading many of these paragraphs),
    and how words and signs weigh together stays as shipped: nine numbers for all types. So the paragraphs from which no
    sign was written say more than the others, and those of `unread` most.
    """
    from bench import train_leanings
    from bench import train_provisions as training

    read, other = training.material()
    groups = _groups(read.rows)
    rows: list[tuple[Paragraph, dict[str, str]]] = []
    pairs: list[tuple[float, bool]] = []
    for number in sorted(set(groups.values())):
        unseen = training.word_model(
            training.without(read, groups, number), training.without(other, groups, number), kept=None
        )
        fitted = dataclasses.replace(unseen, combining=model.shipped().combining)
        leaning = train_leanings.train([row for row in read.rows if groups.get(row.publisher) != number])
        part = read.part(np.array([i for i, row in enumerate(read.rows) if groups.get(row.publisher) == number]))
        for row, found in _read_by(fitted, leaning, part.rows):
            rows.append((row, {key: stance for key, (_, stance) in found.items()}))
            pairs += [(chance, key in row.types) for key, (chance, _) in found.items() if key not in row.may]
    pack = {provision_texts.digest(row.text) for row in provision_texts.pack_labels()}
    return {
        "paragraphs of the pack": scored(r for r in rows if provision_texts.digest(r[0].text) in pack),
        "paragraphs from which no sign was written": scored(r for r in rows if r[0].fresh),
        "all": scored(rows),
        "calibration": calibration(pairs),
    }


def _groups(rows: Sequence[Paragraph]) -> dict[str, int]:
    """Return a number for each publisher: one of its own for those of AI platforms, a few together for the others."""
    alone = sorted({row.publisher for row in provision_texts.pack_labels()})
    others = sorted({row.publisher for row in rows} - {*alone, provision_texts.OURS})
    return {
        **{name: number for number, name in enumerate(alone)},
        **{name: len(alone) + place % OTHER_GROUPS for place, name in enumerate(others)},
    }


def _read_by(
    fitted: model.Model, leaning: leanings.Leanings, rows: Sequence[Paragraph]
) -> list[tuple[Paragraph, dict[str, tuple[float, str]]]]:
    """Return what a model finds in paragraphs: by type how sure it is, and the stance."""
    plains = [plain(row.text) for row in rows]
    read = words.split(plains)
    chances = fitted.probabilities(read, signs.reader().evidence(read))
    return [
        (
            row,
            {key: (chance, _stance(key, passage, leaning)) for key, chance in _found(some, fitted.threshold).items()},
        )
        for row, passage, some in zip(rows, plains, chances, strict=True)
    ]


def _stance(key: str, passage: Plain, leaning: leanings.Leanings) -> str:
    """Return the stance that the wording settles or leaves open, else the one that the words lean to."""
    position = stances.position(key, passage)
    return leaning.stance(key, passage) if position.span is None else position.stance


def _found(chances: np.ndarray, threshold: float) -> dict[str, float]:
    """Return the types found, with how sure it is."""
    keys = signs.reader().keys
    return {key: float(chance) for key, chance in zip(keys, chances, strict=True) if chance >= threshold}


def speed() -> dict[str, float]:
    """Return CPU milliseconds a clause and a document of 120 clauses, read for the first time and again, and an assessment.

    Read: the newest text of each history of the pack. again: the same, by what was kept of their clauses.
    """
    texts = []
    for path in sorted((provision_texts.PACK / "histories").glob("*.gz")):
        newest = gzip.decompress(path.read_bytes()).decode("utf8").rstrip().rsplit("\n", 1)[-1]
        texts.append(json.loads(newest)["markdown"])
    cut = [(text, segment.clauses(text)) for text in texts]
    count = sum(len(clauses) for _, clauses in cut)
    kept, findings = _kept(cut)
    first, again = [], []
    for _ in range(ROUNDS):
        first.append(_cost(cut, [None] * len(cut)))
        again.append(_cost(cut, kept))
    source = assess.Source("Platform", "Terms of Service", "", ("EU", "US", "UK"), "consumer")
    some = findings[:200]
    assess.assess(assess.facts_of(some[0]), source, on=date(2026, 11, 22))  # the first one loads the library
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
        "kept_bytes_per_text": round(sum(map(len, kept)) / len(kept)),
        "ms_per_assessment": round(assessed, 3),
    }


def _kept(cut: Sequence[tuple[str, tuple[segment.Clause, ...]]]) -> tuple[list[bytes], list[classify.Finding]]:
    """Return what is kept of each text between two versions, and what was found in all."""
    kept: list[bytes] = []
    findings: list[classify.Finding] = []
    for text, clauses in cut:
        findings += classify.provisions(text, clauses)
        kept.append(classify.said(text, clauses))
    return kept, findings


def _cost(cut: Sequence[tuple[str, tuple[segment.Clause, ...]]], kept: Sequence[bytes | None]) -> float:
    """Return the CPU milliseconds of reading texts, each as if it were the first of its process but for what was kept of it."""
    spent = 0.0
    for (text, clauses), said in zip(cut, kept, strict=True):
        classify.forget()
        start = time.process_time()
        if said is not None:
            classify.recall(text, clauses, said)
        classify.provisions(text, clauses)
        spent += time.process_time() - start
    return 1000 * spent


def held_back() -> dict[str, float]:
    """Return the score on the pack's paragraphs of five publishers that were left out of all training."""
    rows = [row for row in provision_texts.pack_labels() if row.publisher in provision_texts.HELD_BACK]
    return _scored_without(provision_texts.HELD_BACK, {"": rows})[""]


def unread() -> dict[str, dict[str, float]]:
    """Return the scores on paragraphs of six publishers left out of all training, drawn at random and labelled unseen.

    By part, and of the parts together whose misses nobody reads ("unseen").
    """
    parts = {part: provision_unread.paragraphs(part) for part in provision_unread.PARTS}
    unseen = provision_unread.paragraphs(*provision_unread.UNSEEN)
    return _scored_without(provision_unread.PUBLISHERS, {**parts, "unseen": unseen})


def _scored_without(
    publishers: frozenset[str], parts: Mapping[str, Sequence[Paragraph]]
) -> dict[str, dict[str, float]]:
    """Return the score on each part by a model trained without some publishers."""
    from bench import train_leanings
    from bench import train_provisions as training

    read, other = training.material(without=publishers)
    fitted, leaning = training.train(read, other), train_leanings.train(read.rows)
    return {
        name: scored(
            (row, {key: stance for key, (_, stance) in found.items()}) for row, found in _read_by(fitted, leaning, rows)
        )
        for name, rows in parts.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--across", action="store_true")
    parser.add_argument("--held-back", action="store_true")
    parser.add_argument("--unread", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result: dict[str, object] = {"shipped": shipped(), "speed": speed()}
    if arguments.across:
        result["across publishers"] = across()
    if arguments.held_back:
        result["held back"] = held_back()
    if arguments.unread:
        result["unread"] = unread()
    print(json.dumps(result, indent=None if arguments.json else 1))


if __name__ == "__main__":
    main()
