#!/usr/bin/env python3
"""What it costs to compare any two versions of one document: the first with the last, and random pairs.

usage: bench/between.py DIR [--pairs N] [--json]

DIR holds histories of documents, <name>.jsonl.gz with one version a line (`markdown`). Each pair is cut, compared, weighed
and summed up as the page of two versions does it, without the database. Seconds of CPU of this process.
"""

import argparse
import gzip
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitoring import diff  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--pairs", type=int, default=3, metavar="N", help="random pairs a document")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measured(list(pairs(options.folder, options.pairs)))
    print(json.dumps(figures) if options.json else "\n".join(f"{name:>16}  {value}" for name, value in figures.items()))


def pairs(folder: Path, number: int) -> Iterator[tuple[str, str]]:
    """Yield the first and last version of each document, and `number` random pairs; the same ones in every run."""
    chance = random.Random(1)
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt") as file:
            texts = [text for line in file if (text := json.loads(line)["markdown"])]
        if len(texts) > 1:
            yield texts[0], texts[-1]
            for _ in range(number):
                before, after = sorted(chance.sample(range(len(texts)), 2))
                yield texts[before], texts[after]


def measured(found: list[tuple[str, str]]) -> dict[str, float]:
    costs = []
    for before, after in found:
        begun = time.process_time()
        diff.summary(diff.compare(before, after))
        costs.append((time.process_time() - begun, len(before.split()) + len(after.split())))
    seconds = sorted(cost for cost, _ in costs)
    return {
        "pairs": len(seconds),
        "most_words": max(words for _, words in costs),
        "median_s": round(seconds[len(seconds) // 2], 4),
        "p95_s": round(seconds[int(len(seconds) * 0.95)], 4),
        "most_s": round(seconds[-1], 4),
    }


if __name__ == "__main__":
    main()
