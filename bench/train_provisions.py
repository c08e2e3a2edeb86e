#!/usr/bin/env python3
"""Trains the linear models that read provision types and stances: weights.npz and leanings.npz of monitoring/classify.

usage: python -m bench.train_provisions

Reads the data pack ($CONDUCTATLAS_DATA), bench/provision_labels and the signs; needs scikit-learn. The same inputs give the
same weights. Takes a minute with OMP_NUM_THREADS=1, several where threads get in each other's way. Step one learns from
paragraphs labelled by reading and, with less weight, from what the signs find in unlabelled ones. Step two learns how to weigh
words and signs from paragraphs that neither saw, and from definitions. What stance words lean to is learned by `train_leanings`.
"""

import argparse
import itertools
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from bench import provision_texts, provision_unread, train_leanings
from bench.provision_texts import Paragraph
from monitoring.classify import model, plain, signs, words

KEPT = 24_000
RARE = 4
READ, SILVER = 10.0, 0.4
MAY = 0.1
REGULAR = 8.0
THRESHOLD = 0.35
FOLDS = 4
STEP_TWO = 9
_NAMED = (
    *(
        "openai",
        "chatgpt",
        "anthropic",
        "claude",
        "mistral",
        "grok",
        "xai",
        "spacexai",
        "deepseek",
        "perplexity",
        "replit",
    ),
    *("midjourney", "cursor", "anysphere", "github", "copilot", "microsoft", "bing", "xbox", "llama", "meta", "google"),
    *(
        "alivecor",
        "visa",
        "oculus",
        "revolut",
        "klarna",
        "paypal",
        "groupon",
        "grindr",
        "endomondo",
        "myheritage",
        "mysugr",
    ),
    *(
        "skype",
        "yahoo",
        "weebly",
        "zynga",
        "ubisoft",
        "tinder",
        "terravision",
        "twitch",
        "tiktok",
        "quora",
        "spotify",
        "yelp",
    ),
    *(
        "tripadvisor",
        "instagram",
        "zoom",
        "skyscanner",
        "youtube",
        "whatsapp",
        "pinterest",
        "dropbox",
        "rovio",
        "facebook",
    ),
    *("booking", "tumblr", "garmin", "mozilla", "ryanair", "flo"),
)
_NAMES = frozenset((*_NAMED, *(name[:5] for name in _NAMED if len(name) > 5)))


@dataclass(slots=True)
class Prepared:
    """Paragraphs with what the steps need, computed once: features, signs found, labels and their weights by type."""

    rows: list[Paragraph]
    features: list[list[str]]
    plains: list[plain.Plain]
    evidence: list[dict[int, signs.Evidence]]
    wanted: np.ndarray
    counted: np.ndarray

    def part(self, chosen: np.ndarray) -> "Prepared":
        """Return the rows at these indices."""
        return Prepared(
            [self.rows[i] for i in chosen],
            [self.features[i] for i in chosen],
            [self.plains[i] for i in chosen],
            [self.evidence[i] for i in chosen],
            self.wanted[chosen],
            self.counted[chosen],
        )


def prepare(rows: Sequence[Paragraph]) -> Prepared:
    """Return paragraphs ready for both steps; a type that a careful reader might add counts a little, as one that is stated."""
    reader = signs.reader()
    plains = [plain.plain(row.text) for row in rows]
    may = np.array([[key in row.may for key in reader.keys] for row in rows])
    wanted = np.array([[key in row.types for key in reader.keys] for row in rows], np.float32)
    counted = np.where(may, MAY, 1).astype(np.float32)
    wanted[may] = 1
    features = [words.features(p.lower) for p in plains]
    return Prepared(list(rows), features, plains, reader.evidence(words.split(plains)), wanted, counted)


def silver(rows: Sequence[Paragraph]) -> Prepared:
    """Return unlabelled paragraphs with the labels that signs (and CLAUDETTE's tags) give them; doubt counts for nothing."""
    prepared = prepare(rows)
    keys = signs.reader().keys
    for index, (row, found) in enumerate(zip(prepared.rows, prepared.evidence, strict=True)):
        defines = signs.is_definition(prepared.plains[index].lower)
        for column, evidence in found.items():
            sure = evidence.decides and not defines
            if sure and keys[column] not in row.may:
                prepared.wanted[index, column] = 1
            elif not sure and evidence.favour + evidence.against >= 1 and not prepared.wanted[index, column]:
                prepared.counted[index, column] = 0
    return prepared


