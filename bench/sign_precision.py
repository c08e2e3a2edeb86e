#!/usr/bin/env python3
"""Which signs claim more than labels confirm: of paragraphs where a sign matches, how many state its type.

usage: python -m bench.sign_precision [--all]

Counts on the paragraphs labelled by reading, without the publishers of `bench.provision_unread`; paragraphs where the type may
be left out count for neither. Many of them were picked because they are hard to tell, so a sign is right more often than shown.
Prints signs whose weight is above what the share speaks for (3 from 0.66 on, 2 from 0.45, 1 from 0.25), the often matched
first; --all prints every sign. Weights are changed by hand, in monitoring/knowledge/signs.
"""

import argparse
from collections import Counter

from bench import provision_texts, provision_unread
from monitoring.classify import signs, words
from monitoring.classify.plain import plain

ENOUGH = 3
EXPECTED, CREDIT = 0.8, 3
STEPS = ((0.66, 3), (0.45, 2), (0.25, 1), (0.0, 0))


def counts() -> tuple[Counter[int], Counter[int]]:
    """Return how many paragraphs each sign matches, and how many of them state its type, by the number of the sign."""
    read = provision_texts.read_labels(provision_texts.unlabelled())
    rows = [r for r in (*provision_texts.pack_labels(), *read) if r.publisher not in provision_unread.PUBLISHERS]
    reader = signs.reader()
    passages = words.split([plain(row.text) for row in rows])
    possible = reader.candidates.possible(passages)
    matches = {
        (row, alternative.sign, reader.keys[alternative.column])
        for number, alternative in enumerate(reader.alternatives)
        for row in possible[number].nonzero()[0].tolist()
        if alternative.pattern.search(passages.passages[row].lower)
    }
    counted = [(row, sign, key) for row, sign, key in matches if key not in rows[row].may]
    return Counter(sign for _, sign, _ in counted), Counter(
        sign for row, sign, key in counted if key in rows[row].types
    )


def spoken_for(matched: int, right: int) -> int:
    """Return the weight that so many matches speak for; few matches move little."""
    share = (right + EXPECTED * CREDIT) / (matched + CREDIT)
    return next(weight for least, weight in STEPS if share >= least)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    matched, right = counts()
    described = {a.sign: a for a in reversed(signs.reader().alternatives) if a.weight > 0}
    for sign, count in matched.most_common():
        alternative = described.get(sign)
        if alternative is None or count < ENOUGH:
            continue
        weight = spoken_for(count, right[sign])
        if arguments.all or weight < alternative.weight:
            key, pattern = signs.reader().keys[alternative.column], alternative.pattern.written
            print(f"{key} {alternative.weight} -> {weight}: {right[sign]} of {count}  {pattern[:90]}")


if __name__ == "__main__":
    main()
