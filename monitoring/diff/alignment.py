"""Which clause of one version is which clause of the next: equal ones first, then by number, then by likeness.

Source: anchors as in patience diff (equal clauses, longest common subsequence, bit-parallel in rapidfuzz); inside the
gaps, clauses pair by common words. Every step is bounded, so that 3,000 equal clauses or 2 MB stay under a second.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from monitoring import segment
from monitoring.segment import Clause, Kind

from . import recutting, wording
from .edit import Edit, EditKind, Text
from .pairing import Pair

_LIKE = 52.0
_LIKE_ELSEWHERE = 70.0
_LIKE_ALONE = 40.0
_LIKE_WITH_NUMBER = 30.0
_CANDIDATES = 6
_MOST_CELLS = 150_000_000
_COMMON = 12


def text(markdown: str) -> Text:
    """Return the text with its clauses, as `edits` wants it."""
    return Text(markdown, *segment.clauses_and_words(markdown))


def edits(before: Text, after: Text) -> tuple[Edit, ...]:
    """Return what turns `before` into `after`, in the order of `after`; removals keep their old place.

    Clauses that are the same to the last character yield nothing; those that differ only in markup or link targets
    yield an edit all the same, so that it can be counted. Empty when the texts are equal. Raises nothing.
    """
    if before.markdown == after.markdown:
        return ()
    anchors = _anchors(before.clauses, after.clauses)
    pairs, joined = _pair_gaps(before, after, anchors)
    return tuple(_edits(before, after, pairs, joined))


def _anchors(before: Sequence[Clause], after: Sequence[Clause]) -> list[Pair]:
    """Return the equal clauses that keep their order: common ends, then a longest common subsequence between."""
    old, new = [clause.digest for clause in before], [clause.digest for clause in after]
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    pairs = [Pair(i, i) for i in range(head)]
    pairs += _common(old, new, head, len(old) - tail, len(new) - tail)
    return pairs + [Pair(len(old) - i, len(new) - i) for i in range(tail, 0, -1)]


def _common(old: list[bytes], new: list[bytes], start: int, old_end: int, new_end: int) -> Iterator[Pair]:
    numbers: dict[bytes, int] = {}
    left = [numbers.setdefault(digest, len(numbers)) for digest in old[start:old_end]]
    right = [numbers.setdefault(digest, len(numbers)) for digest in new[start:new_end]]
    if len(left) * len(right) > _MOST_CELLS:
        yield from _unique_in_order(left, right, start)
        return
    for op in LCSseq.opcodes(left, right):
        if op.tag == "equal":
            yield from (
                Pair(start + op.src_start + k, start + op.dest_start + k) for k in range(op.src_end - op.src_start)
            )


def _unique_in_order(left: list[int], right: list[int], start: int) -> Iterator[Pair]:
    """Anchor the clauses that either side has once, as long as they keep their order (for enormous texts)."""
    once_left, once_right = Counter(left), Counter(right)
    places = {key: place for place, key in enumerate(right) if once_right[key] == 1}
    last = -1
    for place, key in enumerate(left):
        if once_left[key] == 1 and places.get(key, -1) > last:
            last = places[key]
            yield Pair(start + place, start + last)


def _pair_gaps(old: Text, new: Text, anchors: list[Pair]) -> tuple[list[Pair], list[tuple[list[int], list[int]]]]:
    """Return all pairs, and the runs of clauses that hold the same words cut differently."""
    pairs, joined = list(anchors), []
    gaps = list(_gaps(anchors, len(old.clauses), len(new.clauses)))
    left: list[int] = []
    right: list[int] = []
    gap_of: dict[int, int] = {}
    for number, (olds, news) in enumerate(gaps):
        if olds and news and _words_of(old, olds) == _words_of(new, news):
            joined.append((olds, news))
            continue
        left += olds
        right += news
        gap_of.update(dict.fromkeys([*olds], number))
        gap_of.update({~index: number for index in news})
    pairs += _elsewhere(old, new, left, right)
    taken = {pair.before for pair in pairs}, {pair.after for pair in pairs}
    left = [index for index in left if index not in taken[0]]
    right = [index for index in right if index not in taken[1]]
    pairs += _alike(old, new, left, right, gap_of)
    return pairs, joined


def _gaps(anchors: list[Pair], olds: int, news: int) -> Iterator[tuple[list[int], list[int]]]:
    last_old = last_new = -1
    for pair in [*anchors, Pair(olds, news)]:
        if pair.before > last_old + 1 or pair.after > last_new + 1:
            yield list(range(last_old + 1, pair.before)), list(range(last_new + 1, pair.after))
        last_old, last_new = pair.before, pair.after


def _words_of(side: Text, indexes: list[int]) -> str:
    return "".join("".join(side.normals[index] for index in indexes).split())


def _elsewhere(old: Text, new: Text, left: list[int], right: list[int]) -> list[Pair]:
    """Pair the equal clauses that stand elsewhere now."""
    places: dict[bytes, list[int]] = defaultdict(list)
    for index in right:
        places[new.clauses[index].digest].append(index)
    pairs = []
    for index in left:
        found = places.get(old.clauses[index].digest)
        if found and old.normals[index]:
            target = found.pop(0)
            pairs.append(Pair(index, target))
    return pairs


def _alike(old: Text, new: Text, left: list[int], right: list[int], gap_of: dict[int, int]) -> list[Pair]:
    """Pair what is left by number and likeness, the most alike first."""
    scored = sorted(_scores(old, new, left, right, gap_of), key=lambda row: (-row[0], row[1], row[2]))
    used_old: set[int] = set()
    used_new: set[int] = set()
    pairs = []
    for _, one, other in scored:
        if one not in used_old and other not in used_new:
            used_old.add(one)
            used_new.add(other)
            pairs.append(Pair(one, other))
    return pairs


def _scores(
    old: Text, new: Text, left: list[int], right: list[int], gap_of: dict[int, int]
) -> Iterator[tuple[float, int, int]]:
    words = {index: frozenset(new.normals[index].split()) for index in right}
    rows = _rows(words)
    in_gap: dict[int, list[int]] = defaultdict(list)
    for index in right:
        in_gap[gap_of[~index]].append(index)
    lonely = Counter(gap_of[index] for index in left)
    for index in left:
        bag = frozenset(old.normals[index].split())
        counts = Counter(chain.from_iterable(rows[word] for word in bag if word in rows))
        gap = gap_of[index]
        near = in_gap[gap] if len(in_gap[gap]) <= 8 else []
        candidates = {other for _, other in sorted((-count, other) for other, count in counts.items())[:_CANDIDATES]}
        candidates.update(other for other in near if not bag.isdisjoint(words[other]))
        is_alone = lonely[gap] == len(in_gap[gap]) == 1
        for other in sorted(candidates):
            same_gap = gap == gap_of[~other]
            score = _score(old, new, index, other, same_gap=same_gap, is_alone=is_alone and same_gap)
            if score > 0:
                yield score, index, other


def _rows(words: dict[int, frozenset[str]]) -> dict[str, list[int]]:
    """Return where each word stands that is not too common to tell clauses apart."""
    rows: dict[str, list[int]] = defaultdict(list)
    for index, bag in words.items():
        for word in bag:
            rows[word].append(index)
    return {word: found for word, found in rows.items() if len(found) <= _COMMON}


def _score(old: Text, new: Text, one: int, other: int, *, same_gap: bool, is_alone: bool) -> float:
    """Return how surely two clauses are one (above 0), or 0; is_alone: nothing else stands between the same neighbours."""
    left, right = old.clauses[one], new.clauses[other]
    if (left.kind is Kind.HEADING) != (right.kind is Kind.HEADING):
        return 0.0
    same_number = same_gap and left.number != "" and left.path == right.path
    cutoff = _LIKE_WITH_NUMBER if same_number else _LIKE_ALONE if is_alone else _LIKE if same_gap else _LIKE_ELSEWHERE
    mine, theirs = old.normals[one], new.normals[other]
    like = fuzz.ratio(mine[:6000], theirs[:6000], score_cutoff=cutoff)
    if not like and same_gap:
        like = 0.85 * _contained(mine, theirs)
    if not like or (not same_number and not is_alone and len(mine) < 25 and like < 75):
        return 0.0
    return like + (12 if same_number else 0) + (6 if same_gap else 0)


def _contained(one: str, other: str) -> float:
    """Return how surely the shorter stands in the longer, when it is much shorter and long enough to tell."""
    short, long = sorted((one, other), key=len)
    if len(short) < 60 or len(short) * 1.5 > len(long) or len(long) > 8000:
        return 0.0
    bag = set(short.split())
    if len(bag.intersection(long.split())) < len(bag) * 0.85:
        return 0.0
    return fuzz.partial_ratio(short[:400], long, score_cutoff=90)


def _edits(old: Text, new: Text, pairs: list[Pair], joined: list[tuple[list[int], list[int]]]) -> list[Edit]:
    pairs, recut = recutting.recut(old.normals, new.normals, pairs)
    joined = joined + recut
    kept = _longest_rising(sorted(pairs, key=lambda pair: pair.after))
    found = [_recut(old, new, olds, news) for olds, news in joined]
    found += filter(None, (_of_pair(old, new, pair, is_moved=pair not in kept) for pair in pairs))
    taken_old = {pair.before for pair in pairs} | {index for olds, _ in joined for index in olds}
    taken_new = {pair.after for pair in pairs} | {index for _, news in joined for index in news}
    for index in range(len(old.clauses)):
        if index not in taken_old:
            found.append(Edit(EditKind.REMOVED, index, None, wording.removed(old, index)))
    for index in range(len(new.clauses)):
        if index not in taken_new:
            found.append(Edit(EditKind.ADDED, None, index, wording.added(new, index)))
    return _in_order(found, kept)


def _longest_rising(pairs: list[Pair]) -> set[Pair]:
    """Return the pairs that keep the common order, as many as possible; `pairs` come sorted by `after`."""
    tops: list[int] = []
    tails: list[int] = []
    links: list[int] = []
    for place, pair in enumerate(pairs):
        at = bisect_left(tops, pair.before)
        links.append(tails[at - 1] if at else -1)
        if at == len(tops):
            tops.append(pair.before)
            tails.append(place)
        else:
            tops[at], tails[at] = pair.before, place
    kept: set[Pair] = set()
    place = tails[-1] if tails else -1
    while place >= 0:
        kept.add(pairs[place])
        place = links[place]
    return kept


def _of_pair(old: Text, new: Text, pair: Pair, *, is_moved: bool) -> Edit | None:
    left, right = old.clauses[pair.before], new.clauses[pair.after]
    if old.raw(pair.before) == new.raw(pair.after):
        return Edit(EditKind.MOVED, pair.before, pair.after) if is_moved else None
    words = wording.words(old, new, (left.start, left.end), (right.start, right.end))
    kind = EditKind.MOVED if is_moved else EditKind.REWORDED
    if kind is EditKind.REWORDED and left.digest == right.digest and left.number != right.number:
        kind = EditKind.RENUMBERED
    return Edit(kind, pair.before, pair.after, words)


def _recut(before: Text, after: Text, olds: list[int], news: list[int]) -> Edit:
    """Return one edit for a run of clauses whose words are cut differently."""
    span_old = before.clauses[olds[0]].start, before.clauses[olds[-1]].end
    span_new = after.clauses[news[0]].start, after.clauses[news[-1]].end
    words = wording.words(before, after, span_old, span_new)
    kind = EditKind.MERGED if len(olds) > len(news) else EditKind.SPLIT if len(news) > len(olds) else EditKind.REWORDED
    return Edit(kind, olds[0], news[0], words, further_before=tuple(olds[1:]), further_after=tuple(news[1:]))


def _in_order(found: list[Edit], kept: set[Pair]) -> list[Edit]:
    """Sort by place in `after`; a removal stands behind what stood before it and is still there."""
    steady = sorted((pair.before, pair.after) for pair in kept)

    def place(edit: Edit) -> tuple[int, int, int]:
        if edit.after is not None:
            return edit.after, 1, 0
        above = bisect_left(steady, (edit.before or 0, -1)) - 1
        return (steady[above][1] if above >= 0 else -1), 2, edit.before or 0

    return sorted(found, key=place)