def names_platform(feature: str) -> bool:
    """Return whether a feature holds the name of a publisher or product of the texts, whole or as a stem."""
    return not _NAMES.isdisjoint(re.findall(r"[a-z]+", feature.removeprefix("s:")))


def vocabulary(parts: Sequence[Prepared]) -> tuple[dict[str, int], np.ndarray]:
    """Return features in at least four paragraphs that name no platform, and their inverse document frequency."""
    counts = Counter(name for part in parts for names in part.features for name in set(names))
    total = sum(len(part.rows) for part in parts)
    names = sorted(name for name, count in counts.items() if count >= RARE and not names_platform(name))
    idf = np.array([np.log((1 + total) / (1 + counts[name])) + 1 for name in names], np.float32)
    return {name: row for row, name in enumerate(names)}, idf


def matrix(part: Prepared, rows: dict[str, int], idf: np.ndarray) -> csr_matrix:
    """Return the features of a part as the model weighs them: idf, to unit length over single occurrences."""
    known = [[rows[name] for name in names if name in rows] for names in part.features]
    ends = np.cumsum([0, *map(len, known)])
    columns = np.array([column for row in known for column in row], np.int64)
    values = idf[columns]
    for start, end in itertools.pairwise(ends):
        values[start:end] /= np.sqrt((values[start:end] ** 2).sum()) or 1.0
    return csr_matrix((values, columns, ends), shape=(len(known), len(rows)))


def fit_words(read: Prepared, other: Prepared, rows: dict[str, int], idf: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return weights (features by types) and intercepts of step one."""
    x = csr_matrix(vstack((matrix(read, rows, idf), matrix(other, rows, idf))))
    wanted = np.concatenate((read.wanted, other.wanted))
    weight = np.concatenate((read.counted * READ, other.counted * SILVER))
    weights, intercepts = np.zeros((len(rows), wanted.shape[1]), np.float32), np.full(wanted.shape[1], -6.0, np.float32)
    for column in range(wanted.shape[1]):
        used = weight[:, column] > 0
        if wanted[used, column].sum() < 3:
            continue
        fitted = LogisticRegression(C=REGULAR, solver="liblinear", random_state=0)
        fitted.fit(x[used], wanted[used, column], sample_weight=weight[used, column])
        weights[:, column], intercepts[column] = fitted.coef_[0], fitted.intercept_[0]
    return weights, intercepts


def word_model(read: Prepared, other: Prepared, *, kept: int | None = KEPT) -> model.Model:
    """Return step one alone, pruned to the `kept` features that weigh most and fitted again; None keeps all, in half the time."""
    rows, idf = vocabulary((read, other))
    weights, intercepts = fit_words(read, other, rows, idf)
    if kept is not None:
        heaviest = np.sort(np.argsort(-np.abs(weights * idf[:, None]).max(axis=1))[:kept])
        names = list(rows)
        rows, idf = {names[old]: new for new, old in enumerate(heaviest)}, idf[heaviest]
        weights, intercepts = fit_words(read, other, rows, idf)
    empty = np.zeros(STEP_TWO, np.float32)
    return model.Model(rows, weights * idf[:, None], idf * idf, intercepts, empty, THRESHOLD)


def combining_features(fitted: model.Model, part: Prepared) -> np.ndarray:
    """Return what step two sees, one row for every paragraph and type."""
    scores = fitted.word_scores(words.split(part.plains))
    seen = np.zeros((*scores.shape, STEP_TWO - 1), np.float32)
    seen[:, :, 0] = scores
    seen[:, :, 1] = model.rivals(scores)
    seen[[signs.is_definition(p.lower) for p in part.plains], :, 2] = 1
    for row, found in enumerate(part.evidence):
        for column, evidence in found.items():
            seen[row, column, 3:] = model.combined(evidence)
    return seen.reshape(-1, STEP_TWO - 1)


def fit_combining(seen: np.ndarray, part: Prepared) -> np.ndarray:
    """Return the weights of step two, as `model.Model.combining` has them."""
    counted = part.counted.reshape(-1) == 1
    fitted = LogisticRegression(C=10, max_iter=1000).fit(seen[counted], part.wanted.reshape(-1)[counted])
    return np.concatenate((fitted.intercept_, fitted.coef_[0])).astype(np.float32)


def train(read: Prepared, other: Prepared) -> model.Model:
    """Return a model; step two is fitted on fresh paragraphs and definitions, scored by models that never saw their publisher."""
    fold = folds(read.rows)
    fresh = [row.fresh or signs.is_definition(p.lower) for row, p in zip(read.rows, read.plains, strict=True)]
    seen, parts = [], []
    for number in range(FOLDS):
        test = np.flatnonzero([fresh[i] and fold.get(row.publisher) == number for i, row in enumerate(read.rows)])
        if test.size:
            fitted = word_model(without(read, fold, number), without(other, fold, number), kept=None)
            parts.append(read.part(test))
            seen.append(combining_features(fitted, parts[-1]))
    final = word_model(read, other)
    together = Prepared(
        [], [], [], [], np.concatenate([p.wanted for p in parts]), np.concatenate([p.counted for p in parts])
    )
    combining = fit_combining(np.concatenate(seen), together)
    return model.Model(final.rows, final.weights, final.squares, final.intercepts, combining, THRESHOLD)


def folds(rows: Sequence[Paragraph]) -> dict[str, int]:
    """Return a fold for each publisher, with about as many paragraphs each; our own sentences are in none."""
    sizes = [0] * FOLDS
    result = {}
    for publisher, count in Counter(
        row.publisher for row in rows if row.publisher != provision_texts.OURS
    ).most_common():
        result[publisher] = sizes.index(min(sizes))
        sizes[result[publisher]] += count
    return result


def without(part: Prepared, fold: dict[str, int], number: int) -> Prepared:
    """Return a part without the publishers of one fold."""
    return part.part(np.flatnonzero([fold.get(row.publisher) != number for row in part.rows]))


def save(fitted: model.Model) -> int:
    """Write the weights, in bytes of 1/127 of each type's heaviest; return the size of the file."""
    idf = np.sqrt(fitted.squares)
    weights = fitted.weights / idf[:, None]
    scales = np.abs(weights).max(axis=0) / 127
    scales[scales == 0] = 1
    np.savez_compressed(
        model.FILE,
        names=np.frombuffer("\n".join(fitted.rows).encode("utf8"), np.uint8),
        weights=np.round(weights / scales).astype(np.int8),
        scales=scales.astype(np.float32),
        idf=idf.astype(np.float16),
        intercepts=fitted.intercepts,
        combining=fitted.combining,
        threshold=np.float32(fitted.threshold),
    )
    return model.FILE.stat().st_size


def material(*, without: frozenset[str] = frozenset()) -> tuple[Prepared, Prepared]:
    """Return what is labelled and what is not, without some publishers.

    The paragraphs of `provision_unread` are for judging: they are learned from only where no publisher is left out, that is for
    the weights that are shipped.
    """
    texts = provision_texts.unlabelled()
    labelled = [*provision_texts.pack_labels(), *provision_texts.read_labels(texts), *provision_texts.written()]
    if not without:
        labelled += provision_unread.paragraphs()
    taken = {provision_texts.digest(row.text) for row in labelled}
    rest = [row for key, row in sorted(texts.items()) if key not in taken]
    read = [row for row in labelled if row.publisher not in without]
    return prepare(read), silver([row for row in rest if row.publisher not in without])


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    read, other = material()
    fitted = train(read, other)
    size = save(fitted)
    print(
        f"{len(read.rows)} labelled and {len(other.rows)} unlabelled paragraphs, {len(fitted.rows)} features, {size:,} bytes"
    )
    size = train_leanings.save(train_leanings.train(read.rows))
    print(f"leanings: {size:,} bytes")
    print("step two:", np.round(fitted.combining, 2).tolist(), file=sys.stderr)


if __name__ == "__main__":
    main()
